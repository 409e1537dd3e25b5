/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of DISTCC_DIR/zeroconf/hosts: the volunteers that have been found on the network, "ADDRESS:PORT/SLOTS" one a
 * line, as stock's clients write and read it.  Ours adds comments, which stock passes over.  Text in, values out.
 */
#ifndef CLIENT_DISCOVERED_H
#define CLIENT_DISCOVERED_H

#include <stdbool.h>
#include <stddef.h>

#include "client/hostspec.h"

#define DISCOVERED_FILE "hosts"
#define DISCOVERED_LOCK "lock"		/* held by whoever writes the file */
#define DISCOVERED_TEXT_MAX (100u << 10)	/* stock's limit */
#define DISCOVERED_HOSTS_MAX 256
#define DISCOVERED_SLOTS_MAX 1000	/* of one host, whatever it says */

/* First lines of the file.  The second one goes on with the reason why no host can be found. */
#define DISCOVERED_SEARCHING "# distcc-zeroconf: searching"
#define DISCOVERED_NONE "# distcc-zeroconf: none: "

struct discovered {
	struct hostspec *v;
	size_t n;
	bool searching;		/* the answer is not there yet */
	char *why;		/* why there cannot be any; NULL: not said */
};

/*
 * Words that are no address with port and slots, or too many, are left out: they came from the network.  d is usable
 * whatever the text is; discovered_free.
 */
void discovered_parse(struct discovered *d, const char *text);
void discovered_free(struct discovered *d);

#endif
