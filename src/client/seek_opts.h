/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of lsdistcc's command line.  Values in, values out. */
#ifndef CLIENT_SEEK_OPTS_H
#define CLIENT_SEEK_OPTS_H

#include <stdbool.h>

#include "base/strv.h"

enum seek_show { SEEK_SHOW_SERVERS, SEEK_SHOW_HELP, SEEK_SHOW_VERSION };

struct seek_opts {
	enum seek_show show;
	int total_s;
	int query_ms;		/* until the resolver asks again: a hint, see seek_resolver */
	int connect_ms;		/* for one host; 0: names are looked up only */
	int compile_ms;		/* 0: no trial compile */
	int bits;		/* so many of an address are as in the first one found */
	int overlap;		/* names of a format that are asked for ahead of answers; as with stock, as many may be missing */
	int gaps;		/* numbers of a format that may be missing, beside these */
	int port;		/* of hosts without one of their own */
	int version;		/* 1 to 3: what the lines say behind the host */
	const char *compiler;	/* a word of argv; NULL: no trial compile */
	bool latency, numeric, dead, domain, verbose;
	struct strv operands;
};

enum seek_opts_err {
	SEEK_OPTS_OK,
	SEEK_OPTS_UNKNOWN,	/* no such option: letter, or 0 and the word */
	SEEK_OPTS_MISSING,	/* nothing stands behind the letter */
	SEEK_OPTS_RANGE,	/* value is no number from min to max */
};

struct seek_opts_bad {
	char letter;
	const char *word;	/* of argv */
	const char *value;
	long min, max;
};

/*
 * argv[0] is the program, NULL the end.  Options may stand behind operands, letters without a value together, and a value in the
 * next word.  seek_opts_free in every case; *bad is set if the result is not SEEK_OPTS_OK.
 */
enum seek_opts_err seek_opts_parse(char *const *argv, struct seek_opts *o, struct seek_opts_bad *bad);
void seek_opts_free(struct seek_opts *o);

#endif
