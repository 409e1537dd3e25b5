/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes for what may block without a limit: names are looked up in them. */
#ifndef CLIENT_SEEK_CHILD_H
#define CLIENT_SEEK_CHILD_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Fork; *fd is the reading end of a pipe, in the child (0) the writing one.  The child dies with us, and ends by _exit; child_kill it.  -1
 * with errno.
 */
pid_t seek_child_fork(int *fd);

/*
 * The domain of this machine, "example.org"; NULL if it has none, or it was not known by until_ms (clock_ms).
 * The caller frees.
 */
char *seek_child_domain(int64_t until_ms);

#endif
