/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon's sockets, and clients that come in by them. */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include "base/sock.h"
#include "server/access.h"
#include "server/server.h"

#define LISTEN_MAX 32

struct listeners {
	int fd[LISTEN_MAX];
	int n;
	int stats[LISTEN_MAX];	/* where --stats is asked for */
	int n_stats;
};

struct client {
	int fd;
	unsigned char key[ACCESS_KEY_LEN];	/* access_key of its address */
	char text[SOCK_ADDR_TEXT];		/* ADDR:PORT */
};

/* Open a socket for each --listen, or for all addresses.  False, the reason logged, if one cannot be had. */
bool listen_open(struct listeners *l, const struct dconf *conf);
/* The same for --stats; nothing without that option. */
bool listen_open_stats(struct listeners *l, const struct dconf *conf);
/* Both. */
void listen_close(struct listeners *l);

enum listen_result {
	LISTEN_CLIENT,	/* somebody we serve */
	LISTEN_NONE,	/* nobody is there */
	LISTEN_DENIED,	/* somebody was, and has been turned away */
	LISTEN_TROUBLE,	/* errno: no descriptors or memory; nothing to be gained by trying again at once */
};

/* Accept a client and apply the address list.  c->fd is non-blocking and close-on-exec. */
enum listen_result listen_accept(int fd, const struct access *allowed, struct client *c);

#endif
