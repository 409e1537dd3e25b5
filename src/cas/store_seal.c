/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seals: whether an object is what it was when it was verified. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cas/store_part.h"

#define STEP 65536u

/* Seals lie after 2000-01-01, as some tools complain of earlier times; 28 bits of seconds are eight years. */
#define SEAL_EPOCH 946684800
#define SEAL_SECONDS_SHIFT 36
#define SEAL_NANOSECONDS 499999999u

struct timespec
store_seal(const struct store *s, const struct digest *d, enum store_kind kind)
{
	uint64_t x;

	memcpy(&x, d->b, sizeof(x));
	x ^= s->boot;
	return (struct timespec){
		.tv_sec = SEAL_EPOCH + (time_t)(x >> SEAL_SECONDS_SHIFT),
		.tv_nsec = (long)(x % SEAL_NANOSECONDS) * 2 + (kind == STORE_TIMED),
	};
}

enum store_kind
store_read_seal(const struct store *s, const struct digest *d, const struct stat *st)
{
	struct timespec want = store_seal(s, d, STORE_PLAIN);

	if (!S_ISREG(st->st_mode) || (st->st_mode & 07777) != STORE_MODE || st->st_mtim.tv_sec != want.tv_sec)
		return STORE_MISSING;
	if (st->st_mtim.tv_nsec == want.tv_nsec)
		return STORE_PLAIN;
	return st->st_mtim.tv_nsec == want.tv_nsec + 1 ? STORE_TIMED : STORE_MISSING;
}

int
store_set_seal(const struct store *s, int fd, const struct digest *d, enum store_kind kind)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, store_seal(s, d, kind)};

	return fchmod(fd, STORE_MODE) == -1 || futimens(fd, times) == -1 ? -1 : 0;
}

/* Whether a macro that expands to a time is named in text, which may begin in the middle of a name. */
static bool
names_time(const char *p, size_t n)
{
	const char *end = p + n;

	while ((p = memmem(p, (size_t)(end - p), "__", 2)) != NULL) {
		size_t left = (size_t)(end - p);

		if ((left >= 8 && (memcmp(p, "__DATE__", 8) == 0 || memcmp(p, "__TIME__", 8) == 0)) ||
		    (left >= 13 && memcmp(p, "__TIMESTAMP__", 13) == 0))
			return true;
		p++;
	}
	return false;
}

int
store_inspect(int fd, struct digest *d, uint64_t *size, enum store_kind *kind)
{
	enum { OVERLAP = 12 };	/* a name may begin in one block and end in the next */
	char block[OVERLAP + STEP];
	struct digest_state state;
	size_t kept = 0;

	*size = 0;
	*kind = STORE_PLAIN;
	digest_begin(&state);
	for (;;) {
		ssize_t n = pread(fd, block + kept, STEP, (off_t)*size);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		digest_add(&state, block + kept, (size_t)n);
		*size += (uint64_t)n;
		kept += (size_t)n;
		if (*kind == STORE_PLAIN && names_time(block, kept))
			*kind = STORE_TIMED;
		if (kept > OVERLAP) {
			memmove(block, block + kept - OVERLAP, OVERLAP);
			kept = OVERLAP;
		}
	}
	digest_end(&state, d);
	return 0;
}

/* Remove the bad one, unless a good one has taken its place meanwhile. */
static void
discard(const struct store *s, const char *name, const struct stat *bad)
{
	struct stat st;

	if (fstatat(s->objects, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return;
	if (st.st_ino != bad->st_ino || st.st_dev != bad->st_dev)
		return;
	(void)!unlinkat(s->objects, name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
}

/* The seal is broken (of what stat has seen): look at the content, and seal it again or remove it. */
static enum store_kind
verify(struct store *s, const struct digest *d, const char *name, const struct stat *seen)
{
	int fd = openat(s->objects, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum store_kind kind = STORE_MISSING;
	struct digest found;
	struct stat st;
	uint64_t size;
	bool opened;

	if (fd == -1 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
		return STORE_MISSING;
	opened = fd != -1 && fstat(fd, &st) == 0;
	/* what cannot be sealed would have to be read again each time */
	if (!opened || !S_ISREG(st.st_mode) || store_inspect(fd, &found, &size, &kind) == -1 || digest_cmp(&found, d) != 0 ||
	    store_set_seal(s, fd, d, kind) == -1)
		kind = STORE_MISSING;
	if (kind == STORE_MISSING)
		discard(s, name, opened ? &st : seen);
	if (fd != -1)
		close(fd);
	return kind;
}

enum store_kind
store_sealed(struct store *s, const struct digest *d, uint64_t size, int dirfd, const char *name)
{
	enum store_kind kind;
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 || (uint64_t)st.st_size != size)
		return STORE_MISSING;
	kind = store_read_seal(s, d, &st);
	if (kind != STORE_MISSING)
		store_touch(dirfd, name, &st);
	return kind;
}

bool
store_copied(const struct store *s, const struct digest *d, uint64_t size, bool exec, uint32_t age, int dirfd, const char *name)
{
	struct timespec want = store_seal(s, d, STORE_PLAIN);
	struct stat st;

	return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == size &&
	    (st.st_mode & 07777) == (exec ? STORE_EXEC_MODE : STORE_MODE) && st.st_mtim.tv_sec == want.tv_sec + (time_t)age &&
	    (st.st_mtim.tv_nsec == want.tv_nsec || st.st_mtim.tv_nsec == want.tv_nsec + 1);
}

enum store_kind
store_look(struct store *s, const struct digest *d, uint64_t size)
{
	char name[STORE_NAME_LEN];
	enum store_kind kind;
	struct stat st;

	store_name(d, name);
	if (fstatat(s->objects, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return STORE_MISSING;
	kind = store_read_seal(s, d, &st);
	if (kind == STORE_MISSING) {
		kind = verify(s, d, name, &st);
		if (kind == STORE_MISSING || fstatat(s->objects, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			return STORE_MISSING;
	}
	/* a good object of another size: who asks is wrong, and will find out */
	if ((uint64_t)st.st_size != size)
		return STORE_MISSING;
	store_touch(s->objects, name, &st);
	return kind;
}
