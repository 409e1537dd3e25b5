/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/inroot.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/names.h"

#define MAX_LINKS 40

char *
inroot_step(const char *root, const char *path)
{
	char text[PATH_MAX];
	ssize_t n = readlink(path, text, sizeof(text) - 1);
	const char *base = path_base(path);

	if (n < 0)
		return NULL;
	text[n] = '\0';
	if (text[0] == '/')
		return xasprintf("%s%s", root, text);
	return xasprintf("%.*s%s", (int)(base - path), path, text);
}

int
inroot_stat(const char *root, const char *path, struct stat *st)
{
	char *at = xstrdup(path), *next;
	int result = -1;

	for (int i = 0; i < MAX_LINKS; i++) {
		if (root[0] == '\0' || lstat(at, st) == -1 || !S_ISLNK(st->st_mode)) {
			result = stat(at, st);
			break;
		}
		next = inroot_step(root, at);
		free(at);
		at = next;
		if (at == NULL)
			break;
		errno = ELOOP;
	}
	free(at);
	return result;
}

bool
inroot_is_exec(const char *root, const char *path)
{
	struct stat st;

	return inroot_stat(root, path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111) != 0;
}

bool
inroot_leads(const char *root, const char *path, bool (*test)(const char *name))
{
	char *at = inroot_step(root, path), *next;
	bool found = false;

	for (int i = 0; i < MAX_LINKS && at != NULL && !found; i++) {
		found = test(path_base(at));
		next = found ? NULL : inroot_step(root, at);
		free(at);
		at = next;
	}
	free(at);
	return found;
}

void
inroot_list(const char *dir, struct strv *names)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		if (!streq(e->d_name, ".") && !streq(e->d_name, ".."))
			strv_push(names, e->d_name);
	}
	closedir(d);
	names_sort(names);
}
