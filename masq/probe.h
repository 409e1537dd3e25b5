/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does somebody listen there? */
#ifndef MASQ_PROBE_H
#define MASQ_PROBE_H

#include <stddef.h>

struct probe {
	const char *host;
	int port;
	const char *why;	/* out: NULL if the connection was made */
};

/*
 * Try all at once; none takes much longer than ms, names that are slow to resolve included.
 */
void probe_all(struct probe *v, size_t n, int ms);

#endif
