/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leave the terminal.  Who started the daemon waits until it is ready, and learns whether it is. */
#ifndef SERVER_DAEMONIZE_H
#define SERVER_DAEMONIZE_H

#include <stdbool.h>

/*
 * Fork.  Returns in the child only, with a descriptor for daemonize_ready; -1 with errno.  The parent exits with 0 when the
 * child is ready, and with the child's status if it ends before.
 */
int daemonize_begin(void);

/*
 * We serve from now on: lets the parent go, leaves the current directory, stdin and stdout, and stderr unless it is
 * kept for the log.
 */
void daemonize_ready(int fd, bool keep_stderr);

/*
 * Write our process id to path, whole or not at all.  The registered name (tmp.h) of the file, to be removed at the
 * end; NULL with errno.
 */
const char *daemonize_pid_file(const char *path);

#endif
