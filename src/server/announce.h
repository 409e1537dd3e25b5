/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --zeroconf: a process beside the daemon (distcc-zeroconf) announces it on the network.  The daemon serves whether that
 * works or not; the log says it.
 */
#ifndef SERVER_ANNOUNCE_H
#define SERVER_ANNOUNCE_H

#include <sys/types.h>

#include "server/listen.h"
#include "server/server.h"

/*
 * The port to announce: that of the first socket that others can reach.  0: none, they listen on loopback alone.
 */
int announce_port(const struct listeners *l);

/* Start it, as the user we have become.  It ends with this process. */
void announce_start(const struct server *s, const struct listeners *l);

/* No more clients are wanted. */
void announce_stop(void);

/* A child has ended: if it was that one, and was not told to, the log says it. */
void announce_ended(pid_t pid, int status);

#endif
