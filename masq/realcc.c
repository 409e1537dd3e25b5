/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/realcc.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/path.h"
#include "base/util.h"

#define MAX_LINKS 40

/* How deep the guard counts; a value somebody else wrote counts as one. */
#define MAX_DEPTH 1000

bool
realcc_is_own_name(const char *name)
{
	return starts_with(name, "distcc") || streq(name, "lsdistcc");
}

char *
realcc_step(const char *path)
{
	char target[PATH_MAX];
	ssize_t n;
	const char *base;

	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return NULL;
	target[n] = '\0';
	base = path_base(path);
	if (target[0] == '/' || base == path)
		return xstrdup(target);
	return xasprintf("%.*s%s", (int)(base - path), path, target);
}

/* Does one of the names along the chain of links satisfy test? */
static bool
chain_has(const char *path, bool (*test)(const char *name))
{
	char *at = xstrdup(path), *next;
	bool found = false;

	for (int i = 0; i < MAX_LINKS && at != NULL && !found; i++) {
		/* The name we look for says nothing: "gcc" is what both a compiler and a link to us are called. */
		found = i > 0 && test(path_base(at));
		next = found ? NULL : realcc_step(at);
		free(at);
		at = next;
	}
	free(at);
	return found;
}

static bool
is_running_program(const struct stat *st)
{
	static struct stat self;
	static int known;	/* 0 not asked, 1 known, -1 no /proc */

	if (known == 0)
		known = stat("/proc/self/exe", &self) == 0 ? 1 : -1;
	return known == 1 && st->st_dev == self.st_dev && st->st_ino == self.st_ino;
}

bool
realcc_is_ours(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return false;
	return is_running_program(&st) || realcc_is_own_name(path_base(path)) || chain_has(path, realcc_is_own_name);
}

static bool
is_ccache_name(const char *name)
{
	return streq(name, "ccache");
}

bool
realcc_is_ccache(const char *path)
{
	return is_ccache_name(path_base(path)) || chain_has(path, is_ccache_name);
}

/* dir/name; an empty word of PATH is the current directory. */
static char *
entry_path(const char *dir, size_t len, const char *name)
{
	if (len == 0)
		return xasprintf("./%s", name);
	return xasprintf("%.*s/%s", (int)len, dir, name);
}

enum entry { ENTRY_OTHER, ENTRY_OURS, ENTRY_COMPILER };

/* What the file dir/name is.  Most entries of PATH hold no such name: one system call must do for them. */
static enum entry
look_at(const char *path)
{
	if (access(path, X_OK) == -1)
		return ENTRY_OTHER;
	if (realcc_is_ours(path))
		return ENTRY_OURS;
	return path_is_exec(path) && !realcc_is_ccache(path) ? ENTRY_COMPILER : ENTRY_OTHER;
}

static void
append(struct buf *list, size_t *entries, const char *dir, size_t len)
{
	if ((*entries)++ > 0)
		buf_adds(list, ":");
	buf_add(list, dir, len);
}

char *
realcc_trim_path(const char *list, const char *name, char **found)
{
	struct buf out = BUF_INIT;
	size_t len, entries = 0;
	bool cut = false;
	enum entry kind;
	char *path;

	*found = NULL;
	if (list[0] == '\0')
		return xstrdup(list);
	for (const char *dir = list;; dir += len + 1) {
		len = strcspn(dir, ":");
		path = entry_path(dir, len, name);
		kind = look_at(path);
		if (kind == ENTRY_OURS && !cut) {
			cut = true;
			entries = 0;
			buf_free(&out);
			free(*found);
			*found = NULL;
		}
		if (kind != ENTRY_OURS)
			append(&out, &entries, dir, len);
		if (kind == ENTRY_COMPILER && *found == NULL)
			*found = path;
		else
			free(path);
		if (dir[len] == '\0')
			break;
	}
	return out.p != NULL ? out.p : xstrdup("");
}

char *
realcc_find(const char *name, const char *list)
{
	size_t len;
	char *path;

	if (strchr(name, '/') != NULL)
		return path_is_exec(name) && !realcc_is_ours(name) ? xstrdup(name) : NULL;
	if (list[0] == '\0')	/* nothing was left behind us: no invitation to look in the current directory */
		return NULL;
	for (const char *dir = list;; dir += len + 1) {
		len = strcspn(dir, ":");
		path = entry_path(dir, len, name);
		if (look_at(path) == ENTRY_COMPILER)
			return path;
		free(path);
		if (dir[len] == '\0')
			return NULL;
	}
}

char *
realcc_resolve(const char *path)
{
	char *at = xstrdup(path), *next;

	for (int i = 0; i < MAX_LINKS; i++) {
		next = realcc_step(at);
		if (next == NULL) {
			if (errno == EINVAL)
				return at;
			free(at);
			return NULL;
		}
		free(at);
		at = next;
	}
	free(at);
	errno = ELOOP;
	return NULL;
}

int
realcc_depth(void)
{
	const char *s = getenv(REALCC_GUARD);
	long depth;

	if (s == NULL || s[0] == '\0')
		return 0;
	return num_parse(s, 0, MAX_DEPTH, &depth) ? (int)depth : 1;
}

void
realcc_set_depth(int depth)
{
	char s[16];

	snprintf(s, sizeof(s), "%d", depth + 1);
	setenv(REALCC_GUARD, s, 1);
}
