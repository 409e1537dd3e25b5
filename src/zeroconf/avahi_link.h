/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection to the Avahi daemon that is made again whenever it breaks: that daemon, or the system bus, may not be there
 * yet, and may be restarted at any time.
 */
#ifndef ZEROCONF_AVAHI_LINK_H
#define ZEROCONF_AVAHI_LINK_H

#include <avahi-client/client.h>

struct avahi_link_user {
	/* The daemon is there: make what is to be made.  Called again after each loss. */
	void (*up)(AvahiClient *client, void *arg);
	/* It is not, or not any more (why: a phrase): all that was made of its client must be freed now, or goes with it. */
	void (*down)(const char *why, void *arg);
	/* Now and then, and after anything has happened.  False ends avahi_link_run. */
	int (*tick)(void *arg);
	void *arg;
	int tick_ms;
};

/* 0 when tick wanted an end; -1 if there is no memory. */
int avahi_link_run(const struct avahi_link_user *user);

#endif
