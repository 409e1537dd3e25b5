/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/util.h"

#define CGROUP2_MAGIC 0x63677270
#define OWN "distccd"
#define JOB "job."
#define MAX_JOB_GROUPS 20000
#define KILL_MS 1000

static bool
put(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
	bool ok = fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd != -1)
		close(fd);
	return ok;
}

static bool
put_number(int dir, const char *name, long long n)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", n);
	return put(dir, name, text);
}

static bool
is_cgroup2(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP2_MAGIC;
}

static int
open_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1 || is_cgroup2(fd))
		return fd;
	close(fd);
	errno = ENOTSUP;
	return -1;
}

/* The group we are in, below where the hierarchy usually is; -1: there is none. */
static int
open_own(void)
{
	static const char *const mounts[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	struct buf text = BUF_INIT;
	const char *line;
	int fd = -1;

	if (buf_read_file(&text, "/proc/self/cgroup", 65536) == 0 && text.p != NULL &&
	    (line = starts_with(text.p, "0::/") ? text.p : strstr(text.p, "\n0::/")) != NULL) {
		size_t n;

		line = strchr(line, '/');
		n = strcspn(line, "\n");
		for (size_t i = 0; fd == -1 && i < countof(mounts); i++) {
			char *path = xasprintf("%s%.*s", mounts[i], (int)n, line);

			fd = open_dir(path);
			free(path);
		}
	}
	buf_free(&text);
	return fd;
}

/* Somebody has said that it is ours: the service manager, or an owner other than root. */
static bool
is_delegated(int dir, uid_t uid)
{
	char value[8];
	struct stat st;

	if (fgetxattr(dir, "trusted.delegate", value, sizeof(value)) == 1 || fgetxattr(dir, "user.delegate", value, sizeof(value)) == 1)
		return value[0] == '1';
	return uid != 0 && fstat(dir, &st) == 0 && st.st_uid == uid;
}

/* No process may be in a group that has controllers for groups below it, so we go below it, too. */
static bool
move_down(int dir)
{
	int own;
	bool ok;

	if (mkdirat(dir, OWN, 0755) == -1 && errno != EEXIST)
		return false;
	own = openat(dir, OWN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = own != -1 && put_number(own, "cgroup.procs", getpid());
	if (own != -1)
		close(own);
	return ok;
}

static void
hand_over(int dir, uid_t uid, gid_t gid)
{
	static const char *const names[] = {"", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads", OWN, OWN "/cgroup.procs"};

	for (size_t i = 0; geteuid() == 0 && i < countof(names); i++)
		(void)!fchownat(dir, names[i], uid, gid, AT_EMPTY_PATH);
}

/* Which of them jobs will be limited by. */
static char *
enable_controllers(int dir)
{
	static const struct {
		const char *command, *words;
	} wanted[] = {{"+memory", "memory"}, {"+pids", "processes"}, {"+cpu", "processor time"}};
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < countof(wanted); i++) {
		if (put(dir, "cgroup.subtree_control", wanted[i].command))
			buf_addf(&b, "%s%s", b.n > 0 ? ", " : "", wanted[i].words);
	}
	return b.p;
}

static bool
settle(struct cgroups *c, uid_t uid, gid_t gid)
{
	if (!move_down(c->dir)) {
		c->why = xasprintf("cannot move there: %s", strerror(errno));
		close(c->dir);
		c->dir = -1;
		return false;
	}
	c->in_force = enable_controllers(c->dir);
	hand_over(c->dir, uid, gid);
	return true;
}

bool
cgroups_take(struct cgroups *c, const char *named, uid_t uid, gid_t gid)
{
	c->dir = named != NULL ? open_dir(named) : open_own();
	if (named != NULL && c->dir == -1) {
		log_err("--cgroup %s", named);
		return false;
	}
	if (c->dir == -1) {
		c->why = xstrdup("there are no control groups of version 2");
		return true;
	}
	if (named == NULL && !is_delegated(c->dir, uid)) {
		c->why = xstrdup("none was delegated (Delegate=yes of systemd, or --cgroup)");
		close(c->dir);
		c->dir = -1;
		return true;
	}
	if (settle(c, uid, gid) || named == NULL)
		return true;
	log_errx("--cgroup %s: %s", named, c->why);
	return false;
}

void
cgroups_free(struct cgroups *c)
{
	if (c->dir != -1)
		close(c->dir);
	free(c->in_force);
	free(c->why);
	*c = (struct cgroups)CGROUPS_INIT;
}

/* There are processes in it or below it. */
static bool
is_populated(int job)
{
	int fd = openat(job, "cgroup.events", O_RDONLY | O_CLOEXEC);
	char text[256];
	ssize_t n = fd == -1 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd != -1)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "populated 1") != NULL;
}

/*
 * Kernels since 6.14 kill whoever is born into a group whose processes were killed before, so such a one is not used
 * again: that its owner may not write to it tells, until it can be removed.
 */
#define SPENT 0500

static void
name_of(int n, char name[32])
{
	snprintf(name, 32, JOB "%d", n);
}

/* Locked; -1: somebody has it, or it has gone. */
static int
lock_job(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0 && faccessat(fd, "cgroup.procs", F_OK, 0) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

static bool
is_usable(int job)
{
	struct stat st;

	return fstat(job, &st) == 0 && (st.st_mode & S_IWUSR) != 0 && !is_populated(job);
}

/* Locked, and as new; -1: this one cannot be had. */
static int
take_job(int dir, const char *name)
{
	int job = lock_job(dir, name);
	bool removed;

	if (job == -1 || is_usable(job))
		return job;
	removed = unlinkat(dir, name, AT_REMOVEDIR) == 0;
	close(job);
	return removed && mkdirat(dir, name, 0755) == 0 ? lock_job(dir, name) : -1;
}

/* -2: none can be made. */
static int
open_job(int dir, int n)
{
	char name[32];

	name_of(n, name);
	if (mkdirat(dir, name, 0755) == -1 && errno != EEXIST)
		return -2;
	return take_job(dir, name);
}

static void
set_limits(const struct cgroups *c, int job)
{
	/* each only where there is that controller */
	(void)put_number(job, "memory.max", (long long)c->memory);
	(void)put(job, "memory.oom.group", "1");
	(void)put_number(job, "pids.max", c->processes);
	(void)put_number(job, "cpu.weight.nice", c->nice > 19 ? 19 : c->nice);
}

void
cgroup_job_begin(const struct cgroups *c, struct cgroup_job *j)
{
	*j = (struct cgroup_job)CGROUP_JOB_INIT;
	if (c->dir == -1)
		return;
	j->above = c->dir;
	for (j->n = 0; j->dir == -1 && j->n < MAX_JOB_GROUPS; j->n++)
		j->dir = open_job(c->dir, j->n);
	j->n--;
	if (j->dir < 0)
		j->dir = -1;
	else
		set_limits(c, j->dir);
}

/* Locked. */
static void
empty(int above, const char *name, int job)
{
	int64_t until = clock_ms() + KILL_MS;

	if (is_populated(job)) {
		(void)fchmod(job, SPENT);
		(void)put(job, "cgroup.kill", "1");
		while (is_populated(job) && clock_ms() < until)
			clock_wait_ms(1);
		(void)!unlinkat(above, name, AT_REMOVEDIR);
	}
}

void
cgroup_job_end(struct cgroup_job *j)
{
	char name[32];

	if (j->dir != -1) {
		name_of(j->n, name);
		empty(j->above, name, j->dir);
		close(j->dir);
	}
	*j = (struct cgroup_job)CGROUP_JOB_INIT;
}

void
cgroups_sweep(const struct cgroups *c)
{
	int fd = c->dir == -1 ? -1 : openat(c->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		int job = starts_with(e->d_name, JOB) ? openat(c->dir, e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

		if (job == -1)
			continue;
		if (flock(job, LOCK_EX | LOCK_NB) == 0) {
			empty(c->dir, e->d_name, job);
			(void)!unlinkat(c->dir, e->d_name, AT_REMOVEDIR);
		}
		close(job);
	}
	if (d != NULL)
		closedir(d);
	else if (fd != -1)
		close(fd);
}
