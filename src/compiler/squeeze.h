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

struct squeeze {
	struct clex_lang lang;
	bool unclear;	/* the rest stays as it is */
};

/*
 * A piece of text, in place: it begins with a line; last: nothing follows it.  What is left is text[0..*left).  Returns how much of it was
 * looked at, lines as a whole: what lies behind that belongs to the beginning of the next piece.  0: it needs more of
 * the text at once.  -Wimplicit-fallthrough=1 and -Wc90-c99-compat read every comment: not for these.
 */
size_t squeeze(struct squeeze *sq, char *text, size_t n, bool last, size_t *left);

#endif
