/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
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

#define MAGIC 0x44494800ul
#define NAME_LEN 128
#define PREFIX "binstate_"
#define STALE_S 600
#define SWEEP_EVERY 16		/* one client in so many looks for what others have left */

/*
 * Files of records that have ended, for the next ones.  To make a file costs much more than to rename one, the more the
 * more files have been removed of late: ext4 passes over each of their inodes for a minute.
 */
#define SPARE ".spare_0"
#define SPARES 8
#define NO_REPLACE 1u		/* RENAME_NOREPLACE of the kernel */

/* Stock's struct as it lies in memory; 296 bytes where long has 64 bits. */
struct record {
	size_t size;
	unsigned long magic;
	unsigned long pid;
	char file[NAME_LEN];
	char host[NAME_LEN];
	int slot;
	int phase;
	void *next;	/* stock's monitor links them in memory */
};

_Static_assert(sizeof(long) != 8 || sizeof(struct record) == 296, "not what stock's monitors read");

static struct record record;
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
	record = (struct record){.size = sizeof(record), .magic = MAGIC, .pid = (unsigned long)getpid()};
	snprintf(record.file, sizeof(record.file), "%s", file != NULL ? path_base(file) : "");
}

void
state_host(const char *label, int slot)
{
	snprintf(record.host, sizeof(record.host), "%s", label);
	record.slot = slot;
	is_written = false;
}

/* "binstate_PID" of a process that has gone without a word, some time ago: a live one may have a pid that only its namespace knows. */
static void
sweep_one(int dir, const char *name, time_t now)
{
	struct stat st;
	char *end;
	long pid;

	if (!starts_with(name, PREFIX))
		return;
	pid = strtol(name + strlen(PREFIX), &end, 10);
	if (pid <= 0 || *end != '\0' || kill((pid_t)pid, 0) == 0 || errno != ESRCH)
		return;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_mtime < now - STALE_S)
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
	struct record old;
	struct stat now;

	if (fd == -1)
		return -1;
	if (fstat(fd, &now) == 0 && is_spare(&now) && now.st_dev == st->st_dev && now.st_ino == st->st_ino &&
	    pread(fd, &old, sizeof(old), 0) == (ssize_t)sizeof(old) && old.size == sizeof(old) && old.magic == MAGIC)
		return fd;
	close(fd);
	return -1;
}

/* A file that was a record before; -1: there is none. */
static int
take_spare(void)
{
	struct stat st;

	for (int i = 0; i < SPARES; i++) {
		*spare_number() = (char)('0' + i);
		if (lstat(spare_path, &st) == 0 && is_spare(&st) && rename(spare_path, state_path) == 0)
			return open_spare(&st);
	}
	return -1;
}

/* Make state_path a spare file; not every C library knows the call. */
static bool
leave_spare(void)
{
#ifdef SYS_renameat2
	for (int i = 0; i < SPARES; i++) {
		*spare_number() = (char)('0' + i);
		if (syscall(SYS_renameat2, AT_FDCWD, state_path, AT_FDCWD, spare_path, NO_REPLACE) == 0)
			return true;
		if (errno != EEXIST)
			return false;
	}
#endif
	return false;
}

static void
open_record(void)
{
	char name[32];
	int n;

	is_written = false;
	if (record.pid % SWEEP_EVERY == 0)
		sweep(state_dir);
	snprintf(name, sizeof(name), PREFIX "%lu", record.pid);
	n = snprintf(state_path, sizeof(state_path), "%s/%s", state_dir, name);
	if (n < 0 || (size_t)n >= sizeof(state_path)) {
		state_path[0] = '\0';
	} else {
		/* shorter than the other name */
		snprintf(spare_path, sizeof(spare_path), "%s/" SPARE, state_dir);
		state_fd = take_spare();
		if (state_fd == -1)
			state_fd = lockdir_open(state_dir, name, true);
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

	if (state_path[0] != '\0' && (state_fd == -1 || !leave_spare()))
		unlink(state_path);
	state_path[0] = '\0';
	if (state_fd != -1)
		close(state_fd);
	state_fd = -1;
	errno = saved_errno;
}
