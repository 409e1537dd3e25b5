/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the compilers of this machine, kept in a file: one line each, fields separated by tabs.  A line holds as long as
 * the stamps (filestamp.h) of its files do.
 *
 *	tool IDENTITY KIND PATH SEARCH SUMMARY NAMES IDENTITIES (STAMP PART)*
 *	not PATH STAMP WHY SINCE		no compiler we can tell the identity of; asked again after ten minutes
 *
 * IDENTITY is that of the whole compiler, IDENTITIES are those by language, separated by blanks, and what is asked for.  The STAMP of a part
 * that is not there is "-".
 *
 * Several daemons with different lists of allowed compilers may share the file: NAMES are those under which some of them allow
 * it, separated by blanks, and each has to see for itself.
 */
#ifndef SERVER_TOOLBOOK_H
#define SERVER_TOOLBOOK_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/strv.h"
#include "compiler/identity.h"

struct toolbook {
	struct strv lines;
};

/* What the file says; empty without one.  toolbook_free afterwards. */
void toolbook_read(struct toolbook *b, const char *path);
/* 0, or -1 with errno. */
int toolbook_write(const struct toolbook *b, const char *path);
void toolbook_free(struct toolbook *b);

struct toolbook_entry {
	struct digest whole;
	enum cc_kind kind;
	char *path, *search, *summary;
	char *names;
};

/* The compiler of that identity whose line still holds, or did within the last second (recent.h).  False: there is none.  toolbook_entry_free after true. */
bool toolbook_find(const struct toolbook *b, const struct digest *identity, struct toolbook_entry *e);
/* That of line i; false if it is none or does not hold. */
bool toolbook_entry(const struct toolbook *b, size_t i, struct toolbook_entry *e);
void toolbook_entry_free(struct toolbook_entry *e);

/* The line of the compiler at path (real name) if it still holds; NULL without one.  It is b's. */
const char *toolbook_line(const struct toolbook *b, const char *path);

/* Add all lines of old that hold.  Returns whether one did not. */
bool toolbook_keep(struct toolbook *b, const struct toolbook *old);
/* Add a line. */
void toolbook_add(struct toolbook *b, const char *path, const char *search, const struct identity *id);
void toolbook_add_unknown(struct toolbook *b, const char *path, const char *why);
/* Note the name in the line of the compiler at path, if it has one.  Returns whether that is new. */
bool toolbook_name(struct toolbook *b, const char *path, const char *name);

/* "gcc version 12.2.0 ..., clang version...": all there are, for a message.  The caller frees. */
char *toolbook_summaries(const struct toolbook *b);

#endif
