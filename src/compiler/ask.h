/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ask a compiler what it is by running it: in directory "/", with PATH, TMPDIR and LC_ALL=C alone in the environment. */
#ifndef COMPILER_ASK_H
#define COMPILER_ASK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/strv.h"

#define ASK_MAX_TEXT (8u << 20)		/* longest answer that is taken */

struct ask {
	struct buf out, err;
	char *why;		/* false: a phrase that goes on from the command: "exits with 1: no such option" */
	bool passing;		/* false: for want of memory, processes, space...; another time it may answer */
};

/* Run path; input: its stdin, NULL for none.  False if it cannot be run, or fails.  ask_free in every case. */
bool ask_run(const char *path, const char *const *argv, const char *input, struct ask *answer);
void ask_free(struct ask *answer);

/* Is that for want of something that may be there another time?  status: as wait says; err: what it printed, n bytes. */
bool ask_passing(int status, const char *err, size_t n);

/* Compile C text to an object with -O2 -g, and option (NULL: none).  False: *why (the caller frees), *passing as in struct ask. */
bool ask_object(const char *path, const char *option, const char *source, struct buf *object, char **why, bool *passing);

/*
 * From what -v prints: the directories searched for #include, those that do not exist or were named twice at the end.  Lexically normalised,
 * appended to out.
 */
void ask_search_dirs(const char *text, struct strv *out);

/* "/a/../b//c/." -> "/b/c", whatever is a link there.  The caller frees. */
char *ask_normalise(const char *path);

#endif
