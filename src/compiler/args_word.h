/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside compiler/args: walk along a command, option by option. */
#ifndef COMPILER_ARGS_WORD_H
#define COMPILER_ARGS_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "compiler/args.h"
#include "compiler/lang.h"
#include "compiler/opts.h"

enum args_word_type {
	WORD_INPUT,	/* a file, "-" among them */
	WORD_OPTION,
	WORD_UNKNOWN,	/* begins with '-', but no row fits */
};

struct args_word {
	enum args_word_type type;
	const struct opt *opt;	/* of a WORD_OPTION */
	const char *word;
	const char *arg;	/* joined or the next word; NULL if there is none */
	size_t n;		/* words it takes */
	bool missing;		/* it lacks its argument */
};

/* The word of a NULL-terminated argv at i. only_inputs: "--" came before. */
void args_word_at(char *const *argv, size_t i, unsigned kinds, bool only_inputs, struct args_word *w);

/* The words of a text as @file has them: white space, quotes, backslashes. */
void args_split(const char *text, struct strv *out);

/* OPT_GCC, OPT_CLANG or both. */
unsigned args_kinds(enum cc_kind kind);

/* Is it g++, clang++...: a driver that takes .c and .i for C++? */
bool args_is_cxx_driver(const char *compiler);

/* What a source is: -x if one is in force (NULL if not), else its extension as the driver takes it. */
enum lang args_source_lang(const char *source, const char *x, bool cxx_driver);

#endif
