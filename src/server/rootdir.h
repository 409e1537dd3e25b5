/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of this system put into a directory that will be "/", under their own names, with the links on the way. */
#ifndef SERVER_ROOTDIR_H
#define SERVER_ROOTDIR_H

#include <stdbool.h>

#include "base/strv.h"

struct rootdir {
	int fd, pool;		/* descriptors: the root, and where files are kept once for all roots */
	struct strv *list;	/* what was made (toolroot.h), but for what rootdir_put_all makes */
	bool quiet;		/* nothing goes to the list now */
	char *why;		/* the first failure; the caller frees */
};

/* False with errno; nothing to be closed. */
bool rootdir_open(struct rootdir *r, const char *dir, const char *pool, struct strv *list);
void rootdir_close(struct rootdir *r);	/* why stays */

/* Always false: takes why over. */
bool rootdir_fail(struct rootdir *r, char *why);

/* All of these: false and r->why on failure.  Names are absolute; ".." in them is fine. */

/* A directory, or a link if target is not NULL, whatever is there on this system.  Comes before the rest. */
bool rootdir_impose(struct rootdir *r, const char *name, const char *target);
bool rootdir_mkdir(struct rootdir *r, const char *name);
/* A copy of the file source at name.  Nothing happens if there is something at name. */
bool rootdir_put(struct rootdir *r, const char *name, const char *source);
/* A file, or a directory with all files and links in it, at its own name; nothing if it does not exist. */
bool rootdir_put_all(struct rootdir *r, const char *name);

#endif
