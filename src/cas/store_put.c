/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that go into the store, and out of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cas/store_part.h"

#define STEP 65536u

int
store_begin(struct store *s, int tmp, struct store_file *f)
{
	f->tmp = tmp;
	f->fd = store_new(s, tmp, f->name);
	return f->fd == -1 ? -1 : 0;
}

enum store_err
store_commit(struct store *s, struct store_file *f, const struct digest *d, uint64_t size, enum store_kind *kind)
{
	char name[STORE_NAME_LEN];
	enum store_kind found_kind;
	struct digest found;
	uint64_t found_size;
	int saved_errno;

	if (store_inspect(f->fd, &found, &found_size, &found_kind) == -1)
		goto failed;
	if (found_size != size || digest_cmp(&found, d) != 0) {
		store_abort(f);
		return STORE_MISMATCH;
	}
	store_name(d, name);
	if (store_set_seal(s, f->fd, d, found_kind) == -1 || store_publish(f->tmp, f->name, s->objects, name) == -1)
		goto failed;
	close(f->fd);
	s->added += store_charge(size);
	if (kind != NULL)
		*kind = found_kind;
	return STORE_OK;

failed:
	saved_errno = errno;
	store_abort(f);
	errno = saved_errno;
	return STORE_IO;
}

void
store_abort(struct store_file *f)
{
	close(f->fd);
	(void)!unlinkat(f->tmp, f->name, 0);
}

/* All of from to the end of to.  0, or -1 with errno. */
static int
copy_content(int from, int to)
{
	char block[STEP];
	off_t at = 0;
	ssize_t n;

	while ((n = copy_file_range(from, &at, to, NULL, 1u << 30, 0)) > 0)
		;
	if (n == 0)
		return 0;
	if (errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP && errno != EPERM)
		return -1;
	while ((n = pread(from, block, sizeof(block), at)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (write(to, block, (size_t)n) != n)
			return -1;
		at += n;
	}
	return 0;
}

/* Link the file fd itself; what is there already is as good. */
static bool
link_fd(struct store *s, int fd, const char *name)
{
	char self[32], shard[3] = {name[0], name[1], '\0'};

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, self, s->objects, name, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST)
		return true;
	if (errno != ENOENT || (mkdirat(s->objects, shard, 0700) == -1 && errno != EEXIST))
		return false;
	return linkat(AT_FDCWD, self, s->objects, name, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST;
}

int
store_adopt(struct store *s, int tmp, int fd, struct digest *d, uint64_t *size)
{
	char name[STORE_NAME_LEN];
	struct store_file f;
	enum store_kind kind;

	if (store_inspect(fd, d, size, &kind) == -1)
		return -1;
	store_name(d, name);
	if (store_look(s, d, *size) != STORE_MISSING)
		return 0;
	if (store_set_seal(s, fd, d, kind) == 0 && link_fd(s, fd, name)) {
		s->added += store_charge(*size);
		return 0;
	}
	if (store_begin(s, tmp, &f) == -1)
		return -1;
	if (copy_content(fd, f.fd) == -1) {
		store_abort(&f);
		return -1;
	}
	switch (store_commit(s, &f, d, *size, NULL)) {
	case STORE_OK:
		return 0;
	case STORE_MISMATCH:
		errno = EBUSY;	/* somebody is writing to it still */
		break;
	case STORE_IO:
		break;
	}
	return -1;
}

int
store_copy(struct store *s, const struct digest *d, bool exec, uint32_t age, int dirfd, const char *name)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, store_seal(s, d, STORE_PLAIN)};
	int from = store_read(s, d), to, result, saved_errno;

	if (from == -1)
		return -1;
	to = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	times[1].tv_sec += age;
	result = to == -1 || copy_content(from, to) == -1 || fchmod(to, exec ? STORE_EXEC_MODE : STORE_MODE) == -1 ||
	    futimens(to, times) == -1 ? -1 : 0;
	saved_errno = errno;
	close(from);
	if (to != -1)
		close(to);
	errno = saved_errno;
	return result;
}

int
store_link(struct store *s, const struct digest *d, int dirfd, const char *name)
{
	char object[STORE_NAME_LEN];
	struct stat st;

	store_name(d, object);
	if (linkat(s->objects, object, dirfd, name, 0) == 0) {
		/* it was looked at some time ago */
		if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && store_read_seal(s, d, &st) != STORE_MISSING)
			return 0;
		(void)!unlinkat(dirfd, name, 0);
		errno = ENOENT;
		return -1;
	}
	if (errno != EXDEV && errno != EMLINK && errno != EPERM && errno != EOPNOTSUPP)
		return -1;
	return store_copy(s, d, false, 0, dirfd, name);
}

int
store_read(struct store *s, const struct digest *d)
{
	char name[STORE_NAME_LEN];
	struct stat st;
	int fd;

	store_name(d, name);
	fd = openat(s->objects, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 || (fstat(fd, &st) == 0 && store_read_seal(s, d, &st) != STORE_MISSING))
		return fd;
	close(fd);
	errno = ENOENT;
	return -1;
}
