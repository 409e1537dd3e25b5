/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a volunteer tells of itself by DNS-SD: type, subtype and TXT record, as stock's.  Values in, values out. */
#ifndef ZEROCONF_TXT_H
#define ZEROCONF_TXT_H

#include <stddef.h>

#include "base/strv.h"

#define TXT_TYPE "_distcc._tcp"

/* A compiler, by what it says to -dumpmachine and -dumpversion. */
struct txt_compiler {
	char *machine, *version;	/* NULL: there is none */
};

/* What counts for a client.  0: not said. */
struct txt {
	int cpus, jobs;
};

/* One string of the record, from the network: any bytes.  What makes no sense is passed over. */
void txt_take(struct txt *t, const char *text, size_t len);

/* How many jobs at once to give it: from 1 to DISCOVERED_SLOTS_MAX, whatever it said. */
int txt_slots(const struct txt *t);

/* "_MACHINE--VERSION._sub._distcc._tcp", by which clients find volunteers with their compiler.  NULL without one.  The caller frees. */
char *txt_subtype(const struct txt_compiler *cc);

/* The strings of our record. */
void txt_strings(struct strv *out, long cpus, long jobs, const struct txt_compiler *cc);

#endif
