/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside compiler/native: -march=native and the like of a clang.
 *
 * clang's driver turns the word into the name of a processor and a list of its features.  The first becomes a word in the place of the
 * old one, the list becomes a file of options that is read before all others: -mavx2, -mno-sgx..., and for features that no option
 * names the driver's own way to say it.  Nothing of that is seen in what clang writes, unless it is asked to note the command.
 */
#ifndef COMPILER_NATIVE_CLANG_H
#define COMPILER_NATIVE_CLANG_H

#include <stdbool.h>

#include "base/strv.h"
#include "compiler/native.h"

/*
 * The words of a command that have a part in what "native" means, in their order.  NULL, or why this command cannot do with other words than
 * its own: a phrase that goes on from *word (which points into argv).
 */
const char *native_clang_question(char *const *argv, struct strv *words, const char **word);

/* What the driver tells cc1 of the processor; the other words of that line sorted. */
struct native_cc1 {
	char *cpu, *tune;	/* NULL: nothing */
	struct strv features;	/* "+avx2", "-sgx", in their order */
	struct strv others;	/* but no "-target-feature" */
};

/* From what -### prints.  False if there is no such line.  native_cc1_free in every case. */
bool native_cc1_read(const char *text, struct native_cc1 *out);
void native_cc1_free(struct native_cc1 *c);

/* Options for the features of all that are not in some; those whose options are among unknown are said in the other way. */
void native_clang_options(const struct strv *all, const struct strv *some, const struct strv *unknown, struct strv *out);

/* From what clang prints: the options that it does not know, appended to out; or those of all features, if it warns of a deprecated one. */
void native_clang_unusable(const char *text, const struct strv *all, struct strv *out);

/* question: as above.  Runs the compiler five times.  False: *why (the caller frees). */
bool native_clang_rules(const char *path, char *const *question, struct native *n, char **why);

#endif
