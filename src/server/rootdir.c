/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/rootdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/util.h"
#include "server/filestamp.h"

#define MAX_LINKS 40
#define MAX_DEPTH 32

bool
rootdir_fail(struct rootdir *r, char *why)
{
	if (r->why == NULL)
		r->why = why;
	else
		free(why);
	return false;
}

static bool
fail_errno(struct rootdir *r, const char *name)
{
	return rootdir_fail(r, xasprintf("%s: %s", name, strerror(errno)));
}

bool
rootdir_open(struct rootdir *r, const char *dir, const char *pool, struct strv *list)
{
	*r = (struct rootdir){.list = list};
	r->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->fd == -1)
		return false;
	r->pool = open(pool, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->pool == -1)
		close(r->fd);
	return r->pool != -1;
}

void
rootdir_close(struct rootdir *r)
{
	close(r->fd);
	close(r->pool);
}

static bool
make_dir(struct rootdir *r, const char *at)
{
	if (mkdirat(r->fd, at, 0755) == -1)
		return fail_errno(r, at);
	if (!r->quiet)
		strv_pushf(r->list, "d /%s", at);
	return true;
}

static bool
make_link(struct rootdir *r, const char *at, const char *target)
{
	if (symlinkat(target, r->fd, at) == -1)
		return fail_errno(r, at);
	if (!r->quiet)
		strv_pushf(r->list, "l /%s\t%s", at, target);
	return true;
}

/* What the link at in the root leads to; NULL if it is none.  The caller frees. */
static char *
link_in_root(const struct rootdir *r, const char *at)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(r->fd, at, target, sizeof(target) - 1);

	return n <= 0 ? NULL : xstrndup(target, (size_t)n);
}

/* The same on this system, where at is below "/". */
static char *
link_on_system(const char *at)
{
	char *path = xasprintf("/%s", at), target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	free(path);
	return n <= 0 ? NULL : xstrndup(target, (size_t)n);
}

/* A name on its way through the root. */
struct walk {
	char *at;	/* so far: no links, no slash in front */
	char *rest;
	int links;
};

static void
set(char **s, char *value)
{
	free(*s);
	*s = value;
}

/* Take the next component off rest; NULL at the end.  The caller frees. */
static char *
next_component(struct walk *w)
{
	char *p = w->rest + strspn(w->rest, "/");
	size_t len = strcspn(p, "/");
	char *component = len == 0 ? NULL : xstrndup(p, len);

	set(&w->rest, xstrdup(p + len));
	return component;
}

static void
go_up(struct walk *w)
{
	char *slash = strrchr(w->at, '/');

	if (slash != NULL)
		*slash = '\0';
	else
		set(&w->at, xstrdup(""));
}

static void
follow(struct walk *w, char *target)
{
	set(&w->rest, xasprintf("%s/%s", target, w->rest));
	if (target[0] == '/')
		set(&w->at, xstrdup(""));
	free(target);
}

static bool
is_last(const struct walk *w)
{
	return w->rest[strspn(w->rest, "/")] == '\0';
}

/* One component further.  A link of this system comes into the root before it is followed. */
static bool
step(struct rootdir *r, struct walk *w, const char *component, bool as_dir)
{
	char *at = *w->at == '\0' ? xstrdup(component) : path_join(w->at, component), *target;
	struct stat st;
	bool ok = true, there = fstatat(r->fd, at, &st, AT_SYMLINK_NOFOLLOW) == 0;

	target = there ? link_in_root(r, at) : link_on_system(at);
	if (target != NULL) {
		ok = there || make_link(r, at, target);
		if (ok && ++w->links > MAX_LINKS)
			ok = rootdir_fail(r, xasprintf("/%s: %s", at, strerror(ELOOP)));
		follow(w, target);
		free(at);
		return ok;
	}
	if (there && !S_ISDIR(st.st_mode) && !is_last(w))
		ok = rootdir_fail(r, xasprintf("/%s is no directory", at));
	else if (!there && (as_dir || !is_last(w)))
		ok = make_dir(r, at);
	set(&w->at, at);
	return ok;
}

/*
 * Where name leads to in the root: all directories and links on the way are there then, the last component only if
 * as_dir.  NULL and r->why on failure.  The caller frees.
 */
static char *
settle(struct rootdir *r, const char *name, bool as_dir)
{
	struct walk w = {.at = xstrdup(""), .rest = xstrdup(name)};
	char *component;
	bool ok = true;

	while (ok && (component = next_component(&w)) != NULL) {
		if (streq(component, ".."))
			go_up(&w);
		else if (!streq(component, "."))
			ok = step(r, &w, component, as_dir);
		free(component);
	}
	free(w.rest);
	if (ok)
		return w.at;
	free(w.at);
	return NULL;
}

bool
rootdir_mkdir(struct rootdir *r, const char *name)
{
	char *at = settle(r, name, true);

	free(at);
	return at != NULL;
}

bool
rootdir_impose(struct rootdir *r, const char *name, const char *target)
{
	char *path = xstrdup(name + 1);
	bool ok = true;

	for (char *slash = strchr(path, '/'); ok && slash != NULL; slash = strchr(slash + 1, '/')) {
		struct stat st;

		*slash = '\0';
		if (fstatat(r->fd, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
			ok = make_dir(r, path);
		*slash = '/';
	}
	if (ok && target != NULL)
		ok = make_link(r, path, target);
	else if (ok && faccessat(r->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == -1)
		ok = make_dir(r, path);
	free(path);
	return ok;
}

/* All bytes of a file; shared with it where the file system can. */
static bool
copy_bytes(int from, int to, uint64_t size)
{
	return ioctl(to, FICLONE, from) == 0 || io_copy(from, to, size, &IO_FOREVER) == IO_OK;
}

/* A copy of source in the pool under the name stamp, unless it is there.  0, or -1 with errno. */
static int
copy_to_pool(const struct rootdir *r, const char *source, const char *stamp)
{
	int from = open(source, O_RDONLY | O_NONBLOCK | O_CLOEXEC), to = -1, err = 0;
	char tmp[32], now[FILESTAMP_MAX];
	struct stat st;

	snprintf(tmp, sizeof(tmp), "new.%ld", (long)getpid());
	if (from != -1)
		to = openat(r->pool, tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (to == -1 || fstat(from, &st) == -1 || !copy_bytes(from, to, (uint64_t)st.st_size) ||
	    fchmod(to, (st.st_mode & 0111) != 0 ? 0555 : 0444) == -1 || fstat(from, &st) == -1)
		err = errno != 0 ? errno : EIO;
	filestamp_of(&st, now);
	if (err == 0 && !streq(now, stamp))
		err = EAGAIN;
	if (err == 0 && renameat(r->pool, tmp, r->pool, stamp) == -1)
		err = errno;
	if (err != 0 && to != -1)
		unlinkat(r->pool, tmp, 0);
	if (to != -1)
		close(to);
	if (from != -1)
		close(from);
	errno = err;
	return err == 0 ? 0 : -1;
}

static bool
put_at(struct rootdir *r, const char *at, const char *source)
{
	char stamp[FILESTAMP_MAX];
	struct stat st;

	if (fstatat(r->fd, at, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	if (!filestamp_at(source, stamp))
		return fail_errno(r, source);
	if (linkat(r->pool, stamp, r->fd, at, 0) == -1) {
		/* not there, or as many times as a file can be: then a new one */
		if (copy_to_pool(r, source, stamp) == -1 || linkat(r->pool, stamp, r->fd, at, 0) == -1)
			return fail_errno(r, source);
	}
	if (!r->quiet)
		strv_pushf(r->list, "f /%s\t%s\t%s", at, stamp, source);
	return true;
}

bool
rootdir_put(struct rootdir *r, const char *name, const char *source)
{
	char *at = settle(r, name, false);
	bool ok = at != NULL && put_at(r, at, source);

	free(at);
	return ok;
}

static bool put_dir(struct rootdir *r, const char *name, int depth);

/* What cannot be read is left out: it is no part of a compiler. */
static bool
put_entry(struct rootdir *r, const char *name, int depth)
{
	struct stat st;

	if (stat(name, &st) == -1)
		return true;
	if (S_ISDIR(st.st_mode))
		return depth >= MAX_DEPTH || put_dir(r, name, depth + 1);
	if (!S_ISREG(st.st_mode) || access(name, R_OK) == -1)
		return true;
	return rootdir_put(r, name, name);
}

static bool
put_dir(struct rootdir *r, const char *name, int depth)
{
	DIR *d = opendir(name);
	const struct dirent *e;
	bool ok = true;

	while (d != NULL && ok && (e = readdir(d)) != NULL) {
		char *path = path_join(name, e->d_name);

		ok = streq(e->d_name, ".") || streq(e->d_name, "..") || put_entry(r, path, depth);
		free(path);
	}
	if (d != NULL)
		closedir(d);
	return ok;
}

bool
rootdir_put_all(struct rootdir *r, const char *name)
{
	bool ok;

	r->quiet = true;
	ok = put_entry(r, name, 0);
	r->quiet = false;
	return ok;
}
