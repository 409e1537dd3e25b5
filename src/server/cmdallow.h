/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which compilers clients may run, and which file that is.  Without this list any client could run any program.
 *
 * A compiler is allowed by its presence in an allow-list directory (whose entries are normally links to distcc:
 * only their names count), by a line of commands.allow, or by a line of the file that DISTCC_CMDLIST names, which
 * stands in for the directories.
 */
#ifndef SERVER_CMDALLOW_H
#define SERVER_CMDALLOW_H

#include <stdbool.h>

#include "base/strv.h"

struct cmdallow {
	bool everything;	/* --enable-tcp-insecure */
	struct strv dirs;	/* allow-list directories */
	struct strv commands;	/* commands.allow: a path, or a name to be searched for */
	bool has_cmdlist;	/* dirs do not count */
	struct strv cmdlist;	/* DISTCC_CMDLIST: paths */
	long numwords;		/* how many of a path's last words must agree */
};

#define CMDALLOW_INIT {.numwords = 1}

enum cmdallow_err {
	CMDALLOW_OK,
	CMDALLOW_DENIED,	/* it exists, but is on no list */
	CMDALLOW_MISSING,	/* there is no such compiler on this machine, allowed or not */
};

/* Some compiler could be allowed. */
bool cmdallow_usable(const struct cmdallow *a);

/*
 * The file to run for a client's argv[0]; names are searched in the colon-separated list search, where our own
 * programs do not count.  On CMDALLOW_OK *path is for the caller to free, else NULL.
 *
 * A cross name such as "x86_64-linux-gnu-gcc" is found under the plain name too, if the plain compiler's links end in
 * it: clients of other distributions send such names.
 */
enum cmdallow_err cmdallow_find(const struct cmdallow *a, const char *argv0, const char *search, char **path);

/*
 * Names for which cmdallow_find may find a compiler, appended to out; if everything is allowed, those that compilers usually
 * have.
 */
void cmdallow_names(const struct cmdallow *a, struct strv *out);

void cmdallow_free(struct cmdallow *a);	/* leaves it as CMDALLOW_INIT */

#endif
