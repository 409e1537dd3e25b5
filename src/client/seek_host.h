/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names for lsdistcc to look for, and the lines it prints of them.  Values in, values out. */
#ifndef CLIENT_SEEK_HOST_H
#define CLIENT_SEEK_HOST_H

#include <stdbool.h>

#include "client/seek_opts.h"
#include "client/seek_result.h"

/* A host, with what was written of its place in a list. */
struct seek_host {
	char *name;		/* for the resolver: without brackets */
	int port;
	int slots;		/* 0: none were written */
	bool lzo, cpp, plain;
};

/* The operand has a number to be filled in: a '%', but that of the zone of an IPv6 address. */
bool seek_is_format(const char *word);

/*
 * The format with a number in the place of its one %d, which may have a width up to 9: %2d, %02d.  NULL if it has none, several, or
 * another '%'.  The caller frees.
 */
char *seek_format(const char *format, int number);

/*
 * A word in the grammar of host lists, but no ssh and no setting.  port: where none is written; domain (or NULL) is appended to a name without
 * a dot.  NULL, and h owns strings (seek_host_free); else static text that says what is wrong, and h is zeroed.
 */
const char *seek_host_parse(const char *word, int port, const char *domain, struct seek_host *h);
void seek_host_free(struct seek_host *h);

/*
 * What RES_OPTIONS must say for the resolver to ask again after that time, which it takes in whole seconds, at least one.
 * The caller frees.
 */
char *seek_resolver(int query_ms);

/* The host as a word of a host list, with what the options want behind it; no newline.  The caller frees. */
char *seek_line(const struct seek_host *h, const struct seek_opts *o, const struct seek_result *r);

#endif
