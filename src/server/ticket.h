/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a child and its parent say to each other over a SOCK_SEQPACKET pair: the child asks for leave to run,
 * the parent grants it when there is room.  The child's end; the parent's is in kids.
 */
#ifndef SERVER_TICKET_H
#define SERVER_TICKET_H

#include <stdbool.h>
#include <sys/types.h>

#include "server/peer.h"

enum ticket_kind {
	TICKET_WANT = 'w',	/* child: my request is complete, may I run? */
	TICKET_GRANT = 'g',	/* parent: run */
	TICKET_GROUP = 'p',	/* child: my compiler is this process group */
	TICKET_BACK = 'b',	/* child: the compiler has ended, others may run */
};

struct ticket_msg {
	int kind;
	pid_t group;		/* for TICKET_GROUP; 0: none any more */
	long running;		/* for TICKET_GRANT: jobs that run now, this one included */
};

enum ticket_end {
	TICKET_OK,
	TICKET_BUSY,		/* not within the patience */
	TICKET_CLIENT_GONE,
	TICKET_PARENT_GONE,
};

/*
 * A fd of -1 means that nobody need be asked (--inetd, --no-fork): all of these do nothing then.
 *
 * patience_ms: so long it waits; -1: as long as it takes.  Who is not patient must end soon: it still stands in the queue.  idle (unless NULL) is
 * called about every second while it waits as long as it takes.  *running (unless running is NULL): set on TICKET_OK, if it
 * is known.
 */
enum ticket_end ticket_wait(int fd, struct peer *peer, int patience_ms, void (*idle)(void *arg, struct peer *peer), void *arg, long *running);
void ticket_group(int fd, pid_t group);
void ticket_back(int fd);

#endif
