/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a daemon needs to serve protocol 4: a store, a sandbox, toolchains. */
#ifndef SERVER_VOLUNTEER_H
#define SERVER_VOLUNTEER_H

#include "server/server.h"

/*
 * Get ready to serve such jobs, after root was given up: the store in s->cache_dir, the sandbox.  If that cannot be,
 * s->no_replica says why, and jobs are refused with it; said once in the log.  daemon: also remove what killed jobs have left
 * and find out about compilers, in the background.  False (logged): a --cache-dir that cannot be used.
 */
bool volunteer_prepare(struct server *s, bool daemon);
void volunteer_close(struct server *s);

/* Remove what killed jobs have left. */
void volunteer_sweep(const struct server *s);

#endif
