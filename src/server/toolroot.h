/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tool roots: directories that hold a compiler and all it needs to run, laid out as "/" of a job.  Copies, so that an update of
 * the system does not change a compiler under a running job.  No headers and no libraries to link with: those are the
 * client's, and travel in the job's tree.
 *
 * Names are those of this system, with the links that are on the way.  A layout changes that: where a client has a link and this
 * system a directory, or the other way round (/lib and /usr/lib before they were merged), one would hide the other, so the
 * root is built as the client's system is.
 *
 * The list of a root says what is in it, one line each, fields separated by tabs:
 *
 *	d PATH			a directory
 *	l PATH TARGET		a link
 *	f PATH STAMP SOURCE	a program or library (filestamp.h); other files are not listed
 */
#ifndef SERVER_TOOLROOT_H
#define SERVER_TOOLROOT_H

#include <stdbool.h>

#include "base/strv.h"
#include "cas/tree.h"
#include "server/toolparts.h"

/* Into the empty directory dir what every root has: dev with empty files for the devices, proc, tmp.  0, or -1 with errno. */
int toolroot_skeleton(const char *dir);

/*
 * Fill the empty directory dir.  pool: a directory of the same file system, where each file is kept once for all roots (hard
 * links).  layout: lines "d PATH" and "l PATH TARGET" as above that come first, in order.  Lines of the list are appended to
 * list.  False: *why (the caller frees), dir is incomplete.
 */
bool toolroot_fill(const char *dir, const char *pool, const struct toolparts *parts, const struct strv *layout, struct strv *list, char **why);

/*
 * Add to the layout of the root with that list what a job's tree (sorted) wants in other places than the root has it.  False: it wants
 * nothing else.
 */
bool toolroot_layout(const struct strv *list, const struct tree *tree, struct strv *layout);

/* Whether all programs and libraries of the list are still what was copied. */
bool toolroot_current(const struct strv *list);

/* Remove files of the pool that no root has any more. */
void toolroot_sweep_pool(const char *pool);

#endif
