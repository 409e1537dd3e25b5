/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that a directory lacks, known without asking.  A header is looked for in directory after directory, and is in few of them; where
 * none has changed since its names were read, its sign vouches for what was not among them.
 *
 * The names are kept as a set of bits, one for each name: it may take a name for one that is there, which is then asked for, but
 * never the other way round.  Directories that take several spellings for one name are no trouble: case does not count in the set, and what only
 * some file systems understand (names that are not ASCII, short ones with "~", a dot in front or at the end) is always asked for.
 */
#ifndef CLIENT_DIRNAMES_H
#define CLIENT_DIRNAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/cache.h"
#include "client/sign.h"

struct dirnames {
	const unsigned char *bits;	/* in the cache's memory; NULL: nothing is known */
	uint32_t mask;			/* their number, less one; without bits not 0 if it is known that there can be none */
	uint32_t missed;		/* for who asks: names that were asked for, and are not there */
};

/* The names of the directory with that sign, as they were put into the cache; d->missed is left alone. */
void dirnames_get(struct cache *c, const struct sign *dir, struct dirnames *d);

/* Surely not there. */
bool dirnames_lacks(const struct dirnames *d, const char *name, size_t n);

/* Read the directory?  Its names are not known, and may be. */
bool dirnames_unread(const struct dirnames *d);

/*
 * Read the directory, and put its names into the cache (or that there are too many, or odd ones), unless it has changed within the last half minute before now_ns (real time): where
 * a build writes its objects it would be in vain.
 */
void dirnames_put(struct cache *c, const char *path, const struct sign *dir, int64_t now_ns);

#endif
