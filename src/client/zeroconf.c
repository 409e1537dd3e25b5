/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/zeroconf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/util.h"
#include "client/lockdir.h"
#include "client/portage.h"
#include "config.h"

#define ANSWER_MS 4000		/* the helper takes 2 s at most */
#define POLL_MS 10
#define FRESH_S 5		/* a file used so short ago has a helper: that is not looked at for each job */
#define STALE_S 600		/* without a helper, and without the right to start one, older news are worth nothing */
#define WRITER_MS 500		/* for stock's helper to finish writing */

/* What is found in DISTCC_DIR/zeroconf. */
struct look {
	const char *dir;
	struct discovered *found;
	bool there;		/* found is what the file says */
	int64_t age_s;		/* since it was used or written */
};

const char *
zeroconf_helper(void)
{
	const char *path = getenv("DISTCC_ZEROCONF");

	return path != NULL && path[0] != '\0' ? path : HELPERDIR "/distcc-zeroconf";
}

/* Does a process hold a lock on the whole file?  False if there is no such file. */
static bool
is_locked(const char *dir, const char *name)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char *path = path_join(dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool locked = fd != -1 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;

	if (fd != -1)
		close(fd);
	free(path);
	return locked;
}

/* Stock's helper writes the file in place, under a lock that goes when fd is closed. */
static void
wait_for_writer(int fd)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int64_t end = clock_ms() + WRITER_MS;

	while (fcntl(fd, F_SETLK, &lock) == -1 && (errno == EAGAIN || errno == EACCES) && clock_ms() < end)
		clock_wait_ms(1);
}

static int64_t
age_of(const struct stat *st)
{
	time_t used = st->st_atime > st->st_mtime ? st->st_atime : st->st_mtime, now = time(NULL);

	return now < used ? INT64_MAX : now - used;
}

static void
look(struct look *l)
{
	char *path = path_join(l->dir, DISCOVERED_FILE);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct buf text = BUF_INIT;
	struct stat st;

	discovered_free(l->found);
	l->there = false;
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		wait_for_writer(fd);
		l->there = buf_read_fd(&text, fd, DISCOVERED_TEXT_MAX) == 0;
		l->age_s = age_of(&st);
	}
	if (l->there)
		discovered_parse(l->found, text.p != NULL ? text.p : "");
	if (fd != -1)
		close(fd);
	buf_free(&text);
	free(path);
}

static bool
has_answer(struct look *l)
{
	look(l);
	return l->there && !l->found->searching;
}

/* Start the helper.  It forks when it holds the lock, or knows that another one does.  NULL, or why it did not start. */
static char *
start_helper(const char *dir)
{
	static const struct proc_io io = {.in = PROC_NULL, .out = PROC_NULL, .err = PROC_NULL, .cwd = "/"};
	const char *path = zeroconf_helper();
	char browse[] = "--browse", *text = NULL;
	char *argv[] = {xstrdup(path), browse, xstrdup(dir), NULL};
	int status;
	pid_t pid;

	log_debug("starting %s for %s", path, dir);
	pid = proc_spawn(path, argv, &io);
	if (pid == -1)
		text = errno == ENOENT ? xasprintf("there is no %s (distcc was built without Avahi)", path) :
			xasprintf("%s cannot be run: %s", path, strerror(errno));
	else if (proc_wait(pid, &status, NULL) == -1 || proc_exit_code(status) != 0)
		text = xasprintf("%s failed with status %d", path, proc_exit_code(status));
	free(argv[0]);
	free(argv[2]);
	return text;
}

/* One of those who need it starts the helper, the others wait with it.  NULL, or why there is no answer. */
static char *
get_answer(struct look *l)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = lockdir_open(l->dir, "start", false);
	int64_t end = clock_ms() + ANSWER_MS;
	char *why = NULL;

	if (fd == -1)
		return xasprintf("%s cannot be written to: %s", l->dir, strerror(errno));
	while (why == NULL && fcntl(fd, F_SETLK, &lock) == -1) {
		if (errno != EAGAIN && errno != EACCES)
			why = xasprintf("no locks in %s: %s", l->dir, strerror(errno));
		else if (clock_ms() >= end || is_locked(l->dir, DISCOVERED_LOCK))
			break;
		else
			clock_wait_ms(POLL_MS);
	}
	if (why == NULL && !is_locked(l->dir, DISCOVERED_LOCK))
		why = start_helper(l->dir);
	close(fd);
	while (why == NULL && !has_answer(l)) {
		if (clock_ms() >= end || !is_locked(l->dir, DISCOVERED_LOCK))
			why = xstrdup("no answer from its helper program in time");
		else
			clock_wait_ms(POLL_MS);
	}
	return why;
}

/* Tell the helper that it is of use; not all file systems keep the time of a read. */
static void
mark_used(const struct look *l)
{
	char *path = path_join(l->dir, DISCOVERED_FILE);

	(void)utimensat(AT_FDCWD, path, NULL, 0);
	free(path);
}

static void
find(struct look *l, bool may_write)
{
	char *why;

	if (has_answer(l)) {
		if (l->age_s < FRESH_S)
			return;
		if (is_locked(l->dir, DISCOVERED_LOCK)) {
			if (may_write)
				mark_used(l);
			return;
		}
	}
	if (!may_write) {
		if (l->there && l->age_s < STALE_S)
			return;
		why = xasprintf("%s must not be written to now", l->dir);
	} else {
		why = get_answer(l);
	}
	if (why == NULL)
		return;
	discovered_free(l->found);
	l->found->why = why;
}

void
zeroconf_find(const char *dir, struct discovered *d)
{
	struct look l = {.found = d};
	char *sub, *whole, *cwd;

	*d = (struct discovered){0};
	if (dir == NULL) {
		d->why = xstrdup("there is neither DISTCC_DIR nor a home directory");
		return;
	}
	sub = path_join(dir, "zeroconf");
	if (sub[0] != '/') {		/* the helper is in another directory */
		cwd = path_cwd();
		whole = path_join(cwd != NULL ? cwd : "/", sub);
		free(cwd);
		free(sub);
		sub = whole;
	}
	l.dir = sub;
	find(&l, portage_may_write(dir));
	free(sub);
}
