/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes out of the text of gcc -E -fdirectives-only what no compiler looks at, so that less is searched, packed,
 * sent and read: more than half of it are comments.
 *
 * Every token keeps its line and its column.  So a comment goes only when nothing follows it on its last line; of one that spans
 * lines the newlines stay.  Comments that some warning of gcc reads stay too: what says "fall", has a comment begin in it, or
 * holds other characters than ASCII.  Where comments and literals are not what they seem (a line joined to the next
 * within a comment's star and slash, an open quote), the rest of the text is left as it is.
 */
#ifndef COMPILER_SQUEEZE_H
#define COMPILER_SQUEEZE_H

#include <stdbool.h>
#include <stddef.h>

#include "compiler/clex.h"

/*
 * Who takes what is left, piece by piece.  Each piece but the last ends with a line.  At most as much has been given as text has been
 * looked at, and this is not looked at again: take may put the pieces where the text is.  False: it failed; what follows is not wanted.
 */
struct squeeze_sink {
	bool (*take)(void *arg, const char *p, size_t n);
	void *arg;
};

/* False: the sink failed.  -Wimplicit-fallthrough=1 and -Wc90-c99-compat read every comment: not for these. */
bool squeeze(const char *text, size_t n, const struct clex_lang *lang, const struct squeeze_sink *sink);

#endif
