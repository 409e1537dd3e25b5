/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's parent process: accepts, applies the address list, forks a child for each connection and says which child
 * may run its compiler.  It never reads a byte that a client sent.
 */
#ifndef SERVER_POOL_H
#define SERVER_POOL_H

#include "server/listen.h"
#include "server/server.h"

/* Block the signals the pool wants to hear of: from here on none is lost.  Once, before the daemon is told to be ready. */
void pool_block_signals(void);

/*
 * Serve until SIGTERM, SIGINT or the end of --lifetime, and until the jobs that then run have ended (30 s at most; a
 * second signal ends them).  pid_file: registered name (tmp.h) to be removed as soon as nobody is accepted any more,
 * or NULL.
 */
void pool_run(struct server *s, struct listeners *l, const char *pid_file);

#endif
