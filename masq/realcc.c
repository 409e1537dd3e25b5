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

static bool
is_ccache_name(const char *name)
{
	return streq(name, "ccache");
}

/* What the names along the chain of links say. */
struct chain_names {
	bool ours, ccache;
};

static struct chain_names
chain_names(const char *path)
{
	char *at = xstrdup(path), *next;
	struct chain_names says = {false, false};

	for (int i = 0; i < MAX_LINKS && at != NULL && !says.ours; i++) {
		says.ours = realcc_is_own_name(path_base(at));
		says.ccache = says.ccache || is_ccache_name(path_base(at));
		next = says.ours ? NULL : realcc_step(at);
		free(at);
		at = next;
	}
	free(at);
	return says;
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
	return is_running_program(&st) || chain_names(path).ours;
}

bool
realcc_is_ccache(const char *path)
{
	return chain_names(path).ccache;
}

enum realcc_kind
realcc_kind(const char *path)
{
	struct chain_names says;
	struct stat st;

	/* Most entries of PATH hold no such name: one system call must do for them. */
	if (stat(path, &st) == -1 || access(path, X_OK) == -1)
		return REALCC_OTHER;
	if (is_running_program(&st))
		return REALCC_OURS;
	says = chain_names(path);
	if (says.ours)
		return REALCC_OURS;
	if (says.ccache)
		return REALCC_CCACHE;
	return S_ISREG(st.st_mode) ? REALCC_COMPILER : REALCC_OTHER;
}

/* dir/name; an empty word of PATH is the current directory. */
static char *
entry_path(const char *dir, size_t len, const char *name)
{
	if (len == 0)
		return xasprintf("./%s", name);
	return xasprintf("%.*s/%s", (int)len, dir, name);
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
	enum realcc_kind kind;
	char *path;

	*found = NULL;
	if (list[0] == '\0')
		return xstrdup(list);
	for (const char *dir = list;; dir += len + 1) {
		len = strcspn(dir, ":");
		path = entry_path(dir, len, name);
		kind = realcc_kind(path);
		if (kind == REALCC_OURS && !cut) {
			cut = true;
			entries = 0;
			buf_free(&out);
			free(*found);
			*found = NULL;
		}
		if (kind != REALCC_OURS)
			append(&out, &entries, dir, len);
		if (kind == REALCC_COMPILER && *found == NULL)
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
		if (realcc_kind(path) == REALCC_COMPILER)
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
