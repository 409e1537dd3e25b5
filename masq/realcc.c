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

static bool
is_masquerade(const char *dir, size_t len, const char *name)
{
	char *p = entry_path(dir, len, name);
	bool ours = realcc_is_ours(p);

	free(p);
	return ours;
}

char *
realcc_trim_path(const char *list, const char *name)
{
	struct buf out = BUF_INIT;
	bool cut = false, any = false;
	size_t len;

	for (const char *p = list;; p += len + 1) {
		len = strcspn(p, ":");
		if (is_masquerade(p, len, name)) {
			if (!cut) {
				buf_free(&out);
				any = false;
			}
			cut = true;
		} else {
			if (any)
				buf_adds(&out, ":");
			buf_add(&out, p, len);
			any = true;
		}
		if (p[len] == '\0')
			break;
	}
	if (!cut || out.p == NULL) {
		buf_free(&out);
		return xstrdup(cut ? "" : list);
	}
	return out.p;
}

char *
realcc_find(const char *name, const char *list)
{
	size_t len;
	char *p;

	if (strchr(name, '/') != NULL)
		return path_is_exec(name) && !realcc_is_ours(name) ? xstrdup(name) : NULL;
	if (list[0] == '\0')	/* nothing was left behind us: no invitation to look in the current directory */
		return NULL;
	for (const char *dir = list;; dir += len + 1) {
		len = strcspn(dir, ":");
		p = entry_path(dir, len, name);
		if (path_is_exec(p) && !realcc_is_ours(p) && !realcc_is_ccache(p))
			return p;
		free(p);
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
