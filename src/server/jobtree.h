/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's files at their names below a directory of the job, as hard links into the store. */
#ifndef SERVER_JOBTREE_H
#define SERVER_JOBTREE_H

#include "cas/store.h"
#include "cas/tree.h"

/*
 * Lay out a tree that tree_decode has accepted below the empty directory dirfd.  Nothing is followed on the way: there is
 * no entry below a link, and nobody else writes there.  All contents must be in the store.  0, or -1 with errno and the index of
 * the entry in *at.  Uses the entries' mtime for the ages of twins.
 */
int jobtree_build(struct store *s, struct tree *t, int dirfd, size_t *at);

#endif
