/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -march=native, -mtune=native, -mcpu=native: what this machine's compiler makes of them, for a compiler of the same identity on another
 * processor.
 *
 * gcc: the words could be replaced by what they stand for, but then gcc would note other options, in another order, in debug information and
 * LTO sections.  So the command stays and the rule changes: gcc's rule that asks the processor (%:local_cpu_detect in its specs) with the answers
 * in the place of the questions, as the file "specs" that a gcc reads from its own directory.
 *
 * clang: other words, see compiler/native_clang.h.
 */
#ifndef COMPILER_NATIVE_H
#define COMPILER_NATIVE_H

#include <stdbool.h>

#include "base/strv.h"

struct native {
	char *path;		/* a file that the compiler must find there: "/usr/lib/gcc/x86_64-linux-gnu/12/specs"; NULL: none is needed */
	char *text;		/* what it must read there */
	bool by_words;		/* the command has other words there: the file as "@path" before all others, and for "native" */
	char *arch, *tune, *cpu;	/* these; NULL: the word stays */
	bool passing;		/* false for want of memory, processes, space...: not to be remembered */
};

/*
 * A gcc.  path: the compiler.  Runs it a few times, and tries whether the text does what it should.  False: *why (the caller frees).
 * native_free in every case.
 */
bool native_rules(const char *path, struct native *n, char **why);
void native_free(struct native *n);

/* The command as it is to be run there; argv[0] is the compiler. */
void native_apply(const struct native *n, struct strv *argv);
/* Only the names in the place of "native". */
void native_name(const struct native *n, struct strv *words);

/* The options that cc1 gets for the processor, from the line of -### that runs it on /dev/null; NULL if there is none.  The caller frees. */
char *native_options(const char *line);

/*
 * From what -dumpspecs prints: the rule cc1_cpu with its questions answered.  NULL if it has none, or one that we do not know.  The caller
 * frees.
 */
char *native_rule(const char *specs, const char *arch, const char *tune);

#endif
