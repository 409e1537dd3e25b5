/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SOCKS 5 (RFC 1928), as much as a client needs that asks for connections without authentication: the way out of
 * Portage's network sandbox.  Decisions only; whoever has the descriptor moves the bytes.
 */
#ifndef CLIENT_SOCKS_H
#define CLIENT_SOCKS_H

#include <stdbool.h>
#include <stddef.h>

#define SOCKS_PORT_DEFAULT 1080
#define SOCKS_HOST_MAX 255
#define SOCKS_REQUEST_MAX (4 + 1 + SOCKS_HOST_MAX + 2)
#define SOCKS_REPLY_MAX (4 + 1 + 255 + 2)

/* Where the proxy is: a unix socket (path), or host and port. */
struct socks_proxy {
	char *path;		/* NULL: host and port are set */
	char *host;		/* without brackets */
	int port;
};

/*
 * "/path", "host", "host:port", "[::1]:1080", "::1".  False: text is none of these, and nothing is to be freed.
 * socks_proxy_free otherwise.
 */
bool socks_proxy_parse(const char *text, struct socks_proxy *p);
void socks_proxy_free(struct socks_proxy *p);

enum socks_step { SOCKS_GREETING, SOCKS_CONNECT, SOCKS_OPEN, SOCKS_FAILED };

/* Who is to blame for a connection that was not made. */
enum socks_blame {
	SOCKS_BLAME_HOST,	/* the volunteer is not there */
	SOCKS_BLAME_PROXY,	/* no connection can be had through it */
	SOCKS_BLAME_NOBODY,	/* not this connection: others may well work */
};

struct socks {
	enum socks_step step;
	unsigned char request[SOCKS_REQUEST_MAX];
	size_t request_len;
	unsigned char reply[SOCKS_REPLY_MAX];
	size_t have;			/* bytes of reply that are there */

	enum socks_blame blame;		/* SOCKS_FAILED: */
	const char *why;		/* static text, such as "the proxy says: connection refused" */
};

/*
 * The host goes to the proxy as text, addresses too: it resolves them.  A host longer than SOCKS_HOST_MAX is
 * SOCKS_FAILED at once.
 */
void socks_begin(struct socks *s, const char *host, int port);

/* What is to be sent when a step (SOCKS_GREETING, SOCKS_CONNECT) begins. */
const unsigned char *socks_message(const struct socks *s, size_t *len);

/*
 * How many bytes are to be read into s->reply + s->have, never more than belong to the reply.  At least 1 in
 * SOCKS_GREETING and SOCKS_CONNECT.
 */
size_t socks_wanted(const struct socks *s);

/* They have come: s->step is the next one once the reply is complete or known to be bad. */
void socks_take(struct socks *s, size_t got);

#endif
