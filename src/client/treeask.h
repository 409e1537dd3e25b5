/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of the files that the compiler may read does it read?  A volunteer that has a free slot preprocesses to tell (-M): that takes it a fifteenth to
 * a fortieth of a compile, and this machine half a millisecond, less than ccache takes for the names that fall away.
 */
#ifndef CLIENT_TREEASK_H
#define CLIENT_TREEASK_H

#include <stdbool.h>
#include <stddef.h>

#include "cas/tree.h"
#include "client/hostlist.h"
#include "client/replica.h"

/*
 * By index in r->in.tree: a file that is only read by including it, and is not included.  r is described (replica_describe), and stays so.  NULL: not worth a
 * question, or nobody has told; nothing is said or remembered of that, the job itself will meet the same.  The caller frees.
 */
bool *treeask(struct replica *r, const struct hostlist *hosts);

/*
 * The same by the answer: text is a rule of a make file, cwd the directory its names are relative to.  NULL: it names a file that is not in the sorted
 * tree, so it is no answer to this.  The caller frees.
 */
bool *treeask_unread(const struct tree *t, const char *cwd, const char *text, size_t n);

#endif
