/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The links by which a name leads to a file, as entries of an input tree. */
#ifndef CLIENT_LINKS_H
#define CLIENT_LINKS_H

#include <stdbool.h>

#include "cas/tree.h"

/*
 * Add every link on the way from path (absolute) to the file it leads to, those of directories included, but not the file.  The
 * tree is not sorted then.  False: a name on the way is missing, or the links have no end; some may have been added.
 */
bool links_add(struct tree *t, const char *path);

#endif
