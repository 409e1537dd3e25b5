/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ccache is given in the place of preprocessed text for a job in replica mode, for which nothing is preprocessed: the
 * names of all files that the compiler may read, and a digest of their contents and of all else that decides the result.
 *
 * The files are more than the compiler reads.  ccache then watches some that do not matter: that costs time and can cost a hit, but never gives an old
 * object.  Where a volunteer has told which of them are read (treeask), ccache gets the names of these alone; the digest is of all.
 */
#ifndef CLIENT_TREESUM_H
#define CLIENT_TREESUM_H

#include "base/buf.h"
#include "base/digest.h"
#include "client/replica.h"

/*
 * Append it to out; r is described (replica_describe).  unread: by index, which entries of the tree are known not to be read (treeask); their names need not be
 * told.  NULL: that is not known.  False: ccache could not be told these names so that it notices each
 * change (links within links, odd characters), or the time of the compile counts; out is of no use then.
 */
bool treesum_write(const struct replica *r, const bool *unread, struct buf *out);

/* Names and contents of the files that the job may read, outputs of an earlier one left aside; r is described or prepared. */
void treesum_files(const struct replica *r, struct digest *out);

#endif
