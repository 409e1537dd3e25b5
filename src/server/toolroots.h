/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tool roots that have been built, in a directory:
 *
 *	KEY.list	what the root of that key is: its directory, or why it cannot be used; then its list (toolroot.h)
 *	root-XXXXXX/	one root, locked (shared) by each job that uses it
 *	pool/		files of all roots
 *	lock		held by the process that builds
 */
#ifndef SERVER_TOOLROOTS_H
#define SERVER_TOOLROOTS_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/strv.h"
#include "server/toolroot.h"

struct toolroots_wanted {
	const char *dir;		/* of all roots */
	const char *family;		/* roots of one family differ by their layouts alone; few of them are kept */
	const struct strv *layout;	/* toolroot.h */
};

enum toolroots_state {
	TOOLROOTS_READY,
	TOOLROOTS_MISSING,	/* or what it was made of has changed */
	TOOLROOTS_BAD,		/* it was built, and does not work: *why */
};

/*
 * READY: *root is its directory, *lock keeps it until closed, its list is appended to list.  BAD: *why.  All for the caller to
 * free.
 */
enum toolroots_state toolroots_open(const struct toolroots_wanted *w, char **root, int *lock, struct strv *list, char **why);

/*
 * Build it, unless it is READY or BAD by now; waits for whoever builds.  works tries it (false: *why), with arg.  Also removes roots that nobody
 * can use any more.  False: *why (the caller frees).
 */
bool toolroots_build(const struct toolroots_wanted *w, const struct toolparts *parts,
		     bool (*works)(void *arg, const char *root, char **why), void *arg, char **why);

#endif
