/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lstat of many files, most of them beside each other: a directory is opened once and its files are asked for by their names, which costs
 * two thirds of walking down from the root each time.
 */
#ifndef BASE_NEARSTAT_H
#define BASE_NEARSTAT_H

#include <stddef.h>
#include <sys/stat.h>

#define NEARSTAT_DIRS 24

struct nearstat {
	struct nearstat_dir {
		char *path;	/* NULL: not in use */
		size_t len;
		int fd;		/* -1: too few files of it were asked for so far, or it cannot be opened */
		unsigned asked;
	} dirs[NEARSTAT_DIRS];
	size_t last;		/* the one asked for last; the next file is most likely beside it */
	size_t next;		/* the one that makes room for another */
};

#define NEARSTAT_INIT {.next = 0}

/*
 * As lstat(2), errno included, for an absolute path.  A directory stays the one that it was when it was opened: who looks twice, and may
 * have waited in between, begins anew.
 */
int nearstat_lstat(struct nearstat *s, const char *path, struct stat *st);

/* Closes all; s can be used again. */
void nearstat_end(struct nearstat *s);

#endif
