/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cas/store_part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/path.h"
#include "base/util.h"

#define BLOCK 4096u

/* How stale the note of the last use may be. */
#define TOUCH_SECONDS 600

void
store_name(const struct digest *d, char out[STORE_NAME_LEN])
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(d, hex);
	memcpy(out, hex, 2);
	out[2] = '/';
	memcpy(out + 3, hex + 2, DIGEST_HEX_LEN - 1);
}

uint64_t
store_charge(uint64_t size)
{
	return (size + 2 * BLOCK - 1) / BLOCK * BLOCK;
}

/* A number that is another one after each boot; 0 where the kernel does not tell. */
static uint64_t
boot_number(void)
{
	struct buf text = BUF_INIT;
	struct digest d = {{0}};
	uint64_t n;

	if (buf_read_file(&text, "/proc/sys/kernel/random/boot_id", 4096) == 0)
		digest_mem(&d, text.p, text.n);
	buf_free(&text);
	memcpy(&n, d.b, sizeof(n));
	return n;
}

/* Open a directory of the store, making it if need be.  -1: *why says what is wrong. */
static int
open_dir(int parent, const char *name, const char *shown, char **why)
{
	struct stat st;
	int fd;

	if (mkdirat(parent, name, 0700) == -1 && errno != EEXIST) {
		*why = xasprintf("cannot make %s: %s", shown, strerror(errno));
		return -1;
	}
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1) {
		*why = xasprintf("cannot open %s: %s", shown, strerror(errno));
	} else if (st.st_uid != geteuid()) {
		*why = xasprintf("%s belongs to somebody else (user id %ld)", shown, (long)st.st_uid);
	} else if (faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) == -1) {
		*why = xasprintf("cannot write to %s: %s", shown, strerror(errno));
	} else {
		return fd;
	}
	if (fd != -1)
		close(fd);
	return -1;
}

static int
open_below(const struct store *s, const char *dir, const char *name, char **why)
{
	char *shown = path_join(dir, name);
	int fd = open_dir(s->dir, name, shown, why);

	free(shown);
	return fd;
}

struct store *
store_open(const char *dir, uint64_t max_bytes, char **why)
{
	struct store *s = xcalloc(1, sizeof(*s));

	*s = (struct store){.dir = -1, .objects = -1, .actions = -1, .jobs = -1, .trees = -1, .max = max_bytes, .boot = boot_number(),
			    .opened_ms = clock_ms()};
	s->jobs_path = path_join(dir, "jobs");
	s->trees_path = path_join(dir, "trees");
	*why = NULL;
	if (path_mkdirs(dir) == -1)
		*why = xasprintf("cannot make %s: %s", dir, strerror(errno));
	else if ((s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		*why = xasprintf("cannot open %s: %s", dir, strerror(errno));
	if (*why == NULL)
		s->objects = open_below(s, dir, "objects", why);
	if (*why == NULL)
		s->actions = open_below(s, dir, "actions", why);
	if (*why == NULL)
		s->jobs = open_below(s, dir, "jobs", why);
	if (*why == NULL)
		s->trees = open_below(s, dir, "trees", why);
	if (*why == NULL)
		return s;
	store_close(s);
	return NULL;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->trees != -1)
		close(s->trees);
	if (s->jobs != -1)
		close(s->jobs);
	if (s->actions != -1)
		close(s->actions);
	if (s->objects != -1)
		close(s->objects);
	if (s->dir != -1)
		close(s->dir);
	free(s->jobs_path);
	free(s->trees_path);
	free(s);
}

/* A directory that was removed has no name left. */
static bool
has_name(int dir)
{
	struct stat st;

	return fstat(dir, &st) == 0 && st.st_nlink > 0;
}

bool
store_is_there(const struct store *s)
{
	struct stat named, ours;

	/* one that was moved takes the others with it */
	if (stat(s->jobs_path, &named) == -1 || fstat(s->jobs, &ours) == -1)
		return false;
	return named.st_dev == ours.st_dev && named.st_ino == ours.st_ino && has_name(s->objects) && has_name(s->actions) && has_name(s->trees);
}

int
store_lock_large(const struct store *s)
{
	int fd = openat(s->dir, "large", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600), err;

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1) {
		err = errno;
		close(fd);
		errno = err;
		fd = -1;
	}
	return fd;
}

const char *
store_jobs(const struct store *s, int *fd)
{
	*fd = s->jobs;
	return s->jobs_path;
}

const char *
store_trees(const struct store *s, int *fd)
{
	*fd = s->trees;
	return s->trees_path;
}

uint64_t
store_boot(const struct store *s)
{
	return s->boot;
}

uint64_t
store_max(const struct store *s)
{
	return s->max;
}

int64_t
store_opened_ms(const struct store *s)
{
	return s->opened_ms;
}

void
store_touch(int dir, const char *name, const struct stat *st)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_OMIT}};
	time_t now = time(NULL);

	if (st->st_atime < now - TOUCH_SECONDS || st->st_atime > now + TOUCH_SECONDS)
		(void)!utimensat(dir, name, times, AT_SYMLINK_NOFOLLOW);
}

int
store_new(struct store *s, int tmp, char name[STORE_NEW_LEN])
{
	int fd;

	snprintf(name, STORE_NEW_LEN, "new.%u", s->files++);
	fd = openat(tmp, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	/* of a job that was killed */
	if (fd == -1 && errno == EEXIST && unlinkat(tmp, name, 0) == 0)
		fd = openat(tmp, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd;
}

int
store_publish(int tmp, const char *from, int dir, const char *name)
{
	char shard[3] = {name[0], name[1], '\0'};

	if (renameat(tmp, from, dir, name) == 0)
		return 0;
	if (errno != ENOENT || (mkdirat(dir, shard, 0700) == -1 && errno != EEXIST))
		return -1;
	return renameat(tmp, from, dir, name);
}
