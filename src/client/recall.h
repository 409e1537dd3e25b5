/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside client/inputs: the tree of a command that was gathered before, as long as nothing it was made of has changed.
 *
 * A record holds every name that was asked for.  What a directory says of itself vouches for its names, unless it
 * changed; then they are asked for one by one.  Files are always asked for.  One that has changed is read, and the record still
 * holds if it pulls in the same.
 */
#ifndef CLIENT_RECALL_H
#define CLIENT_RECALL_H

#include "base/buf.h"
#include "client/gather.h"

/* What, beside files, decides the tree of a command: its words, its compiler, the environment.  False: the compiler cannot be asked for. */
bool recall_key(const struct ccname *cc, const struct args *a, const char *cwd, struct buf *key);

/* The tree of that key goes to in (cwd is left alone).  False: it is not known; in is as it was. */
bool recall_get(struct cache *c, const struct buf *key, int64_t now_ns, struct inputs *in);

/* Remember a tree that was gathered (gather_tree). */
void recall_put(const struct gather *g, const struct buf *key);

#endif
