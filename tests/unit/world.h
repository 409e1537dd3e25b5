/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory of a test's own, and small files in it. */
#ifndef TESTS_UNIT_WORLD_H
#define TESTS_UNIT_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tmp.h"

/* Becomes the current directory; its name.  Ends the program if it cannot be made. */
static inline const char *
world_new(void)
{
	const char *dir = tmp_create_dir("/tmp/distcc-unit-");

	if (dir == NULL || chdir(dir) == -1) {
		perror("/tmp/distcc-unit-");
		exit(1);
	}
	return dir;
}

static inline void
world_remove(const char *dir)
{
	if (chdir("/") == 0)
		tmp_remove(dir);
}

/* The directory of name must be there. */
static inline void
world_write(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF) {
		perror(name);
		exit(1);
	}
}

/* An empty file that looks like a program. */
static inline void
world_program(const char *name)
{
	world_write(name, "");
	if (chmod(name, 0755) == -1) {
		perror(name);
		exit(1);
	}
}

#endif
