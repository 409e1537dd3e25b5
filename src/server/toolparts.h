/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files of the system a compiler consists of. */
#ifndef SERVER_TOOLPARTS_H
#define SERVER_TOOLPARTS_H

#include <stdbool.h>

#include "base/strv.h"
#include "compiler/args.h"

/* Absolute names, as the compiler uses them: links may be on the way. */
struct toolparts {
	struct strv programs;	/* driver, cc1, as...: with the libraries they need */
	struct strv data;	/* files, or directories with all that is in them; what is missing does not matter */
	struct strv dirs;	/* that must exist, because names lead through them by ".." */
	char *search;		/* PATH for it */
};

/*
 * Of the driver at path (real name), whose programs are searched in the list search as well.  Runs the compiler some fifteen times.  False:
 * *why (the caller frees).  toolparts_free in every case.
 */
bool toolparts_of(enum cc_kind kind, const char *path, const char *search, struct toolparts *p, char **why);
void toolparts_free(struct toolparts *p);

#endif
