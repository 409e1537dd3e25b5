/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "client/lockdir.h"
#include "client/state_record.h"

#define STALE_S 600
#define MAX_NAMES 16		/* processes of as many pid namespaces may have one number */
#define SWEEP_EVERY 16		/* one client in so many looks for what others have left */

/*
 * Files of records that have ended, for the next ones.  To make a file costs much more than to rename one, the more the
 * more files have been removed of late: ext4 passes over each of their inodes for a minute.
 */
#define SPARE ".spare_0"
#define SPARES 8
#define NO_REPLACE 1u		/* RENAME_NOREPLACE of the kernel */

static struct state_record record;
static const char *state_dir;
static int state_fd = -1;
static bool is_written;		/* the record, as it is but for its phase */
static char state_path[PATH_MAX];	/* for the signal handler; empty: no file is there */
static char spare_path[PATH_MAX];	/* its last character is the number of the spare file */

void
state_begin(const char *dir, const char *file)
{
	state_dir = dir;
	is_written = false;
	record = (struct state_record){.size = sizeof(record), .magic = STATE_RECORD_MAGIC, .pid = (unsigned long)getpid()};
	snprintf(record.file, sizeof(record.file), "%s", file != NULL ? path_base(file) : "");
}

void
state_host(const char *label, int slot)
{
	snprintf(record.host, sizeof(record.host), "%s", label);
	record.slot = slot;
	is_written = false;
}

/* Does a living process hold that record? */
static bool
is_held(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	pid_t holder;

	if (fd == -1)
		return false;
	holder = state_record_holder(fd);
	close(fd);
	return holder != -1;
}

/* The record of a process that has gone without a word, some time ago: a client of stock's in another pid namespace holds nothing. */
static void
sweep_one(int dir, const char *name, time_t now)
{
	pid_t pid = state_record_name_pid(name);
	struct stat st;

	if (pid == 0 || kill(pid, 0) == 0 || errno != ESRCH)
		return;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_mtime < now - STALE_S && !is_held(dir, name))
		(void)!unlinkat(dir, name, 0);
}

static void
sweep(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	time_t now = time(NULL);

	while (d != NULL && (e = readdir(d)) != NULL)
		sweep_one(dirfd(d), e->d_name, now);
	if (d != NULL)
		closedir(d);
}

static char *
spare_number(void)
{
	return spare_path + strlen(spare_path) - 1;
}

/* Only a record of our own is one, which no other name leads to. */
static bool
is_spare(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_nlink == 1 && st->st_uid == geteuid() && st->st_size == (off_t)sizeof(record);
}

/* The file that is state_path now, if it is what it seemed to be. */
static int
open_spare(const struct stat *st)
{
	int fd = open(state_path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct state_record old;
	struct stat now;

	if (fd == -1)
		return -1;
	if (fstat(fd, &now) == 0 && is_spare(&now) && now.st_dev == st->st_dev && now.st_ino == st->st_ino &&
	    state_record_read(fd, &old))
		return fd;
	close(fd);
	return -1;
}

/* Rename, where the system can without replacing anything: else with EEXIST. */
static int
rename_new(const char *from, const char *to)
{
#ifdef SYS_renameat2
	/* not every C library knows the call */
	if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, NO_REPLACE) == 0)
		return 0;
	if (errno != ENOSYS && errno != EINVAL)
		return -1;
#endif
	if (access(to, F_OK) == 0) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to);
}

/* Make the spare file state_path, unless a living process has that. */
static bool
name_spare(void)
{
	if (rename_new(spare_path, state_path) == 0)
		return true;
	if (errno != EEXIST || is_held(AT_FDCWD, state_path))
		return false;
	(void)!unlink(state_path);
	return rename_new(spare_path, state_path) == 0;
}

/* A file that was a record before; -1: there is none, or state_path is taken. */
static int
take_spare(void)
{
	struct stat st;

	for (int i = 0; i < SPARES; i++) {
		*spare_number() = (char)('0' + i);
		if (lstat(spare_path, &st) == 0 && is_spare(&st) && name_spare())
			return open_spare(&st);
	}
	return -1;
}

/* Make state_path a spare file. */
static bool
leave_spare(void)
{
	for (int i = 0; i < SPARES; i++) {
		*spare_number() = (char)('0' + i);
		if (rename_new(state_path, spare_path) == 0)
			return true;
		if (errno != EEXIST)
			return false;
	}
	return false;
}

/* Somebody in another pid namespace, who has our number, may have taken the name in the same moment. */
static bool
is_still_there(int fd)
{
	struct stat st, named;

	return fstat(fd, &st) == 0 && lstat(state_path, &named) == 0 && st.st_dev == named.st_dev && st.st_ino == named.st_ino;
}

/* A file called name, held; -1: it cannot be, and *taken says if that is because a living process has it. */
static int
open_named(const char *name, bool *taken)
{
	int fd = take_spare();

	*taken = fd == -1 && is_held(AT_FDCWD, state_path);
	if (fd == -1 && !*taken)
		fd = lockdir_open(state_dir, name, true);
	if (fd == -1)
		return -1;
	state_record_hold(fd);
	if (is_still_there(fd))
		return fd;
	close(fd);
	*taken = true;
	return -1;
}

/* Make state_path the name of that number, and spare_path one beside it.  The last component of it; NULL: they are too long. */
static const char *
set_paths(int number)
{
	char name[64];
	int n;

	if (number == 0)
		snprintf(name, sizeof(name), STATE_RECORD_PREFIX "%lu", record.pid);
	else
		snprintf(name, sizeof(name), STATE_RECORD_PREFIX "%lu_%d", record.pid, number);
	n = snprintf(state_path, sizeof(state_path), "%s/%s", state_dir, name);
	if (n < 0 || (size_t)n >= sizeof(state_path))
		return NULL;
	/* shorter than the other one */
	snprintf(spare_path, sizeof(spare_path), "%s/" SPARE, state_dir);
	return path_base(state_path);
}

static void
open_record(void)
{
	bool taken = true;
	const char *name;

	is_written = false;
	if (record.pid % SWEEP_EVERY == 0)
		sweep(state_dir);
	for (int i = 0; i < MAX_NAMES && taken && state_fd == -1; i++) {
		name = set_paths(i);
		state_fd = name != NULL ? open_named(name, &taken) : -1;
	}
	if (state_fd == -1) {
		state_path[0] = '\0';
		state_dir = NULL;
	}
}

void
state_phase(enum state_phase phase)
{
	if (state_dir != NULL && state_fd == -1)
		open_record();
	if (state_fd == -1 || (is_written && record.phase == (int)phase))
		return;
	record.phase = (int)phase;
	is_written = true;
	if (pwrite(state_fd, &record, sizeof(record), 0) != (ssize_t)sizeof(record))
		state_end();
}

void
state_end(void)
{
	int saved_errno = errno;
	bool was_open = state_fd != -1;

	/* first of all: who takes the file for the next record must be able to hold it */
	if (was_open)
		close(state_fd);
	state_fd = -1;
	/* a signal may come before it is known whose the name is */
	if (state_path[0] != '\0' && (was_open ? !leave_spare() : !is_held(AT_FDCWD, state_path)))
		unlink(state_path);
	state_path[0] = '\0';
	errno = saved_errno;
}
