/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside client/inputs: what stat said of the files of a tree.  Of those that come with the system their directories are looked at: they
 * are replaced by rename, and a build has hundreds of them.
 */
#ifndef CLIENT_INPUTS_SIGN_H
#define CLIENT_INPUTS_SIGN_H

#include "client/inputs.h"
#include "client/places.h"

struct inputs_sign {
	size_t n, cap;
	struct {
		const char *path;	/* belongs to the tree, or (a directory) was kept apart */
		char *own;
		struct sign sign;
	} v[];
};

/* path: a string of the tree, which stays where it is. */
void inputs_sign_add(struct inputs *in, const char *path, const struct sign *s);
/* A directory that vouches for its files.  path is copied. */
void inputs_sign_add_dir(struct inputs *in, const char *path, const struct sign *s);
void inputs_sign_free(struct inputs *in);

/* Which entries of the sorted tree are files that do not come with the system, by index.  The caller frees. */
bool *inputs_sign_own(const struct inputs *in);

/* The index of a path in a sorted tree; its n if it is not there. */
size_t inputs_find(const struct tree *t, const char *path);

#endif
