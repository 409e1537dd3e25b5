/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's end of one job: a TCP connection, or the stdin and stdout of --inetd. */
#ifndef SERVER_PEER_H
#define SERVER_PEER_H

#include <poll.h>
#include <stdbool.h>

#include "base/sock.h"

struct peer {
	int in, out;			/* one descriptor twice for a socket */
	char text[SOCK_ADDR_TEXT];	/* ADDR:PORT */
	bool tcp;
	bool in_closed;			/* it will send nothing more */
	bool done_sent;			/* the token DONE has gone out already */
	unsigned version;		/* of the protocol, for DONE */
};

/* Make a peer of an open socket or two pipes; its name is taken from the socket unless text says it. */
void peer_init(struct peer *p, int in, int out, const char *text);

/* Wait for the first byte, at most ms.  1: it is there; 0: nothing came, or only the end of the connection (*closed). */
int peer_wait(const struct peer *p, int ms, bool *closed);

/*
 * Watching for the client to vanish while it has nothing to say: fill fds for poll(2), and let peer_gone look at
 * what poll said.  Bytes that come are thrown away.
 *
 * The end of a TCP stream may be a client that has gone or one that has only half-closed.  To find out, the first token
 * of the reply is sent: a client that has gone answers with a reset.
 */
#define PEER_FDS 2
int peer_pollfds(const struct peer *p, struct pollfd fds[PEER_FDS]);
bool peer_gone(struct peer *p, const struct pollfd *fds);

/* Close it so that the reply arrives even if the client has sent bytes that nobody read. */
void peer_close(struct peer *p);

#endif
