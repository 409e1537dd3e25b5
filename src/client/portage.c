/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/portage.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "client/lockdir.h"

#define LOG_MAX (1 << 20)

bool
portage_is_here(void)
{
	return getenv("EBUILD_PHASE") != NULL;
}

/* Is path one of the names of the colon-separated list, or below one? */
static bool
is_below_any(const char *path, const char *list)
{
	size_t len;

	for (const char *p = list; *p != '\0'; p += len + (p[len] == ':')) {
		len = strcspn(p, ":");
		if (len > 0 && strncmp(path, p, len) == 0 && (path[len] == '\0' || path[len] == '/' || p[len - 1] == '/'))
			return true;
	}
	return false;
}

bool
portage_may_write(const char *path)
{
	const char *list = getenv("SANDBOX_WRITE"), *on = getenv("SANDBOX_ON");
	char real[PATH_MAX];

	if (list == NULL || on == NULL || !streq(on, "1"))
		return true;
	return is_below_any(path, list) || (realpath(path, real) != NULL && is_below_any(real, list));
}

int
portage_open_log(void)
{
	const char *dir = getenv("T");
	char *path;
	int fd;

	if (dir == NULL || dir[0] != '/')
		return -1;
	path = path_join(dir, "distcc.log");
	fd = lockdir_append(path, LOG_MAX);
	free(path);
	return fd;
}
