/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chain that a compiler's name becomes: ccache, behind it distcc, behind that the compiler.  Finds the programs,
 * decides which of them have a part in a command, and with which words and variables the first one is run.
 */
#ifndef MASQ_CHAIN_H
#define MASQ_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/strv.h"

/* Steps before the compiler; a set of them. */
enum { CHAIN_NONE = 0, CHAIN_CCACHE = 1 << 0, CHAIN_DISTCC = 1 << 1 };

/*
 * The set that text (of DISTCC_CHAIN) names: "ccache", "distcc" or "none", more than one with commas between, in
 * whatever order.  NULL or "": all.  False: a word is none of these.
 */
bool chain_parse(const char *text, unsigned *steps);

/* ---- where things are */

struct chain_programs {
	char *compiler;		/* NULL: there is none */
	char *ccache, *distcc;	/* NULL: there is none */
	char *cpp;		/* distcc-cpp beside distcc; NULL: there is none */
	char *path;		/* PATH without our directories, for what we run */
	struct strv configs;	/* chain_configs of the compiler; left to the caller, where ccache takes part */
	bool by_name;		/* the compiler was found on PATH */
};

/*
 * name: as typed.  A name with a slash is the compiler itself, unless it is a link to us or to ccache: then what its
 * last word means on PATH (list).  called_by: the link we were called by, with a slash, NULL if there is none: then the compiler is
 * one behind the link's directory.  ccache's links and ours are passed over, in whatever order they stand.
 * pkglibdir: PREFIX/lib/distcc.  chain_programs_free afterwards.
 */
void chain_find(struct chain_programs *p, const char *name, const char *called_by, const char *list, const char *pkglibdir);
/* The same without looking for distcc and ccache. */
void chain_find_compiler(struct chain_programs *p, const char *name, const char *called_by, const char *list);
void chain_programs_free(struct chain_programs *p);

/* distcc itself: beside the running program, in PREFIX/bin, on list; NULL if there is none.  The caller frees. */
char *chain_find_distcc(const char *list, const char *pkglibdir);

/* ---- which of them take part */

struct chain_situation {
	unsigned wanted;		/* DISTCC_CHAIN */
	bool have_ccache, have_distcc;
	bool blank_in_distcc;		/* its path has one: no prefix for ccache */
	bool ccache_off;		/* CCACHE_DISABLE */
	bool below_ccache;		/* ccache has called us */
	bool below_distcc;		/* we are inside a compiler that distcc runs */
	char *const *args;		/* of the compiler */
};

struct chain_plan {
	unsigned steps;
	const char *no_ccache, *no_distcc;	/* why it is not among steps; NULL: it is */
};

void chain_plan(const struct chain_situation *s, struct chain_plan *plan);

/* ---- how the first is run */

struct chain_run {
	const char *file;	/* belongs to chain_programs */
	struct strv argv;
	struct strv set;	/* NAME=value; "NAME=" makes ccache take its variable for not set, whatever ccache.conf says */
};

/* getvar: getenv, or a test's.  chain_run_free afterwards. */
void chain_prepare(struct chain_run *r, const struct chain_plan *plan, const struct chain_programs *p, char *const *args,
	const char *(*getvar)(const char *name));
void chain_run_free(struct chain_run *r);

/* ---- what we know of chains above us: a variable with the compilers they have led to, the last one last */

#define CHAIN_GUARD "_DISTCC_CHAIN"

/* Has a chain above us, told by trail (NULL: none), led to compiler already?  It would call itself for ever. */
bool chain_loops(const char *trail, const char *compiler);

/* The trail with one more.  The caller frees. */
char *chain_extend(const char *trail, const char *compiler, bool by_name);

/* The trail for a human: "gcc: /usr/bin/gcc -> cc: /opt/cc".  The caller frees. */
char *chain_show_trail(const char *trail);

/* The name by which distcc-chain, told by trail, has found compiler on PATH; NULL: not by name, or it was not the last. */
const char *chain_found_as(const char *trail, const char *compiler);

/* ---- what the compiler is */

/*
 * Files from which clang (compiler: where its links lead) takes options: those beside it and, where distributions say so, below
 * /etc/clang (Gentoo: a directory for each version).  None for other compilers.
 */
void chain_configs(const char *compiler, struct strv *out);

/*
 * A line that is another one when the compiler behind path (on list, if path is a link to us) has been replaced:
 * its file, size and time.  With clang, a line for each of its configuration files too.  False: there is none.
 */
bool chain_identity(const char *path, const char *list, struct buf *out);

#endif
