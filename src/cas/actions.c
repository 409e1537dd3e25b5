/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record is a file below actions/: the digest of action and record, then the record. */
#include "cas/actions.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "cas/store_part.h"

static void
checksum(const struct digest *action, const void *record, size_t n, struct digest *out)
{
	struct digest_state st;

	digest_begin(&st);
	digest_add(&st, action->b, DIGEST_LEN);
	digest_add(&st, record, n);
	digest_end(&st, out);
}

static bool
is_whole(const struct digest *action, const struct buf *b)
{
	struct digest want, is;

	if (b->n < DIGEST_LEN)
		return false;
	memcpy(is.b, b->p, DIGEST_LEN);
	checksum(action, b->p + DIGEST_LEN, b->n - DIGEST_LEN, &want);
	return digest_cmp(&want, &is) == 0;
}

bool
actions_get(struct store *s, const struct digest *action, struct buf *out)
{
	char name[STORE_NAME_LEN];
	struct buf b = BUF_INIT;
	bool good = false;
	struct stat st;
	int fd;

	store_name(action, name);
	fd = openat(s->actions, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && buf_read_fd(&b, fd, ACTIONS_MAX_RECORD + DIGEST_LEN) == 0)
		good = is_whole(action, &b);
	close(fd);
	if (good) {
		buf_add(out, b.p + DIGEST_LEN, b.n - DIGEST_LEN);
		store_touch(s->actions, name, &st);
	} else {
		(void)!unlinkat(s->actions, name, 0);
	}
	buf_free(&b);
	return good;
}

void
actions_put(struct store *s, int tmp, const struct digest *action, const void *record, size_t n)
{
	static const struct io_limit forever = {-1, 0};
	char name[STORE_NAME_LEN], new[STORE_NEW_LEN];
	struct digest d;
	int fd;

	if (n > ACTIONS_MAX_RECORD || (fd = store_new(s, tmp, new)) == -1)
		return;
	checksum(action, record, n, &d);
	store_name(action, name);
	if (io_write_full(fd, d.b, DIGEST_LEN, &forever) == IO_OK && io_write_full(fd, record, n, &forever) == IO_OK &&
	    store_publish(tmp, new, s->actions, name) == 0)
		s->added += store_charge(DIGEST_LEN + n);
	else
		(void)!unlinkat(tmp, new, 0);
	close(fd);
}
