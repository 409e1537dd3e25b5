/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Job slots shared by all clients of one DISTCC_DIR: whole-file fcntl locks in DISTCC_DIR/lock with stock's names
 * (shared facts 2.9), so that stock clients and monitors may use the directory at the same time.
 *
 * The locks belong to the process: never hold two slots of one host at once, closing one would release both.
 */
#ifndef CLIENT_SLOTS_H
#define CLIENT_SLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "client/hostspec.h"

enum slots_err {
	SLOTS_OK,
	SLOTS_BUSY,	/* all taken; worth waiting */
	SLOTS_NO_HOST,	/* there is nothing to wait for */
	SLOTS_UNUSABLE,	/* the lock directory cannot be used: work without */
};

struct slot {
	size_t host;	/* index into what slots_pick was given */
	int number;
	int fd;		/* holds the lock; -1: none */
};

#define SLOT_NONE {.fd = -1}

/*
 * Lock one slot of hosts[0..n), level by level: slot 0 of each host in turn, then slot 1 of each that has it... without waiting.
 * A host that is not usable[] is passed over; SLOTS_NO_HOST if that leaves none.
 */
enum slots_err slots_pick(const char *dir, const struct hostspec *hosts, const bool *usable, size_t n, struct slot *out);

void slots_release(struct slot *s);

/* Who waits for the same thing. */
enum slots_queue { QUEUE_REMOTE, QUEUE_LOCAL, QUEUE_CPP };

/*
 * Call attempt(arg) until it says something else than SLOTS_BUSY, and return that.  One process of a queue asks every few milliseconds, the
 * others sleep on its lock in order of arrival.  blocked(arg) is called once, before the first wait.
 */
enum slots_err slots_wait(const char *dir, enum slots_queue queue, enum slots_err (*attempt)(void *arg),
	void (*blocked)(void *arg), void *arg);

/* One of the first count slots of this machine, waiting as long as it takes.  SLOTS_OK or SLOTS_UNUSABLE. */
enum slots_err slots_take_local(const char *dir, enum slots_queue queue, int count, void (*blocked)(void *arg), void *arg,
	struct slot *out);

#endif
