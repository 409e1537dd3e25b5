/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/jobdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/path.h"
#include "base/tmp.h"
#include "base/util.h"

#define PREFIX "distccd_"
#define RANDOM_LEN 6
#define TRIES 10

/* Lock the directory; false if somebody else holds it or it has gone. */
static bool
lock_dir(int fd)
{
	struct stat st;

	return flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0;
}

int
jobdir_make(struct jobdir *d, const char *dir)
{
	char *prefix = path_join(dir, PREFIX);
	int err = EBUSY;

	/* A sweep may take the new directory before it is locked: then the next one. */
	for (int i = 0; i < TRIES; i++) {
		d->path = tmp_create_dir(prefix);
		if (d->path == NULL) {
			err = errno;
			break;
		}
		d->lock = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (d->lock != -1 && lock_dir(d->lock)) {
			err = 0;
			break;
		}
		if (d->lock != -1)
			close(d->lock);
		tmp_remove(d->path);
		*d = (struct jobdir)JOBDIR_INIT;
	}
	free(prefix);
	errno = err;
	return err == 0 ? 0 : -1;
}

static void
remove_tree(const char *path)
{
	if (tmp_remove_tree(path) == -1 && errno != ENOENT)
		log_warn("cannot remove %s", path);
}

void
jobdir_remove(struct jobdir *d)
{
	if (d->path == NULL)
		return;
	remove_tree(d->path);
	tmp_forget(d->path);
	close(d->lock);
	*d = (struct jobdir)JOBDIR_INIT;
}

static bool
is_job_name(const char *name)
{
	return starts_with(name, PREFIX) && strlen(name) == strlen(PREFIX) + RANDOM_LEN;
}

/* True if name was one of ours that nobody holds. */
static bool
sweep_one(int dir_fd, const char *dir, const char *name)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	bool stale;

	if (fd == -1)
		return false;
	stale = fstat(fd, &st) == 0 && st.st_uid == geteuid() && lock_dir(fd);
	if (stale) {
		char *path = path_join(dir, name);

		remove_tree(path);
		free(path);
	}
	close(fd);
	return stale;
}

int
jobdir_sweep(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	int n = 0;

	if (d == NULL)
		return 0;
	while ((e = readdir(d)) != NULL) {
		if (is_job_name(e->d_name) && sweep_one(dirfd(d), dir, e->d_name))
			n++;
	}
	closedir(d);
	return n;
}
