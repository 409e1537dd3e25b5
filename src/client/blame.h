/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A compile elsewhere failed: is it the source's fault, or may it be ours?  Pure text. */
#ifndef CLIENT_BLAME_H
#define CLIENT_BLAME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * May the failure (a wait status, not 0) be that of the place the compiler ran in: a file that is missing there, a limit, a crash?  In case
 * of doubt yes: the compile is repeated here.  *line: the line of the messages that says so (the caller frees), NULL if the status does.
 */
bool blame_place(int status, const char *messages, size_t n, char **line);

/*
 * Does this machine's compiler remove an output of an earlier compile when it fails?  gcc does when it has begun to write it.
 */
bool blame_removes_output(bool asm_out, bool pipe, const char *messages, size_t n);

#endif
