/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --stats: the parent counts, and a short-lived process answers each question by HTTP/1.0 (RFC 1945), as stock distccd's does, to those on
 * the address list.  The parent reads nothing that others have written.
 */
#ifndef SERVER_STATS_SERVER_H
#define SERVER_STATS_SERVER_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include "server/listen.h"
#include "server/stats.h"

#define STATS_ANSWERS 8		/* at once */
#define STATS_POLLED (LISTEN_MAX + 1)

struct stats_server {
	struct stats stats;
	pid_t answering[STATS_ANSWERS];	/* 0: free */
	int64_t io_at, io_kib;		/* what moved until then */
};

/* All of these but the first take NULL, and do nothing then. */

/* In the parent, before the first fork: counting begins.  free(3) it. */
struct stats_server *stats_server_new(void);

/* A connection for a job has come in, and been turned away by the address list or not. */
void stats_server_accepted(struct stats_server *s, bool denied);
/* From now on so many jobs run. */
void stats_server_running(struct stats_server *s, long running);

/* To f, which has room for STATS_POLLED, what is to be waited for; how many. */
size_t stats_server_poll(const struct stats_server *s, const struct listeners *l, struct pollfd *f);

struct stats_asked {
	const struct listeners *l;
	const struct access *allowed;
	const char *dir;		/* where jobs are made */
	struct stats_now now;		/* max_jobs, running and waiting; the rest is found out */
	void (*leave)(void *arg);	/* in a child: let go what is the parent's */
	void *arg;
};

/* After poll(2): count what children have told, and have questions answered.  f as above, with revents. */
void stats_server_serve(struct stats_server *s, const struct pollfd *f, const struct stats_asked *a);

/* A child has ended: was it one that answered? */
bool stats_server_ended(struct stats_server *s, pid_t pid);

#endif
