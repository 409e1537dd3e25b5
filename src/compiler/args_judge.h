/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside compiler/args: what a scan has found so far, and the verdict on it. */
#ifndef COMPILER_ARGS_JUDGE_H
#define COMPILER_ARGS_JUDGE_H

#include <stdbool.h>

#include "compiler/args.h"
#include "compiler/args_deps.h"

/* Why a command stays, the first of each rank counts; a lower rank goes before a higher one. */
enum rank { RANK_QUERY, RANK_ATFILE, RANK_PREPROCESS, RANK_NO_COMPILE, RANK_ENVIRONMENT, RANK_OPTION, RANK_INPUT, RANK_CONFTEST, RANKS };

/* In which modes. */
enum { CLASSIC = 1 << 0, REPLICA = 1 << 1, BOTH = CLASSIC | REPLICA, MODES = 2 };

struct verdict {
	enum args_why why;	/* ARGS_OK: none */
	const char *word;
	const char *reason;
};

struct scan {
	struct args *a;
	unsigned kinds;
	bool cxx_driver;
	bool only_inputs;	/* "--" came */
	bool compile;		/* -c */
	const char *x;		/* operand of the -x in force */
	const char *source_x;	/* the same when the source came */
	const char *other;	/* an input beside the source */
	const char *cpp_word;	/* a preprocessor or linker option */
	const char *md;		/* -MD or -MMD */
	const char *deps_word;	/* another dependency option */
	const char *sanitize;
	const char *assembler_debug;	/* -Wa,-g or the like */
	const char *lto;	/* -flto that no -fno-lto took back */
	const char *lto_reason;
	bool indent_off;
	const char *mf;		/* what the last -MF says */
	struct deps_wp wp;
	struct verdict verdict[MODES][RANKS];	/* classic, replica */
};

/* A reason to stay in these modes; the first of a rank counts.  reason: see struct args. */
void judge_stays(struct scan *s, unsigned modes, enum rank rank, enum args_why why, const char *word, const char *reason);

/* All words are scanned: fill in what follows from them (output, dependency file) and find the other reasons to stay. */
void judge(struct scan *s, const char *const *env);

/* The verdict that counts in that mode (one of CLASSIC, REPLICA); NULL: the command may travel. */
const struct verdict *judge_verdict(const struct scan *s, unsigned mode);

#endif
