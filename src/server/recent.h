/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one job has found to be as it should need not be looked at again by those that follow within the same second.  They are
 * processes of their own, so this is a page that all processes of a daemon share.
 *
 * It is for what may change at any moment anyhow, and for what is no worse for being a second old; a key that is taken for another one
 * (by 40 bits of its digest) must do no harm either.
 */
#ifndef SERVER_RECENT_H
#define SERVER_RECENT_H

#include <stdbool.h>
#include <stdint.h>

/* In the parent, before the first fork.  Without it, or if there is no memory, nothing is ever recent. */
void recent_prepare(void);

enum recent_kind {
	RECENT_COMPILER,	/* the files of a line of toolbook are what it says */
	RECENT_ALLOWED,		/* a compiler may be run */
	RECENT_ROOT,		/* the files a tool root was made of are what they were */
	RECENT_PCH,		/* a compiler takes precompiled headers with that checksum */
};

bool recent_is(enum recent_kind kind, const char *what);
/* A look that began at now_ms (clock_ms) has found it good. */
void recent_note(enum recent_kind kind, const char *what, int64_t now_ms);

/* Recent, or what look finds now, which is noted if it is good. */
bool recent_or_look(enum recent_kind kind, const char *what, bool (*look)(const void *arg), const void *arg);

/* All that was noted counts no longer. */
void recent_forget(void);

#endif
