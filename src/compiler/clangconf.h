/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clang's configuration files: options that it takes before those of the command (Clang Compiler User's Manual, "Configuration
 * files").  Which ones are in effect, clang says itself (compiler/search_own); this is what they say.
 */
#ifndef COMPILER_CLANGCONF_H
#define COMPILER_CLANGCONF_H

#include <stdbool.h>

#include "base/strv.h"

struct clangconf {
	struct strv words;	/* of all files, in order */
	struct strv files;	/* that were read, with those that they name by @FILE */
	char *why;		/* false: what cannot be followed */
};

/* What these files say, in order.  False: ->why.  clangconf_free in every case. */
bool clangconf_read(struct clangconf *c, const struct strv *files);
void clangconf_free(struct clangconf *c);

/* The words of a file's text, which is in directory dir ("<CFGDIR>" stands for that); @FILE is one of them.  No I/O. */
void clangconf_split(const char *text, const char *dir, struct strv *words);

#endif
