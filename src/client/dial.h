/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection to a volunteer, by TCP (perhaps through a proxy) or ssh, being made while something else is done. */
#ifndef CLIENT_DIAL_H
#define CLIENT_DIAL_H

#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "client/conf.h"
#include "client/hostspec.h"
#include "client/socks.h"

#define DIAL_TIMEOUT_MS 4000	/* for each address */

struct dial {
	int fd;			/* -1: none */
	char *why;		/* what went wrong last; NULL: nothing yet */

	struct addrinfo *list, *next;
	int64_t until_ms;	/* for the address being tried */
	pid_t ssh_pid;		/* 0: none */
	int ssh_err;		/* its messages; -1: none */

	const char *proxy;	/* as it was given; NULL: no proxy is between us */
	struct socks_proxy proxy_at;
	struct socks *socks;	/* the handshake with it */
	bool sent;		/* its message of this step */
};

#define DIAL_NONE {.fd = -1, .ssh_err = -1}

/*
 * Begin; never blocks but for the resolver, and a moment for a proxy's greeting, so that the proxy connects while
 * something else is done here.  Failures show in dial_finish.
 */
void dial_start(struct dial *d, const struct hostspec *h, const struct conf *conf);

/* Wait until it is made: true, d->fd may be used. False: d->why says what the last address answered. */
bool dial_finish(struct dial *d);

/* Who is to blame when dial_finish was false, or when the connection broke later. */
enum socks_blame dial_blame(const struct dial *d);

/* What ssh said last, when the connection through it broke; NULL: nothing, or no ssh.  The caller frees. */
char *dial_ssh_message(const struct dial *d);

/* The exchange is over, well or not.  An ssh is not waited for: it may be the master of other connections. */
void dial_close(struct dial *d);

#endif
