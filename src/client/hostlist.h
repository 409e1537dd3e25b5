/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hosts of this job: from DISTCC_HOSTS, else from the first file that exists of $DISTCC_DIR/hosts (or
 * ~/.distcc/hosts) and SYSCONFDIR/distcc/hosts.
 */
#ifndef CLIENT_HOSTLIST_H
#define CLIENT_HOSTLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "client/discovered.h"
#include "client/hostspec.h"

#define HOSTLIST_FILE_MAX (1u << 20)
#define HOSTLIST_LOCAL_SLOTS 4
#define HOSTLIST_LOCAL_CPP_SLOTS 8

enum hostlist_err {
	HOSTLIST_OK,
	HOSTLIST_NONE,		/* neither variable nor file */
	HOSTLIST_EMPTY,		/* there is one, but it names no host */
	HOSTLIST_NOBODY,	/* it names +zeroconf alone, which found none: why_none */
	HOSTLIST_BAD,		/* a word was not understood: see bad_* */
	HOSTLIST_FILE,		/* a file that cannot be read: see saved_errno (EFBIG: above HOSTLIST_FILE_MAX) */
};

struct hostlist {
	struct hostspec *v;	/* in order of preference; HOST_BAD where a word was not understood */
	size_t n;
	size_t cap;
	int local_slots, local_cpp_slots;
	bool randomize;
	char *source;		/* "DISTCC_HOSTS" or the file; NULL: none */

	enum hostspec_err bad_err;	/* the first bad word, */
	char *bad_word;
	unsigned bad_line, bad_column;	/* and where in it the fault is, counted from 1 */
	int saved_errno;
	bool zeroconf;		/* the list has the word */
	char *why_none;		/* why it found nobody; NULL: no trouble, nobody is there */
};

/*
 * dir: DISTCC_DIR or ~/.distcc, NULL without.  hostlist_free in every case; the settings are always usable.
 * In the place of +zeroconf are the hosts it has found (client/zeroconf.h: that may take seconds, once).
 */
enum hostlist_err hostlist_load(struct hostlist *l, const char *dir);

/* The same for the settings alone: +zeroconf stays a word. */
enum hostlist_err hostlist_load_words(struct hostlist *l, const char *dir);

/* The words of a text; source is for messages. */
enum hostlist_err hostlist_parse(struct hostlist *l, const char *source, const char *text);

/* A list that was HOSTLIST_OK: put the hosts of zeroconf_find in the place of +zeroconf, if it has that word. */
enum hostlist_err hostlist_discover(struct hostlist *l, const char *dir);

/* Put the hosts of found in the place of +zeroconf, once.  HOSTLIST_NOBODY if that leaves none. */
enum hostlist_err hostlist_fill_in(struct hostlist *l, const struct discovered *found);

/* Put the hosts into an order that depends on seed alone. */
void hostlist_shuffle(struct hostlist *l, unsigned seed);

/* The sum of slots of all hosts. */
long hostlist_slots(const struct hostlist *l);

/* What is wrong, and where: "/etc/distcc/hosts:2:5: box:70000: the port...".  The caller frees. */
char *hostlist_explain(const struct hostlist *l, enum hostlist_err err);

void hostlist_free(struct hostlist *l);

#endif
