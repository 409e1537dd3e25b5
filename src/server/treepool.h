/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trees that are laid out, each used by one job at a time:
 *
 *	KEY.XXXXXX/		locked by the job that uses it; KEY is made of the directory jobs of that kind work in
 *		tree/		the files
 *		listing		of what is in tree; missing while that is being changed
 *
 * One without listing that nobody holds is what a killed job has left.
 */
#ifndef SERVER_TREEPOOL_H
#define SERVER_TREEPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "cas/tree.h"

struct pooltree {
	char *path;		/* of the files; NULL: there are none yet */
	int files;		/* that directory, or -1 */
	struct tree old;	/* what is there */
	int dir;		/* above it, locked; -1: none */
	char name[32];		/* of that, in pool */
	char *cwd;
	int pool;
	const char *pool_path;
	bool changed;
	size_t others;		/* trees there are besides it */
};

#define POOLTREE_INIT {.dir = -1, .files = -1}

/*
 * Take a free tree that was used for cwd before, if there is one, in the directory pool (a descriptor; pool_path, which must stay,
 * is its name).  treepool_close afterwards.
 */
void treepool_open(struct pooltree *t, int pool, const char *pool_path, const char *cwd);

/* Before the first change: what is in it counts no longer; an empty one is made if none was found.  False with errno. */
bool treepool_change(struct pooltree *t);

/*
 * Give it back.  listing: what is in it now; NULL: nobody knows, and it is removed (if it was changed).  Also removes the one used
 * least recently if there are more than max.
 */
void treepool_close(struct pooltree *t, const struct buf *listing, size_t max);

/* Remove those that killed jobs have left, or with all every tree that is not in use. */
void treepool_sweep(int pool, const char *pool_path, bool all);

#endif
