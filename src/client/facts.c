/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/util.h"
#include "compiler/scan.h"

#define VERSION 7
#define SOURCE_MAX (256u << 20)
#define TRIES 3

struct head {
	struct sign sign;
	struct digest digest;
	uint32_t scanned;
	uint32_t items;		/* bytes of them; the names follow */
};

static bool
from_cache(struct cache *c, const struct place *file, bool scan, struct fact *f)
{
	struct sign_key key = sign_key('f', VERSION, &file->sign);
	struct head head;
	const void *value;
	size_t n;

	if (!cache_get(c, &key, sizeof(key), &value, &n) || n < sizeof(head))
		return false;
	memcpy(&head, value, sizeof(head));
	if (!sign_equal(&head.sign, &file->sign) || (scan && !head.scanned) || head.items > n - sizeof(head))
		return false;
	f->digest = head.digest;
	f->scanned = head.scanned != 0;
	f->items = (const char *)value + sizeof(head);
	f->n = head.items;
	f->names = (const char *)f->items + f->n;
	f->n_names = n - sizeof(head) - f->n;
	return true;
}

static void
to_cache(struct cache *c, const struct fact *f, int64_t now_ns)
{
	const struct sign *s = &f->file->sign;
	struct head head = {.sign = *s, .digest = f->digest, .scanned = f->scanned, .items = (uint32_t)f->n};
	struct sign_key key = sign_key('f', VERSION, s);
	struct buf value = BUF_INIT;

	if (sign_is_young(s, now_ns, FACT_RACY_NS))
		return;
	buf_add(&value, &head, sizeof(head));
	buf_add(&value, f->items, f->n);
	buf_add(&value, f->names, f->n_names);
	if (f->file->source)
		cache_put_later(c, &key, sizeof(key), value.p, value.n);
	else
		cache_put(c, &key, sizeof(key), value.p, value.n);
	buf_free(&value);
}

static enum fact_err
read_all(int fd, bool scan, struct fact *f)
{
	static struct buf text;		/* one file after the other: one allocation */
	struct scan s;
	uint64_t size;

	if (!scan)
		return digest_fd(&f->digest, fd, &size) == 0 ? FACT_OK : FACT_ERRNO;
	text.n = 0;
	if (buf_read_fd(&text, fd, SOURCE_MAX) == -1)
		return errno == EFBIG ? FACT_TOO_BIG : FACT_ERRNO;
	digest_mem(&f->digest, text.p, text.n);
	scan_text(&s, text.p, text.n);
	f->scanned = true;
	f->n = s.items.n;
	f->n_names = s.names.n;
	buf_add(&s.items, s.names.p, s.names.n);
	buf_free(&s.names);
	f->items = f->own = s.items.p;
	f->names = f->own == NULL ? NULL : (const char *)f->own + f->n;
	return FACT_OK;
}

static enum fact_err
read_once(struct place *file, bool scan, struct fact *f)
{
	enum fact_err err = FACT_ERRNO;
	struct sign before, after;
	struct stat st;
	int fd;

	fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	if (fd == -1)
		return FACT_ERRNO;
	if (fstat(fd, &st) == -1)
		goto close_fd;
	sign_of(&before, &st);
	err = S_ISREG(st.st_mode) ? read_all(fd, scan, f) : FACT_CHANGING;
	if (err != FACT_OK)
		goto close_fd;
	if (fstat(fd, &st) == -1) {
		err = FACT_ERRNO;
		goto close_fd;
	}
	sign_of(&after, &st);
	if (!sign_equal(&before, &after))
		err = FACT_CHANGING;
	file->sign = after;

close_fd:
	close(fd);
	return err;
}

enum fact_err
fact_get(struct cache *c, struct place *file, bool scan, int64_t now_ns, struct fact *f)
{
	enum fact_err err = FACT_CHANGING;

	*f = (struct fact){.file = file};
	if (from_cache(c, file, scan, f))
		return FACT_OK;
	for (int i = 0; i < TRIES && err == FACT_CHANGING; i++) {
		fact_free(f);
		f->file = file;
		err = read_once(file, scan, f);
	}
	f->fresh = true;
	if (err == FACT_OK)
		to_cache(c, f, now_ns);
	return err;
}

uint64_t
fact_sum(const struct fact *f)
{
	return cache_sum(f->items, f->n + f->n_names);
}

void
fact_free(struct fact *f)
{
	free(f->own);
	*f = (struct fact){0};
}
