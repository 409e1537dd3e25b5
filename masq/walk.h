/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a compiler's name becomes on a PATH, step by step: links to ccache, links to distcc, the compiler.
 * Looks at files, runs nothing, reads no environment.
 */
#ifndef MASQ_WALK_H
#define MASQ_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum walk_kind { WALK_CCACHE, WALK_DISTCC, WALK_CHAIN, WALK_REAL };

struct walk_step {
	enum walk_kind kind;
	char *path;	/* DIR/NAME as PATH names it */
	char *target;	/* the file that path leads to, without links (realpath) */
	size_t entry;	/* which word of PATH, counted from 0 */
	dev_t dev;	/* of the directory, so that it is known again by another name */
	ino_t ino;
	bool run;	/* false: those before it go past it */
};

struct walk {
	struct walk_step *v;
	size_t n;
};

/* "ccache", "distcc", "chain", "compiler": for output; stable. */
const char *walk_kind_name(enum walk_kind kind);

/* By the names along its links: distcc-chain, distcc and the like, ccache; anything else is a compiler. */
enum walk_kind walk_kind_of(const char *path);

/*
 * Every executable called name in the directories of list, in their order; a name with a slash is the one step
 * itself.  Marked to run are the first one and what it runs in turn: ccache takes the next one that is not ccache,
 * distcc and distcc-chain the next that is a compiler.  (What distcc-chain itself puts between is not on PATH.)
 * walk_free in every case.
 */
void walk_path(struct walk *w, const char *name, const char *list);

/* The step of that kind that runs; NULL if there is none. */
const struct walk_step *walk_runs(const struct walk *w, enum walk_kind kind);

void walk_free(struct walk *w);

#endif
