/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table is fixed and its slots are changed by single stores, so that a signal handler finds
 * it whole at any moment.  Each slot knows its process: a forked child leaves its parent's files alone.
 */
#include "base/tmp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"

#define SLOTS 256
#define CLAIM_FLAGS (O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

struct slot {
	_Atomic(char *) name;	/* NULL: free; set last, cleared first */
	pid_t owner;
	bool dir;
};

static struct slot slots[SLOTS];

const char *
tmp_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir != NULL && dir[0] == '/' ? dir : "/tmp";
}

char *
tmp_prefix(const char *name)
{
	return path_join(access(tmp_dir(), W_OK | X_OK) == 0 ? tmp_dir() : "/tmp", name);
}

static struct slot *
free_slot(void)
{
	for (size_t i = 0; i < countof(slots); i++) {
		if (atomic_load(&slots[i].name) == NULL)
			return &slots[i];
	}
	errno = ENFILE;
	return NULL;
}

static const char *
fill_slot(struct slot *slot, char *name, bool dir)
{
	slot->owner = getpid();
	slot->dir = dir;
	atomic_store(&slot->name, name);
	return name;
}

static struct slot *
find_slot(const char *name)
{
	for (size_t i = 0; name != NULL && i < countof(slots); i++) {
		if (atomic_load(&slots[i].name) == name)
			return &slots[i];
	}
	return NULL;
}

/*
 * Between the making of a file and its registration no signal handler may run.  (The other order
 * would not do: a name that turns out to be taken is somebody else's file.)
 */
static void
block_signals(sigset_t *old)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, old);
}

static void
restore_signals(const sigset_t *old)
{
	int saved_errno = errno;

	sigprocmask(SIG_SETMASK, old, NULL);
	errno = saved_errno;
}

int
tmp_create(const char *prefix, const char *suffix, const char **name)
{
	struct slot *slot = free_slot();
	sigset_t old;
	char *path;
	int fd;

	if (slot == NULL || asprintf(&path, "%sXXXXXX%s", prefix, suffix) == -1)
		return -1;
	block_signals(&old);
	fd = mkostemps(path, (int)strlen(suffix), O_CLOEXEC);
	if (fd != -1)
		*name = fill_slot(slot, path, false);
	restore_signals(&old);
	if (fd == -1)
		free(path);
	return fd;
}

/* Is it what is called path now, and nothing else's?  It may have been renamed or removed before we had the lock. */
static bool
is_own_file(int fd, const char *path, struct stat *st)
{
	struct stat named;

	return fstat(fd, st) == 0 && lstat(path, &named) == 0 && st->st_ino == named.st_ino && st->st_dev == named.st_dev &&
		S_ISREG(st->st_mode) && st->st_nlink == 1 && st->st_uid == geteuid();
}

/* ext4 writes a file that was cut to nothing to the disk when it is closed, even if it had been empty. */
static bool
is_empty_now(int fd, const struct stat *st)
{
	return st->st_size == 0 || ftruncate(fd, 0) == 0;
}

int
tmp_claim(const char *path, const char **name)
{
	struct slot *slot = free_slot();
	char *copy = slot == NULL ? NULL : strdup(path);
	struct stat st;
	sigset_t old;
	bool made, locked, ours;
	int fd;

	if (copy == NULL)
		return -1;
	block_signals(&old);
	fd = open(path, CLAIM_FLAGS | O_CREAT | O_EXCL, 0600);
	made = fd != -1;
	if (!made && errno == EEXIST)
		fd = open(path, CLAIM_FLAGS);
	locked = fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0;
	/* a file system without locks: nobody else can claim it either */
	if (made && !locked && errno != EWOULDBLOCK)
		unlink(path);
	ours = locked && is_own_file(fd, path, &st) && is_empty_now(fd, &st);
	if (ours)
		*name = fill_slot(slot, copy, false);
	restore_signals(&old);
	if (ours)
		return fd;
	free(copy);
	if (fd != -1) {
		close(fd);
		errno = EBUSY;
	}
	return -1;
}

const char *
tmp_create_dir(const char *prefix)
{
	struct slot *slot = free_slot();
	const char *name = NULL;
	sigset_t old;
	char *path;

	if (slot == NULL || asprintf(&path, "%sXXXXXX", prefix) == -1)
		return NULL;
	block_signals(&old);
	if (mkdtemp(path) != NULL)
		name = fill_slot(slot, path, true);
	restore_signals(&old);
	if (name == NULL)
		free(path);
	return name;
}

const char *
tmp_register(const char *path)
{
	struct slot *slot = free_slot();
	char *copy = slot == NULL ? NULL : strdup(path);

	return copy == NULL ? NULL : fill_slot(slot, copy, false);
}

void
tmp_forget(const char *name)
{
	struct slot *slot = find_slot(name);

	if (slot != NULL)
		free(atomic_exchange(&slot->name, NULL));
}

void
tmp_remove(const char *name)
{
	struct slot *slot = find_slot(name);

	if (slot == NULL)
		return;
	if (unlink(name) == -1 && errno != ENOENT)
		tmp_remove_tree(name);
	tmp_forget(name);
}

/* Files first: a directory is empty then, if all that is in it was registered. */
static void
unlink_all(void)
{
	pid_t self = getpid();

	for (int dirs = 0; dirs <= 1; dirs++) {
		for (size_t i = 0; i < countof(slots); i++) {
			const char *name = atomic_load(&slots[i].name);

			if (name == NULL || slots[i].owner != self || slots[i].dir != dirs)
				continue;
			if (dirs || (unlink(name) == -1 && errno != ENOENT))
				rmdir(name);
		}
	}
}

void
tmp_cleanup(bool from_signal)
{
	int saved_errno = errno;

	unlink_all();
	if (!from_signal) {
		pid_t self = getpid();

		for (size_t i = 0; i < countof(slots); i++) {
			if (slots[i].owner == self)
				tmp_remove(atomic_load(&slots[i].name));
		}
	}
	errno = saved_errno;
}

/* Remembers the first failure only. */
static void
failed(int *first)
{
	if (*first == 0 && errno != ENOENT)
		*first = errno;
}

static void
remove_entries(int dir_fd, int *first)
{
	DIR *dir = fdopendir(dir_fd);
	struct dirent *e;

	if (dir == NULL) {
		failed(first);
		close(dir_fd);
		return;
	}
	(void)fchmod(dirfd(dir), 0700);		/* or its entries could not go */
	while ((e = readdir(dir)) != NULL) {
		int sub;

		if (streq(e->d_name, ".") || streq(e->d_name, ".."))
			continue;
		if (unlinkat(dirfd(dir), e->d_name, 0) == 0)
			continue;
		if (errno != EISDIR && errno != EPERM) {
			failed(first);
			continue;
		}
		sub = openat(dirfd(dir), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub == -1 && errno == EACCES && fchmodat(dirfd(dir), e->d_name, 0700, 0) == 0)
			sub = openat(dirfd(dir), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub == -1)
			failed(first);
		else
			remove_entries(sub, first);
		if (unlinkat(dirfd(dir), e->d_name, AT_REMOVEDIR) == -1)
			failed(first);
	}
	closedir(dir);
}

int
tmp_remove_tree(const char *path)
{
	int first = 0;
	int fd;

	if (unlink(path) == 0)
		return 0;
	if (errno == ENOENT)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return -1;
	remove_entries(fd, &first);
	if (rmdir(path) == -1)
		failed(&first);
	errno = first;
	return first == 0 ? 0 : -1;
}
