/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tokens of preprocessed C and C++ text, roughly: good enough to follow brackets and statements.  Comments,
 * directives and the text of system headers are passed over.
 */
#ifndef COMPILER_CTOK_H
#define COMPILER_CTOK_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum ctok_type { CTOK_END, CTOK_WORD, CTOK_NUMBER, CTOK_STRING, CTOK_PUNCT };

struct ctok {
	enum ctok_type type;
	const char *p;		/* points into the text */
	size_t n;		/* of a CTOK_PUNCT always 1 */
	const char *line;	/* where its line begins */
	unsigned file;		/* tells files apart, says no more */
};

struct ctok_stream {
	const char *p, *end;
	const char *line;
	unsigned file;
};

void ctok_start(struct ctok_stream *s, const char *p, size_t n);
void ctok_next(struct ctok_stream *s, struct ctok *t);
/* The next token that is a {, or the end: what ctok_next would come to at last, by fewer steps. */
void ctok_next_brace(struct ctok_stream *s, struct ctok *t);
/* The same for a bracket, brace or parenthesis that opens or closes. */
void ctok_next_bracket(struct ctok_stream *s, struct ctok *t);

static inline bool
ctok_is(const struct ctok *t, const char *text)
{
	return t->n == strlen(text) && memcmp(t->p, text, t->n) == 0;
}

#endif
