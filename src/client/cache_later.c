/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/util.h"
#include "client/cache.h"
#include "client/cache_part.h"

/* So much is worth a transaction, or what has waited so long. */
#define DUE (256u << 10)
#define DUE_MS 5000
/* With what others add meanwhile; it is removed unread if there is more. */
#define MOST (16u << 20)

/* In front of each block. */
struct block {
	uint64_t size, sum;
	int64_t at;		/* clock_ms */
};

static char *
name_of(const struct cache *c)
{
	return xasprintf("%s-later", c->file);
}

enum later { LATER_UNUSABLE, LATER_WAIT, LATER_DUE };

/* What is to be done with the file, which nobody else may have put there, and what is pending. */
static enum later
judge(int fd, const struct cache *c)
{
	struct block first;
	struct stat st;
	int64_t now;

	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return LATER_UNUSABLE;
	if ((uint64_t)st.st_size + c->pending.n >= DUE)
		return LATER_DUE;
	if (st.st_size == 0)
		return LATER_WAIT;
	now = clock_ms();
	return pread(fd, &first, sizeof(first), 0) == sizeof(first) && first.at <= now && now - first.at < DUE_MS ? LATER_WAIT : LATER_DUE;
}

static bool
append(int fd, const struct cache *c)
{
	struct block b = {c->pending.n, cache_sum(c->pending.p, c->pending.n), clock_ms()};
	struct iovec parts[] = {{&b, sizeof(b)}, {c->pending.p, c->pending.n}};

	/* a part of it is found out by who reads it; what follows it is lost */
	return writev(fd, parts, countof(parts)) == (ssize_t)(sizeof(b) + c->pending.n);
}

bool
cache_later_add(const struct cache *c)
{
	char *name = name_of(c);
	int fd = open(name, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	bool ok = judge(fd, c) == LATER_WAIT && append(fd, c);

	if (fd != -1)
		close(fd);
	free(name);
	return ok;
}

/* Entries that are what cache_put_later makes: lengths within the block, to its end. */
static bool
is_sound(const char *p, size_t n)
{
	size_t sizes[2];

	while (n >= sizeof(sizes)) {
		memcpy(sizes, p, sizeof(sizes));
		p += sizeof(sizes);
		n -= sizeof(sizes);
		if (sizes[0] > CACHE_KEY_MAX || sizes[0] > n || sizes[1] > n - sizes[0])
			return false;
		p += sizes[0] + sizes[1];
		n -= sizes[0] + sizes[1];
	}
	return n == 0;
}

/* The blocks of a file, up to one that is not whole. */
static void
take_blocks(const struct buf *file, struct buf *out)
{
	const char *p = file->p, *end = p + file->n;
	struct block b;

	while ((size_t)(end - p) >= sizeof(b)) {
		memcpy(&b, p, sizeof(b));
		p += sizeof(b);
		if (b.size > (uint64_t)(end - p) || b.sum != cache_sum(p, b.size) || !is_sound(p, b.size))
			return;
		buf_add(out, p, b.size);
		p += b.size;
	}
}

void
cache_later_take(struct cache *c)
{
	struct buf file = BUF_INIT, all = BUF_INIT;
	char *name = name_of(c);
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (judge(fd, c) == LATER_DUE) {
		/* what somebody adds from now on is lost */
		unlink(name);
		if (buf_read_fd(&file, fd, MOST) == 0)
			take_blocks(&file, &all);
		/* in their order: the last one of a key counts */
		buf_add(&all, c->pending.p, c->pending.n);
		buf_free(&c->pending);
		c->pending = all;
	}
	if (fd != -1)
		close(fd);
	buf_free(&file);
	free(name);
}
