/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/place.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/util.h"
#include "masq/inroot.h"
#include "masq/walk.h"

char *
place_root(const char *text)
{
	char *abs, *cwd;
	size_t n;

	if (text == NULL || text[0] == '\0')
		return xstrdup("");
	if (text[0] == '/') {
		abs = xstrdup(text);
	} else {
		cwd = path_cwd();
		abs = path_join(cwd != NULL ? cwd : "", text);
		free(cwd);
	}
	for (n = strlen(abs); n > 0 && abs[n - 1] == '/'; n--)
		abs[n - 1] = '\0';
	return abs;
}

char *
place_in(const char *root, const char *eprefix, const char *path)
{
	return xasprintf("%s%s%s", root, path_is_below(path, eprefix) ? "" : eprefix, path);
}

char *
place_bin_of(const char *pkglibdir, const char *name)
{
	char *lib = path_dir(pkglibdir), *prefix = path_dir(lib), *path;

	path = xasprintf("%s/bin/%s", streq(prefix, "/") ? "" : prefix, name);
	free(lib);
	free(prefix);
	return path;
}

char *
place_beside_us(const char *name)
{
	char self[PATH_MAX], *dir, *path;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		return NULL;
	self[n] = '\0';
	dir = path_dir(self);
	path = path_join(dir, name);
	free(dir);
	return path;
}

/* path, if it is a program; else NULL and it is freed. */
static char *
if_program(const char *root, char *path)
{
	if (path != NULL && inroot_is_exec(root, path))
		return path;
	free(path);
	return NULL;
}

char *
place_program(const char *root, const char *eprefix, const char *pkglibdir, const char *name, const char *list)
{
	char *bin = place_bin_of(pkglibdir, name), *path = NULL;

	if (root[0] == '\0')
		path = if_program(root, place_beside_us(name));
	if (path == NULL)
		path = if_program(root, place_in(root, eprefix, bin));
	if (path == NULL && root[0] == '\0')
		path = path_find(name, list);
	if (path == NULL && root[0] != '\0')
		path = if_program(root, xasprintf("%s%s/usr/bin/%s", root, eprefix, name));
	free(bin);
	return path;
}

/* The path without links: what exists of it resolved, the rest as it is. */
static char *
physical(const char *path)
{
	char *real = realpath(path, NULL), *dir, *up, *result;

	if (real != NULL)
		return real;
	dir = path_dir(path);
	if (streq(dir, path) || streq(dir, "."))
		up = xstrdup(dir);
	else
		up = physical(dir);
	result = path_join(up, path_base(path));
	free(dir);
	free(up);
	return result;
}

/* From below prefix back up to it, then down to rest. */
static char *
relative(const char *dir, size_t prefix_len, const char *rest)
{
	struct buf b = BUF_INIT;

	for (const char *p = dir + prefix_len; *p != '\0'; p++) {
		if (*p == '/')
			buf_adds(&b, "../");
	}
	buf_adds(&b, rest);
	return b.p;
}

char *
place_link_text(const char *root, const char *dir, const char *program)
{
	char *bin = path_dir(program), *bin_real = physical(bin), *dir_real = physical(dir), *root_real = physical(root[0] != '\0' ? root : "/");
	char *prefix = path_dir(bin_real), *rest, *text;

	if (streq(path_base(bin_real), "bin") && !streq(prefix, "/") && !streq(prefix, root_real) && path_is_below(dir_real, prefix)) {
		rest = xasprintf("bin/%s", path_base(program));
		text = relative(dir_real, strlen(prefix), rest);
		free(rest);
	} else {
		text = xstrdup(program + (path_is_below(program, root) ? strlen(root) : 0));
	}
	free(bin);
	free(bin_real);
	free(dir_real);
	free(root_real);
	free(prefix);
	return text;
}
