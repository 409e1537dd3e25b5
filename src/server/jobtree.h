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
 * Compare what is below dirfd with what shall be; both trees must live as long as the plan.  look: files that are the same are
 * looked at, and one whose seal (cas/store.h) is broken is to be replaced.  Else they are taken for what they were.  Sets the
 * entries' timed in new of those that stay.
 */
void jobtree_compare(struct jobtree_plan *p, struct store *s, const struct tree *old, struct tree *new, int dirfd, bool look);

/*
 * Carry the plan out.  Nothing is followed on the way: there is no entry below a link, and nobody else writes there.  All
 * contents that are not in place must be in the store.  0, or -1 with errno and the name of the entry in *which; then the
 * directory holds neither tree.  Uses the entries' mtime for the ages of twins.
 */
int jobtree_apply(struct jobtree_plan *p, struct store *s, struct tree *new, int dirfd, const char **which);

void jobtree_plan_free(struct jobtree_plan *p);

#endif
