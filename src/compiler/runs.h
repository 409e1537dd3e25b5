/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far does a run of text go that means nothing?  What all passes over preprocessed text spend their time with, so there is
 * a second make of it for processors with wide vectors (AVX2).  Both find the same.
 */
#ifndef COMPILER_RUNS_H
#define COMPILER_RUNS_H

#include <stdbool.h>
#include <stddef.h>

/* A comment, as far as one look at it tells. */
struct runs_comment {
	const char *end;	/* behind it; NULL: it has none */
	size_t lines;		/* newlines in it */
	bool words;		/* it may hold what somebody reads: "fall", a comment's begin, two question marks, other characters than ASCII */
	bool backslash;		/* it holds one */
};

/* Each searches from p up to end, and returns end if there is nothing. */
struct runs {
	/* A quote, or a slash before a slash, a star, a backslash or a question mark. */
	const char *(*lexeme)(const char *p, const char *end);
	/* p is behind what begins it.  A line comment ends before the newline, whether that is continued or not. */
	struct runs_comment (*block_comment)(const char *p, const char *end);
	struct runs_comment (*line_comment)(const char *p, const char *end);
	/* quote, a backslash or a newline. */
	const char *(*literal)(const char *p, const char *end, char quote);
	/* "\n# ", or three bytes of the words of cpptext: E__ P__ .in tin acr. */
	const char *(*triple)(const char *p, const char *end);
	/* "\n# ". */
	const char *(*marker)(const char *p, const char *end);
	/* A bracket of any kind, or what may hide one: quotes, slashes, number signs.  The second: of brackets only {. */
	const char *(*bracket)(const char *p, const char *end);
	const char *(*brace)(const char *p, const char *end);
};

extern const struct runs *runs_chosen;
const struct runs *runs_choose(void);

/* The best for this processor. */
static inline const struct runs *
runs(void)
{
	return runs_chosen != NULL ? runs_chosen : runs_choose();
}

/* For tests: the wide make, or the other one.  False: there is no such here. */
bool runs_use(bool wide);

/* NULL: not made for this kind of processor, whatever this one can. */
extern const struct runs *const runs_wide;

#endif
