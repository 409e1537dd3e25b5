/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parent's view of its children: one for each connection, and what each is doing. */
#ifndef SERVER_KIDS_H
#define SERVER_KIDS_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include "server/admission.h"
#include "server/listen.h"

enum kid_state {
	KID_READING,	/* its request is not complete */
	KID_WAITING,	/* for leave to run */
	KID_RUNNING,	/* counts as one of --jobs */
	KID_SENDING,	/* its compiler has ended */
};

struct kid {
	pid_t pid;
	int fd;			/* our end of the pair (ticket.h); -1: it has closed its end */
	enum kid_state state;
	pid_t group;		/* of its compiler; 0: none */
	int64_t since;		/* clock_ms when it began to run */
	struct client client;	/* whom it serves; fd is -1 */
};

struct kids {
	struct kid *v;
	size_t n, cap;
	long running;
	struct admission queue;
};

#define KIDS_INIT {0}

/*
 * fork(2) a child for c.  In the parent: 1, the child is noted.  In the child: 0, *fd is its end of the pair and all
 * of k is closed.  -1 with errno, nothing has changed.
 */
int kids_fork(struct kids *k, const struct client *c, int *fd);

/* How many serve the address key. */
size_t kids_of(const struct kids *k, const unsigned char key[ACCESS_KEY_LEN]);
struct kid *kids_find(struct kids *k, pid_t pid);

/* Read what the child has to say. */
void kids_listen(struct kids *k, struct kid *kid);

/* Running ones that began in the last ms. */
long kids_young(const struct kids *k, int ms);
/* Let the next one run.  False if none waits. */
bool kids_grant(struct kids *k);

/* It has ended: what it held is free again, and its compiler goes with it.  *kid is gone afterwards. */
void kids_bury(struct kids *k, struct kid *kid);

void kids_signal(const struct kids *k, int sig);
void kids_free(struct kids *k);

#endif
