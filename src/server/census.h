/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which compilers this volunteer has: those that its lists allow are asked what they are, and the answers noted in the book (server/toolbook). */
#ifndef SERVER_CENSUS_H
#define SERVER_CENSUS_H

#include <stdbool.h>

#include "base/digest.h"
#include "server/server.h"
#include "server/toolbook.h"

/* The compiler that a job needs. */
struct census_sought {
	const struct digest *identity;
	const char *name;	/* as the client calls it, without directories */
};

/* The file of the book.  The caller frees. */
char *census_path(const struct server *s);

/*
 * Ask the compilers that are new or have changed: all, or until the one that is sought is found; a job waits for that, so the one with that
 * name comes first.  Runs compilers: for a process of its own.
 */
void census_update(const struct server *s, const struct census_sought *sought);

/* Is it allowed to us under one of its names? */
bool census_allowed(const struct server *s, const struct toolbook_entry *e);

/*
 * The compiler of that identity, if it is in the book and allowed; toolbook_entry_free after true.  False: *have, if have is not NULL, lists
 * those in the book (the caller frees).
 */
bool census_find(const struct server *s, const struct digest *identity, struct toolbook_entry *e, char **have);

#endif
