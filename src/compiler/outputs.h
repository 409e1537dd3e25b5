/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files a command may write: the object, the dependency file, those that options name, and by a rule of gcc's and clang's those
 * beside the object or in the current directory whose names follow from the source's and the object's (.dwo, .gcno, .su, dumps...).  A
 * volunteer's answer is held against this.  Values in, values out.
 */
#ifndef COMPILER_OUTPUTS_H
#define COMPILER_OUTPUTS_H

#include <stdbool.h>

#include "base/strv.h"
#include "compiler/args.h"

struct outputs {
	struct strv files;	/* written by that very name, relative ones in the current directory; the object comes first */
	struct strv stems;	/* "DIRECTORY/STEM": the others are a stem and a suffix */
	struct strv suffixes;	/* that the options ask for */
	bool dumps;		/* and dumps of passes: ".234t.optimized" */
};

/* For a command that may travel in replica mode.  outputs_free in every case. */
void outputs_of(const struct args *a, struct outputs *o);
void outputs_free(struct outputs *o);

/* Can base (no slash) be the stem (no slash) and a suffix that the options ask for? */
bool outputs_beside(const struct outputs *o, const char *stem, const char *base);

/*
 * Does the compiler put a new file in the place of an old one of that name, or write into what is there (so that its mode stays, and a link is
 * followed)?  name: as the command has it; object: it is the output of the command.  Seen of gcc 12 and 16, clang 14 and 21.
 */
bool outputs_replaces(const struct args *a, const char *name, bool object);

#endif
