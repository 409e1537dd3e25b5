/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of our environment the compiler of a replica job gets, and whether its messages can equal those of this machine. */
#ifndef CLIENT_WORDS_H
#define CLIENT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strv.h"
#include "compiler/args.h"

struct words {
	struct strv env;	/* NAME=VALUE, sorted */
	bool clock;		/* among them what time it is here, so that the same job is another one each second */
	bool differ;		/* messages may look different there (a terminal, a translation): a compile that printed some must be repeated here */
};

/*
 * compiler: its path; the directory is PATH there, see client/links.h.  cwd: what the compiler there takes for the current directory.  Locales of English with UTF-8 become C.UTF-8, which every
 * volunteer has and which words messages alike.  timed: the text may ask for the time, so it is told in SOURCE_DATE_EPOCH, unless that is set.
 */
void words_of(const struct args *a, const char *compiler, const char *cwd, bool timed, struct words *w);

/*
 * SOURCE_DATE_EPOCH for which __DATE__ and __TIME__ are what they would be here and now.  The compiler takes it for a time of UTC, but
 * without it the macros give local time (GCC manual, "Environment Variables Affecting GCC").
 */
int64_t words_epoch(void);

#endif
