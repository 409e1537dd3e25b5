/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/lockdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"

#define SAFE (O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK)

/* Each try is for another process that made or removed the file or the directory meanwhile. */
#define MAX_TRIES 8

/* fd is new in dir: let those write it who are meant to. */
static void
share(int fd, const char *dir, mode_t group_bits)
{
	struct stat d, st;

	if (stat(dir, &d) == -1 || fstat(fd, &st) == -1)
		return;
	if (S_ISREG(st.st_mode) && geteuid() == 0 && d.st_uid != 0 && fchown(fd, d.st_uid, d.st_gid) == -1)
		return;
	if ((d.st_mode & S_ISGID) != 0 && (d.st_mode & S_IWGRP) != 0 && (st.st_mode & group_bits) != group_bits)
		fchmod(fd, (st.st_mode & 07777) | group_bits);
}

/* Make dir and what it lies in.  Whether it worked shows when it is used. */
static void
make_dir(const char *dir)
{
	char *up = path_dir(dir);
	int fd;

	if (access(up, F_OK) == -1 && errno == ENOENT && !streq(up, dir))
		make_dir(up);
	if (mkdir(dir, 0777) == 0) {
		fd = open(dir, O_RDONLY | O_DIRECTORY | SAFE);
		if (fd != -1) {
			share(fd, up, S_IRWXG | S_ISGID);
			close(fd);
		}
	}
	free(up);
}

static int
create(const char *dir, const char *path, int flags)
{
	int fd = open(path, flags | O_CREAT | O_EXCL | SAFE, 0666);

	if (fd != -1)
		share(fd, dir, S_IRGRP | S_IWGRP);
	return fd;
}

static int
open_or_create(const char *dir, const char *path, bool fresh)
{
	bool made_dir = false;
	int fd = -1;

	for (int i = 0; i < MAX_TRIES && fd == -1; i++) {
		errno = ENOENT;
		if (!fresh)
			fd = open(path, O_RDWR | SAFE);
		if (fd == -1 && errno == ENOENT)
			fd = create(dir, path, O_RDWR);
		if (fd != -1 || (errno == EEXIST && !fresh))
			continue;
		if (errno == ENOENT && !made_dir) {
			make_dir(dir);
			made_dir = true;
		} else if ((errno != EACCES && errno != EEXIST && errno != ELOOP) || unlink(path) == -1) {
			break;
		}
	}
	return fd;
}

int
lockdir_open(const char *dir, const char *name, bool fresh)
{
	char *path = path_join(dir, name);
	int fd = open_or_create(dir, path, fresh);

	free(path);
	return fd;
}

int
lockdir_append(const char *path, off_t max)
{
	int fd = open(path, O_WRONLY | O_APPEND | SAFE), err = 0;
	struct stat st;
	char *dir;

	if (fd == -1 && errno == ENOENT) {
		dir = path_dir(path);
		fd = create(dir, path, O_WRONLY | O_APPEND);
		free(dir);
		if (fd == -1 && errno == EEXIST)
			fd = open(path, O_WRONLY | O_APPEND | SAFE);
	}
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		err = EINVAL;
	else if (st.st_size >= max)
		err = EFBIG;
	if (err == 0)
		return fd;
	close(fd);
	errno = err;
	return -1;
}
