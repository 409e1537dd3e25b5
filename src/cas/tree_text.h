/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tree.c and tree_code.c share. */
#ifndef CAS_TREE_TEXT_H
#define CAS_TREE_TEXT_H

#include "cas/tree.h"

/* Room for n bytes that live as long as the tree; NULL when memory is short. */
char *tree_text(struct tree *t, size_t n);

/* tree_path_ok of a path whose first good bytes are those of one that is (0: nothing is known). */
bool tree_path_goes_on(const char *path, size_t len, size_t good);

#endif
