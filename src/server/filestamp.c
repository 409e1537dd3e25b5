/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/filestamp.h"

#include <stdio.h>

#include "base/util.h"

void
filestamp_of(const struct stat *st, char out[FILESTAMP_MAX])
{
	snprintf(out, FILESTAMP_MAX, "%llx.%llx.%llx.%llx.%lx.%llx.%lx", (unsigned long long)st->st_dev, (unsigned long long)st->st_ino,
		 (unsigned long long)st->st_size, (unsigned long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
		 (unsigned long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

bool
filestamp_at(const char *path, char out[FILESTAMP_MAX])
{
	struct stat st;

	if (stat(path, &st) == -1)
		return false;
	filestamp_of(&st, out);
	return true;
}

bool
filestamp_holds(const char *path, const char *stamp)
{
	char now[FILESTAMP_MAX];

	return filestamp_at(path, now) && streq(now, stamp);
}
