/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file system of a job, put together by process 1 of its namespaces. */
#ifndef SERVER_SANDBOX_MOUNTS_H
#define SERVER_SANDBOX_MOUNTS_H

#include "server/sandbox.h"

/*
 * Make the overlay "/" of this process, with nothing of the old one below it.  NULL, and *upper is a descriptor of what will
 * be written; else the step that failed, with errno.  *proc: whether there is a /proc inside.
 */
const char *sandbox_mounts(const struct sandbox *sb, int *upper, bool *proc);

#endif
