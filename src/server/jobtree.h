/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The client's files at their names below a directory, as hard links into the store.  Making and removing hundreds of links
 * takes longer than all else a job needs, so a tree that was laid out is kept (treepool.h) and changed into the next one.
 */
#ifndef SERVER_JOBTREE_H
#define SERVER_JOBTREE_H

#include <stdbool.h>

#include "cas/store.h"
#include "cas/tree.h"

/* What has to be done to a directory that holds one tree so that it holds another. */
struct jobtree_plan {
	struct jobtree_item *old, *new;	/* with all directories, in order */
	size_t n_old, n_new;
	bool *in_place;			/* by index of the new tree: a file that is there, and is what it should be */
	bool timed;			/* one of these names __DATE__ or the like */
};

/*
 * Whether all of a tree that was laid out below dirfd is still what it was made: directories, links, and files by their seals
 * (cas/store.h).  False: *which names an entry that is not.  Sets the entries' mtime.
 */
bool jobtree_is_whole(struct store *s, struct tree *t, int dirfd, const char **which);

/*
 * Compare a tree that is laid out, and whole, with what shall be; both must live as long as the plan.  Sets the entries' timed in new of
 * those that stay.
 */
void jobtree_compare(struct jobtree_plan *p, const struct tree *old, struct tree *new);

/*
 * Carry the plan out.  Nothing is followed on the way: there is no entry below a link, and nobody else writes there.  All
 * contents that are not in place must be in the store.  0, or -1 with errno and the name of the entry in *which; then the
 * directory holds neither tree.  Uses the entries' mtime for the ages of twins.
 */
int jobtree_apply(struct jobtree_plan *p, struct store *s, struct tree *new, int dirfd, const char **which);

void jobtree_plan_free(struct jobtree_plan *p);

#endif
