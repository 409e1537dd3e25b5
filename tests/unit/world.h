/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory of a test's own, and small files in it. */
#ifndef TESTS_UNIT_WORLD_H
#define TESTS_UNIT_WORLD_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

/* Becomes the current directory; its real name, which the caller frees.  Ends the program if it cannot be made. */
static inline char *
world_new(void)
{
	char *dir = xstrdup("/tmp/distcc-unit-XXXXXX"), *real;

	if (mkdtemp(dir) == NULL || chdir(dir) == -1 || (real = realpath(dir, NULL)) == NULL) {
		perror(dir);
		exit(1);
	}
	free(dir);
	return real;
}

static inline int
world_remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static inline void
world_remove(char *dir)
{
	if (chdir("/") == 0)
		nftw(dir, world_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(dir);
}

/* name: a path without directories that must be made. */
static inline void
world_write(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF) {
		perror(name);
		exit(1);
	}
}

#endif
