/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file system of a job, put together by process 1 of its namespaces. */
#ifndef SERVER_SANDBOX_MOUNTS_H
#define SERVER_SANDBOX_MOUNTS_H

#include "server/sandbox.h"

/*
 * In a mount namespace that was copied just now: all that is seen from it is base /proc, and the devices of jobs.  So
 * little is copied quickly, and need not be hidden with care from who has the copy.  False: it is as good as lost.
 */
bool sandbox_place(const char *base);

/*
 * Make the overlay "/" of this process.  Nothing of the old one is below it, or in a copy of the shared mount namespace (sb->placed) what
 * sandbox_place has left; there is no way to it, nor has the command's user namespace any power over these mounts.  NULL, and *upper is a descriptor of what will
 * be written; else the step that failed, with errno.  *proc: whether there is a /proc inside.
 */
const char *sandbox_mounts(const struct sandbox *sb, int *upper, bool *proc);

#endif
