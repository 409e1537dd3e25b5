/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the compiler of one command looks for headers, from its options and environment; and what a compiler says about
 * where it looks without being told.  No I/O.
 */
#ifndef COMPILER_SEARCH_H
#define COMPILER_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"
#include "compiler/args.h"

/* Directories as they are spelled, in the order in which they are searched; some may not exist. */
struct search {
	struct strv quote;	/* -iquote, what stood before -I-: for "x" only */
	struct strv angle;	/* -I, CPATH */
	struct strv system;	/* -isystem, C_INCLUDE_PATH...; the compiler's own come behind them */
	struct strv after;	/* -idirafter, -iwithprefix: behind the compiler's own */
	struct strv embed;	/* --embed-dir */
	bool not_beside;	/* -I- was given: "x" is not looked for beside the file */
	bool unordered;		/* in doubt about the order: what is found in any directory counts */

	struct strv forced;	/* -include and -imacros */
	struct strv macros;	/* -D: NAME, NAME=TEXT or NAME(PARAMETERS)=TEXT */
	struct strv query;	/* options that change the compiler's own directories, for search_query */
	const char *x;		/* the language, for -x */
	char *why;		/* false: the option that makes it unknowable, and why */
};

/* Variables that count, NULL-terminated; search_from_args gets their values in the same order (NULL: unset). */
extern const char *const search_env_names[];

/* False: ->why.  search_free in every case. */
bool search_from_args(struct search *s, const struct args *a, const char *const *env);
void search_free(struct search *s);

/* What to run so that the compiler (argv[0]: as in the command) tells its own directories on stderr; with LC_ALL=C, without the variables of search_env_names. */
void search_query(const struct search *s, const char *name, struct strv *argv);

/* What it told. */
struct search_own {
	struct strv dirs;	/* that exist, in their order */
	struct strv others;	/* that did not exist, or were another name of one of dirs: if one appears or vanishes, ask again */
	struct strv probes;	/* clang: where it found an installation of gcc, by files there */
};

/* False: that is not the output of a compiler.  search_own_free in every case. */
bool search_parse(const char *text, size_t n, struct search_own *own);
void search_own_free(struct search_own *own);

#endif
