/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One job of classic mode: read the request, run the compiler, send the result, leave one line in the log. */
#ifndef SERVER_JOB_H
#define SERVER_JOB_H

#include "server/peer.h"
#include "server/server.h"

/*
 * Serve the one request of peer, and close peer.  ticket: our end of the pair that leads to the parent (ticket.h), or
 * -1.  Signals must have been set up (jobsig_init).
 */
void job_serve(const struct server *s, struct peer *peer, int ticket);

#endif
