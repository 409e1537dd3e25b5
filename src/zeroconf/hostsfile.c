/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zeroconf/hostsfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/path.h"
#include "base/util.h"
#include "client/discovered.h"
#include "client/lockdir.h"

/* Beside the file, and renamed to it. */
#define NEW_FILE "hosts.new"

static enum hostsfile_err
take_lock(const struct hostsfile *f)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(f->lock, F_SETLK, &lock) == 0)
		return HOSTSFILE_OK;
	return errno == EAGAIN || errno == EACCES ? HOSTSFILE_TAKEN : HOSTSFILE_ERR;
}

enum hostsfile_err
hostsfile_open(struct hostsfile *f, const char *dir)
{
	*f = (struct hostsfile){.dir = dir, .used_ms = clock_ms()};
	f->lock = lockdir_open(dir, DISCOVERED_LOCK, false);
	if (f->lock == -1 || fstat(f->lock, &f->locked) == -1)
		return HOSTSFILE_ERR;
	return take_lock(f);
}

static bool
write_new(struct hostsfile *f, const char *text)
{
	int fd = lockdir_open(f->dir, NEW_FILE, true);
	bool ok = fd != -1 && io_write_full(fd, text, strlen(text), &IO_FOREVER) == IO_OK && fstat(fd, &f->written) == 0;

	if (fd != -1)
		close(fd);
	return ok;
}

bool
hostsfile_write(struct hostsfile *f, const char *text)
{
	char *new_file, *file;
	bool ok;

	if (f->text != NULL && streq(f->text, text))
		return true;
	new_file = path_join(f->dir, NEW_FILE);
	file = path_join(f->dir, DISCOVERED_FILE);
	ok = write_new(f, text) && rename(new_file, file) == 0;
	free(new_file);
	free(file);
	if (ok) {
		free(f->text);
		f->text = xstrdup(text);
	}
	return ok;
}

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
stat_in(const struct hostsfile *f, const char *name, const struct stat *expected, struct stat *st)
{
	char *path = path_join(f->dir, name);
	bool same = lstat(path, st) == 0 && st->st_ino == expected->st_ino && st->st_dev == expected->st_dev;

	free(path);
	return same;
}

bool
hostsfile_in_use(struct hostsfile *f, int64_t idle_ms)
{
	struct stat st;

	/* removed with its directory, or replaced by somebody who could not write to it */
	if (!stat_in(f, DISCOVERED_LOCK, &f->locked, &st))
		return false;
	if (f->text != NULL) {
		if (!stat_in(f, DISCOVERED_FILE, &f->written, &st))
			return false;
		if (!same_time(&st.st_atim, &f->written.st_atim) || !same_time(&st.st_mtim, &f->written.st_mtim)) {
			f->used_ms = clock_ms();
			f->written = st;
		}
	}
	return clock_ms() - f->used_ms < idle_ms;
}

void
hostsfile_close(struct hostsfile *f)
{
	if (f->lock != -1)
		close(f->lock);
	f->lock = -1;
	free(f->text);
	f->text = NULL;
}
