/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that the compiler of one command may read on this machine, as an input tree: source, headers (an
 * over-approximation: conditionals are ignored), files named by options, search directories that exist, directories
 * crossed by "..", links on the way, the directories outputs go to.
 *
 * More than the compiler reads does no harm; less would.  What cannot be known makes the answer no.
 */
#ifndef CLIENT_INPUTS_H
#define CLIENT_INPUTS_H

#include <stdbool.h>

#include "cas/tree.h"
#include "client/cache.h"
#include "client/ccname.h"
#include "compiler/args.h"

struct inputs_sign;

struct inputs {
	struct tree tree;	/* in order, but only tree_sort finds the twins; a file's content is found at its own path */
	size_t source;		/* its index in tree */
	bool source_known;	/* an earlier job had it as it is now, so a volunteer may well have it */
	char *cwd;		/* absolute and normalised, as the compiler will record it: PWD as gcc takes it, else the real name; tree has the links on it */
	char *why;		/* false: why the tree cannot be known ("x.c:3: #include MACRO cannot be resolved") */
	bool timed;		/* the text may ask for the time of the compile: __DATE__, __TIME__ */
	bool absolute;		/* a file of it is named by an absolute path in the text of another */
	bool changing;		/* false: because a file changed while it was read; classic may do */
	struct inputs_sign *signs;	/* for inputs_unchanged */
};

/*
 * False: in->why.  inputs_free in every case.  The environment counts (CPATH, PWD...).  What was learnt
 * goes to c (NULL: nowhere), written by cache_close.  epoch: the compiler takes SOURCE_DATE_EPOCH; else a text that asks for the time makes
 * the answer no.
 */
bool inputs_collect(struct cache *c, const struct ccname *cc, const struct args *a, bool epoch, struct inputs *in);

/* Are all files of the tree what they were (stat only)?  To be called before a result is believed. */
bool inputs_unchanged(const struct inputs *in);

void inputs_free(struct inputs *in);

#endif
