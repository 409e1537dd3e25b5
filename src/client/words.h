/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of our environment the compiler of a replica job gets, and whether its messages can equal those of this machine. */
#ifndef CLIENT_WORDS_H
#define CLIENT_WORDS_H

#include <stdbool.h>

#include "base/strv.h"
#include "compiler/args.h"

struct words {
	struct strv env;	/* NAME=VALUE, sorted */
	bool differ;		/* messages may look different there (a terminal, a translation): a compile that printed some must be repeated here */
};

/*
 * compiler: its path; the directory is PATH there, see client/links.h.  cwd: what the compiler there takes for the current directory.  Locales of English with UTF-8 become C.UTF-8, which every
 * volunteer has and which words messages alike.
 */
void words_of(const struct args *a, const char *compiler, const char *cwd, struct words *w);

#endif
