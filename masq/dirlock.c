/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/dirlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"

/* Each try waits for another process that made or removed the directory. */
#define MAX_TRIES 1000

static bool
is_there(const char *dir)
{
	struct stat st;

	return lstat(dir, &st) == 0;
}

/* Is what fd has open still what dir names? */
static bool
is_current(int fd, const char *dir)
{
	struct stat open_st, st;

	return fstat(fd, &open_st) == 0 && stat(dir, &st) == 0 && open_st.st_dev == st.st_dev && open_st.st_ino == st.st_ino;
}

static int
lock(int fd)
{
	while (flock(fd, LOCK_EX) == -1) {
		/* a file system without such locks: then each change is still whole by itself */
		if (errno == EBADF || errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)
			return 0;
		if (errno != EINTR)
			return -1;
	}
	return 0;
}

int
dirlock_open(const char *dir, bool make, bool *made)
{
	bool missing, made_it = false;
	int fd, saved_errno;

	for (int i = 0; i < MAX_TRIES; i++) {
		missing = !is_there(dir);
		if (make && missing) {
			if (path_mkdirs(dir) == -1 && errno != EEXIST && errno != ENOENT)
				return -1;
			made_it = true;
		}
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd == -1 && errno == ENOENT && make && !is_there(dir))
			continue;
		if (fd == -1)
			return -1;
		if (lock(fd) == -1) {
			saved_errno = errno;
			close(fd);
			errno = saved_errno;
			return -1;
		}
		if (is_current(fd, dir)) {
			if (made != NULL)
				*made = made_it;
			return fd;
		}
		close(fd);
		made_it = false;
	}
	errno = EBUSY;
	return -1;
}
