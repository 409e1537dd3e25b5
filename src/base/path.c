/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

const char *
path_base(const char *s)
{
	const char *slash = strrchr(s, '/');

	return slash == NULL ? s : slash + 1;
}

const char *
path_ext(const char *s)
{
	const char *base = path_base(s);
	const char *dot = strrchr(base, '.');

	return dot == base ? NULL : dot;
}

bool
path_is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && path[n] == '/';
}

char *
path_dir(const char *s)
{
	const char *base = path_base(s);
	size_t n = (size_t)(base - s);

	if (n == 0)
		return xstrdup(".");
	while (n > 1 && s[n - 1] == '/')
		n--;
	return xstrndup(s, n);
}

char *
path_base_with_ext(const char *s, const char *ext)
{
	const char *base = path_base(s);
	const char *dot = path_ext(s);
	size_t n = dot == NULL ? strlen(base) : (size_t)(dot - base);

	return xasprintf("%.*s%s", (int)n, base, ext);
}

char *
path_cwd(void)
{
	return getcwd(NULL, 0);
}

bool
path_is_exec(const char *p)
{
	struct stat st;

	return stat(p, &st) == 0 && S_ISREG(st.st_mode) && access(p, X_OK) == 0;
}

char *
path_find(const char *name, const char *list)
{
	if (strchr(name, '/') != NULL)
		return path_is_exec(name) ? xstrdup(name) : NULL;
	if (*name == '\0' || list == NULL)
		return NULL;
	for (;;) {
		size_t n = strcspn(list, ":");
		char *dir = n == 0 ? xstrdup(".") : xstrndup(list, n);
		char *p = path_join(dir, name);

		free(dir);
		if (path_is_exec(p))
			return p;
		free(p);
		if (list[n] == '\0')
			return NULL;
		list += n + 1;
	}
}

static int
make_dir(const char *dir)
{
	struct stat st;

	if (mkdir(dir, 0777) == 0)
		return 0;
	/* One that is there may answer EROFS or EACCES as well as EEXIST. */
	if (errno != ENOENT) {
		int saved_errno = errno;

		if (stat(dir, &st) == 0 && S_ISDIR(st.st_mode))
			return 0;
		errno = saved_errno;
	}
	return -1;
}

int
path_mkdirs(const char *dir)
{
	char *copy, *slash;
	int result = make_dir(dir);

	if (result == 0 || errno != ENOENT || *dir == '\0')
		return result;
	copy = xstrdup(dir);
	for (slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		result = make_dir(copy);
		*slash = '/';
		if (result == -1)
			break;
	}
	if (slash == NULL)
		result = make_dir(copy);
	free(copy);
	return result;
}

char *
path_join(const char *dir, const char *name)
{
	size_t n = strlen(dir), len = strlen(name) + 1;
	size_t slash = n == 0 || dir[n - 1] != '/';
	char *out = xmalloc(n + slash + len);

	/* a client joins dozens, and printf takes a microsecond for each */
	memcpy(out, dir, n);
	if (slash > 0)
		out[n] = '/';
	memcpy(out + n + slash, name, len);
	return out;
}
