/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The compiler: what is run here, and by which name volunteers are asked for it. */
#ifndef CLIENT_CCNAME_H
#define CLIENT_CCNAME_H

#include <stdbool.h>

#include "compiler/args.h"

struct ccname {
	char *name;	/* as the user called it: argv[0] of what is run here */
	char *path;	/* the real compiler */
	char *last;	/* the last file of the chain of links path begins; NULL if unknown */
	enum cc_kind kind;
	const char *found_as;	/* name is a path, but distcc-chain has found it on PATH by this one; else NULL */
};

/* name as typed, path as realcc_find found it; both are copied.  found_as is left to the caller. */
void ccname_init(struct ccname *c, const char *name, const char *path);
void ccname_free(struct ccname *c);

/*
 * The name to send.  Pure base names are what volunteers look up, and where distributions call their compilers by
 * target (x86_64-linux-gnu-gcc-12) the full name says which one is meant:
 *   - /usr/bin/NAME and /bin/NAME count as NAME, and so does what was found by it; another absolute path is sent as it is;
 *   - gcc and g++ become TRIPLE-gcc and TRIPLE-g++ if their links lead to a name with a triple and the new name,
 *     beside it or on path_list, is one of the same program; a version is sent if the user typed one;
 *   - cc and c++ become the gcc, g++ or clang name they lead to.
 * rewrite false: only the first rule.  The caller frees.
 */
char *ccname_wire(const struct ccname *c, bool rewrite, const char *path_list);

#endif
