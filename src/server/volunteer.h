/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a daemon needs to serve protocol 4: a store, a sandbox, toolchains. */
#ifndef SERVER_VOLUNTEER_H
#define SERVER_VOLUNTEER_H

#include "server/listen.h"
#include "server/server.h"

/*
 * Get ready to serve such jobs, after root was given up: the store in s->cache_dir, the sandbox.  If that cannot be,
 * s->no_replica says why, and jobs are refused with it; said once in the log.  listeners: those of a daemon, which also removes what
 * killed jobs have left and finds out about compilers, in the background; NULL: this process serves one client.  False (logged): a --cache-dir that cannot be used.
 */
bool volunteer_prepare(struct server *s, struct listeners *listeners);
void volunteer_close(struct server *s);

/*
 * Begin anew if somebody has emptied the cache directory, or moved it, since: else every job would fail for it and be sent again as
 * preprocessed text.  Before a process for a job is started; cheap when there is nothing to do.  Where that cannot be (logged), s->no_replica says why.
 */
void volunteer_renew(struct server *s, struct listeners *listeners);

/* Remove what killed jobs have left. */
void volunteer_sweep(const struct server *s);

#endif
