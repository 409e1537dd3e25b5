/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where literals and comments of C and C++ begin and end, and nothing else.  A cursor goes from one to the next.
 */
#ifndef COMPILER_CLEX_H
#define COMPILER_CLEX_H

#include <stdbool.h>
#include <stddef.h>

/* What depends on the standard. */
struct clex_lang {
	bool raw_strings;	/* R"(...)" */
	bool separators;	/* 1'000 */
	bool line_comments;	/* two slashes */
	bool c90;		/* C before line comments were a part of it */
};

struct clex {
	const struct clex_lang *lang;
	const char *begin, *p, *end;
};

/* By the macros that the text from gcc -E -fdirectives-only begins with. */
struct clex_lang clex_lang(const char *text, size_t n);

/*
 * On to the next quote, or slash before a slash, a star, a backslash or a question mark (the latter may join it with
 * the next line), from p on; false: there is none, and p is the end.
 */
bool clex_find(struct clex *s);

/* Is the quote at p between the digits of a number? */
bool clex_is_separator(const struct clex *s);

/* p is at a quote: beyond the literal.  False if it is still open at the end of its line (or, a raw one, of the text). */
bool clex_skip_literal(struct clex *s);

/* Is p at the quote of a raw literal of which the end does not come before end? */
bool clex_is_open_raw(const struct clex *s);

/* To the end of the line, newline included; or of the last one when they are continued. */
void clex_skip_line(struct clex *s);

/* Does a backslash before the newline at nl, of whichever kind, join the lines? */
bool clex_continues(const struct clex *s, const char *nl);

#endif
