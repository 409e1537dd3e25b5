/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the compiler of one command looks for headers, from its options and environment; where it looks without being told:
 * compiler/search_own.h.  No I/O.
 */
#ifndef COMPILER_SEARCH_H
#define COMPILER_SEARCH_H

#include <stdbool.h>

#include "base/strv.h"
#include "compiler/args.h"

/* Directories as they are spelled, in the order in which they are searched; some may not exist. */
struct search {
	struct strv quote;	/* -iquote, what stood before -I-: for "x" only */
	struct strv angle;	/* -I, CPATH */
	struct strv system;	/* -isystem, C_INCLUDE_PATH...; the compiler's own come behind them */
	struct strv after;	/* -idirafter, -iwithprefix: behind the compiler's own */
	struct strv embed;	/* --embed-dir */
	struct strv variables;	/* clang: of all languages' variables; what it calls a file may depend on whether they are there */
	bool not_beside;	/* -I- was given: "x" is not looked for beside the file */
	bool unordered;		/* in doubt about the order: what is found in any directory counts */
	bool rules;		/* -specs was given: the compiler itself tells which files it reads (compiler/search_own.h) */

	struct strv forced;	/* -include and -imacros */
	struct strv macros;	/* -D: NAME, NAME=TEXT or NAME(PARAMETERS)=TEXT */
	struct strv query;	/* options that change the compiler's own directories, for compiler/search_own.h */
	const char *x;		/* the language, for -x */
	char *why;		/* false: the option that makes it unknowable, and why */
};

/* Variables that count, NULL-terminated; search_from_args gets their values in the same order (NULL: unset). */
extern const char *const search_env_names[];

/* False: ->why.  search_free in every case. */
bool search_from_args(struct search *s, const struct args *a, const char *const *env);
void search_free(struct search *s);

/* Does -D say what name is?  Then __DATE__ tells no time any more. */
bool search_defines(const struct search *s, const char *name);

#endif
