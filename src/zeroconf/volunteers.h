/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The volunteers that have been seen, and which of them a client shall use.  A machine is seen once for each of its
 * interfaces and each protocol; it is one volunteer.  No I/O.
 */
#ifndef ZEROCONF_VOLUNTEERS_H
#define ZEROCONF_VOLUNTEERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define VOLUNTEERS_SEEN_MAX 1024

/* One service on one interface by one protocol. */
struct sighting {
	char *name, *domain;	/* of the service */
	int interface, protocol;
	char *host;		/* name of the machine, allocated; whoever asks sets it.  NULL: not known */
	bool own;		/* announced by this machine */
	void *resolver;		/* of whoever asks for the rest; NULL: nobody does now */
	bool asked;		/* an answer has come, or will not come: below is what is known */
	bool failed;		/* none has come: worth asking again */
	char *address;		/* as in a host list, "[fe80::1%eth0]"; NULL: not known, or none a client could use */
	int family;		/* AF_INET, AF_INET6 */
	bool link_local, loopback;
	int port;
	int slots;
};

struct volunteers {
	struct sighting *v;
	size_t n, cap;
};

/* Add one.  NULL if it is known already, or there are too many.  Pointers are good until the next call of these two. */
struct sighting *volunteers_add(struct volunteers *all, const char *name, const char *domain, int interface, int protocol);
void volunteers_remove(struct volunteers *all, struct sighting *s);

/* NULL if there is none like that. */
struct sighting *volunteers_find(const struct volunteers *all, const char *name, const char *domain, int interface, int protocol);

/*
 * It is at these bytes of family (AF_INET: 4, AF_INET6: 16), as seen on the named interface.  What cannot be a volunteer's
 * address and port is as if it had not been said.
 */
void volunteers_at(struct sighting *s, int family, const void *bytes, const char *interface_name, int port);

/* All have been asked. */
bool volunteers_complete(const struct volunteers *all);

/*
 * Append the lines for client/discovered.h: each volunteer once, by its best address (IPv4, then IPv6, then link-local IPv6), those
 * with many slots first, and this machine, if it is one, behind all others.
 */
void volunteers_list(const struct volunteers *all, struct buf *out);

void volunteers_free(struct volunteers *all);

#endif
