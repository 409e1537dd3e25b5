/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trees that are laid out, each used by one job at a time:
 *
 *	KEY.XXXXXX/		locked by the job that uses it; KEY is made of the directory jobs of that kind work in
 *		tree/		the files
 *		listing		of what is in tree, behind a head that says so (treepool.c) and is void while that is being changed
 *		new.*		what a job is just storing
 *
 * One without a good listing that nobody holds is what a killed job has left.  A reboot, after which a file system may have lost the
 * last changes, makes all listings void.
 */
#ifndef SERVER_TREEPOOL_H
#define SERVER_TREEPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "cas/store.h"
#include "cas/tree.h"

struct pooltree {
	char *path;		/* of the files; NULL: there are none yet */
	int files;		/* that directory, or -1 */
	struct tree old;	/* what is there */
	int dir;		/* above it, locked; -1: none */
	int listing;		/* or -1 */
	char name[32];		/* of dir, in pool */
	char *cwd;
	struct store *store;	/* NULL: this was not opened */
	int64_t looked_ms;	/* clock_ms: all of it was as it should be; 0: nobody knows */
	bool changed;
	size_t others;		/* trees there are besides it */
};

#define POOLTREE_INIT {.dir = -1, .files = -1, .listing = -1}

/*
 * Take a free tree that was used for cwd before, if there is one.  treepool_close afterwards; s must stay until then.
 */
void treepool_open(struct pooltree *t, struct store *s, const char *cwd);

/*
 * Whether what is there has to be looked at (jobtree_is_whole): that was not done within the last second, or not by this daemon.  Only a
 * look after the compiler's shows that it has read what it should; this one before it is for fewer jobs in vain.
 */
bool treepool_must_look(const struct pooltree *t);

/* It is whole, as was found by a look that began at now_ms. */
void treepool_looked(struct pooltree *t, int64_t now_ms);

/* Remove what is there, as it is damaged: as if none had been found. */
void treepool_discard(struct pooltree *t);

/* Make an empty tree if none was found; dir may then hold files that are being stored.  False with errno. */
bool treepool_make(struct pooltree *t);

/* Before the first change: what is in it counts no longer; an empty one is made if none was found.  False with errno. */
bool treepool_change(struct pooltree *t);

/* Give it back. */
struct pooltree_end {
	const struct buf *listing;	/* of what is in it now; NULL: nobody knows, and it is removed (if it was changed) */
	const struct tree *tree;	/* the same, for timed */
	size_t max;			/* if there are more, the one used least recently is removed */
};
void treepool_close(struct pooltree *t, const struct pooltree_end *end);

/* Remove those that killed jobs have left, or with all every tree that is not in use. */
void treepool_sweep(struct store *s, bool all);

#endif
