/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/cmdallow.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/realcc.h"

/* What is left of argv[0] without the two directories that clients may name freely. */
static const char *
plain_name(const char *argv0)
{
	static const char *const free_dirs[] = {"/usr/bin/", "/bin/"};

	for (size_t i = 0; i < countof(free_dirs); i++) {
		if (starts_with(argv0, free_dirs[i]))
			return argv0 + strlen(free_dirs[i]);
	}
	return argv0;
}

/* A word that names a program to be searched for, and not ourselves. */
static bool
is_name(const char *s)
{
	return *s != '\0' && strlen(s) <= NAME_MAX && strchr(s, '/') == NULL && !realcc_is_own_name(s);
}

static bool
runnable(const char *path)
{
	return path_is_exec(path) && !realcc_is_ours(path);
}

/* The last n words of the path s; all of it if it has no more. */
static const char *
last_words(const char *s, long n)
{
	const char *p = s + strlen(s);

	for (; p > s; p--) {
		if (p[-1] == '/' && --n == 0)
			return p;
	}
	return s;
}

static bool
in_dirs(const struct cmdallow *a, const char *name)
{
	for (size_t i = 0; i < a->dirs.n; i++) {
		char *file = path_join(a->dirs.v[i], name);
		bool there = path_is_exec(file);

		free(file);
		if (there)
			return true;
	}
	return false;
}

static bool
dir_has_names(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	bool found = false;

	if (d == NULL)
		return false;
	while (!found && (e = readdir(d)) != NULL) {
		char *file = path_join(dir, e->d_name);

		found = is_name(e->d_name) && path_is_exec(file);
		free(file);
	}
	closedir(d);
	return found;
}

bool
cmdallow_usable(const struct cmdallow *a)
{
	if (a->everything || a->commands.n > 0 || (a->has_cmdlist && a->cmdlist.n > 0))
		return true;
	for (size_t i = 0; !a->has_cmdlist && i < a->dirs.n; i++) {
		if (dir_has_names(a->dirs.v[i]))
			return true;
	}
	return false;
}

/* ".../gcc-12" ends in "gcc-12", and in "gcc" as well: the version may be left out. */
static bool
ends_in_name(const char *path, const char *name)
{
	const char *base = path_base(path);

	if (!starts_with(base, name))
		return false;
	base += strlen(name);
	return *base == '\0' || (*base == '-' && isdigit((unsigned char)base[1]));
}

/*
 * The plain name in a cross name: "gcc" in "x86_64-linux-gnu-gcc", "g++-12" in
 * "x86_64-linux-gnu-g++-12".  NULL if there is none.
 */
static const char *
plain_twin(const char *name)
{
	static const char *const plain[] = {"-gcc", "-g++", "-cc", "-c++", "-clang", "-clang++"};

	for (const char *p = strchr(name, '-'); p != NULL; p = strchr(p + 1, '-')) {
		for (size_t i = 0; i < countof(plain); i++) {
			size_t len = strlen(plain[i]);

			if (strncmp(p, plain[i], len) == 0 &&
			    (p[len] == '\0' || (p[len] == '-' && isdigit((unsigned char)p[len + 1]))))
				return p + 1;
		}
	}
	return NULL;
}

static const char *
in_cmdlist(const struct cmdallow *a, const char *argv0)
{
	const char *words = last_words(argv0, a->numwords);

	for (size_t i = 0; a->has_cmdlist && i < a->cmdlist.n; i++) {
		if (streq(last_words(a->cmdlist.v[i], a->numwords), words))
			return a->cmdlist.v[i];
	}
	return NULL;
}

static const char *
in_commands(const struct cmdallow *a, const char *argv0)
{
	const char *name = plain_name(argv0);

	for (size_t i = 0; i < a->commands.n; i++) {
		if (argv0[0] == '/' && streq(a->commands.v[i], argv0))
			return a->commands.v[i];
	}
	for (size_t i = 0; i < a->commands.n; i++) {
		if (streq(path_base(a->commands.v[i]), name))
			return a->commands.v[i];
	}
	return NULL;
}

/* What a line of a list leads to: a path itself, a name by search. */
static char *
find_entry(const char *entry, const char *search)
{
	if (strchr(entry, '/') == NULL)
		return realcc_find(entry, search);
	return runnable(entry) ? xstrdup(entry) : NULL;
}

/* An absolute name that is allowed is used as it is, if it is there. */
static char *
find_as_given(const char *argv0, const char *name, const char *search)
{
	if (argv0[0] == '/' && runnable(argv0))
		return xstrdup(argv0);
	return realcc_find(name, search);
}

/* The file for argv0 under this very name; *allowed says whether a list has it. */
static char *
find_listed(const struct cmdallow *a, const char *argv0, const char *search, bool *allowed)
{
	const char *name = plain_name(argv0), *entry;

	*allowed = true;
	if (a->everything)
		return find_as_given(argv0, path_base(argv0), search);
	if ((entry = in_cmdlist(a, argv0)) != NULL || (entry = in_commands(a, argv0)) != NULL)
		return find_entry(entry, search);
	if (!a->has_cmdlist && is_name(name) && in_dirs(a, name))
		return find_as_given(argv0, name, search);
	*allowed = false;
	return NULL;
}

/* The listed compiler called plain, if its links end in name. */
static char *
find_twin_as(const struct cmdallow *a, const char *plain, const char *name, const char *search)
{
	bool allowed, same;
	char *path = find_listed(a, plain, search, &allowed), *end;

	if (path == NULL)
		return NULL;
	end = realcc_resolve(path);
	same = end != NULL && ends_in_name(end, name);
	free(end);
	if (same)
		return path;
	free(path);
	return NULL;
}

/* The plain compiler that is the cross compiler name. */
static char *
find_twin(const struct cmdallow *a, const char *name, const char *search)
{
	const char *twin = plain_twin(name);
	char *stem, *path;

	if (twin == NULL)
		return NULL;
	path = find_twin_as(a, twin, name, search);
	if (path != NULL)
		return path;
	/* a client's "x86_64-linux-gnu-gcc-12" may be just "gcc" here */
	stem = xstrndup(twin, strcspn(twin, "-"));
	path = find_twin_as(a, stem, name, search);
	free(stem);
	return path;
}

enum cmdallow_err
cmdallow_find(const struct cmdallow *a, const char *argv0, const char *search, char **path)
{
	const char *name = plain_name(argv0);
	bool allowed, there;
	char *other;

	*path = NULL;
	if (!is_name(path_base(argv0)))
		return CMDALLOW_DENIED;
	*path = find_listed(a, argv0, search, &allowed);
	if (*path == NULL && is_name(name))
		*path = find_twin(a, name, search);
	if (*path != NULL)
		return CMDALLOW_OK;
	if (allowed)
		return CMDALLOW_MISSING;
	if (!is_name(name))
		return CMDALLOW_DENIED;
	other = realcc_find(name, search);
	there = other != NULL;
	free(other);
	return there ? CMDALLOW_DENIED : CMDALLOW_MISSING;
}

static void
names_in_dir(const char *dir, struct strv *out)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (is_name(e->d_name) && e->d_name[0] != '.')
			strv_push(out, e->d_name);
	}
	if (d != NULL)
		closedir(d);
}

void
cmdallow_names(const struct cmdallow *a, struct strv *out)
{
	static const char *const usual[] = {"cc", "c++", "gcc", "g++", "clang", "clang++"};

	for (size_t i = 0; a->everything && i < countof(usual); i++)
		strv_push(out, usual[i]);
	for (size_t i = 0; i < a->commands.n; i++)
		strv_push(out, a->commands.v[i]);
	for (size_t i = 0; a->has_cmdlist && i < a->cmdlist.n; i++)
		strv_push(out, a->cmdlist.v[i]);
	for (size_t i = 0; !a->has_cmdlist && i < a->dirs.n; i++)
		names_in_dir(a->dirs.v[i], out);
}

void
cmdallow_free(struct cmdallow *a)
{
	strv_free(&a->dirs);
	strv_free(&a->commands);
	strv_free(&a->cmdlist);
	*a = (struct cmdallow)CMDALLOW_INIT;
}
