/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside client/inputs: what one job has gathered so far. */
#ifndef CLIENT_GATHER_H
#define CLIENT_GATHER_H

#include <stdbool.h>

#include "client/facts.h"
#include "client/inputs.h"
#include "client/owndirs.h"
#include "client/places.h"
#include "compiler/scan.h"
#include "compiler/search.h"
#include "compiler/search_own.h"

/* A file that the compiler may read, once per directory in which it counts as standing (links make several). */
struct visit {
	struct place *file, *dir;
	bool top;		/* the source, or forced by an option: what it includes first may be precompiled */
	bool scan;		/* else it is only data */
	struct visit *same;	/* the next one of this file */
};

/* An operand that only macros explain. */
struct computed {
	char *text;
	enum scan_kind kind;
	struct place *file, *dir;	/* the first one that has it */
	uint32_t line;
};

struct chain {
	struct place **v;
	size_t n, cap;
	size_t angle;		/* the first one that counts for <x> */
};

struct gather {
	struct cache *cache;
	const struct ccname *cc;
	const struct args *args;
	struct args configured;	/* those with the words of clang's configuration files in front, if there are some */
	struct inputs *in;
	int64_t now_ns;
	bool epoch;		/* the compiler takes SOURCE_DATE_EPOCH */

	struct places places;
	struct place *cwd;
	struct search search;
	struct search_own own;
	struct chain chain, embed;

	struct visit **visits;	/* also the list of work: those from done on are to be looked at */
	size_t n_visits, cap_visits, done;
	struct fact *facts;	/* one per file */
	size_t n_facts, cap_facts;
	struct computed *computed;
	size_t n_computed, cap_computed;
	size_t resolved;	/* n_facts when they were resolved last */
	bool fragile;		/* definitions of macros decided what is in the tree */
	bool listed;		/* a whole directory was read */
	bool asked;		/* the compiler itself said what it includes */
	bool beyond;		/* what is found now counts though it may not be included: place.data */
	struct strv wrappers, calls;	/* of SCAN_WRAPPER and SCAN_CALL */
	struct place **order;	/* all places in the order of the tree: once that is made */
	size_t n_order;
	struct lookup **lookups;	/* names looked for along the chain already */
	size_t n_lookups, cap_lookups;
};

/* gather: what there is to be looked at */

/* Sets in->why, unless it is set.  Always false. */
bool gather_stop(struct gather *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* file may be read while it stands in dir. */
void gather_visit(struct gather *g, struct place *file, struct place *dir, bool top, bool scan);
/* The same for a file found under the entry named: it stands beside that, and if that is a link, beside what it leads to as well. */
void gather_found(struct gather *g, struct place *file, struct place *named, bool top, bool scan);
/* Its digest will do. */
void gather_data(struct gather *g, struct place *file);
/* The same of a file by its name, any change of which may change all; NULL: it is no regular file, g->in->why is set. */
struct place *gather_fixed(struct gather *g, const char *name);
/* Whatever appears in a directory, or goes, may change all. */
void gather_watch(struct gather *g, struct place *dir);
void gather_add_computed(struct gather *g, const struct visit *v, enum scan_kind kind, const char *text, uint32_t line);

/* gather_lookup: where the compiler looks for a name */

/* An absolute name, or one relative to dir.  True: it was there. */
bool gather_direct(struct gather *g, struct place *dir, const char *name, bool check_gch, bool top, bool scan);
/* all: whatever stands under that name beside the file or along the chain, not the first one alone (#include_next). */
void gather_include(struct gather *g, const struct visit *v, const char *name, bool quote, bool all);
/* What -include and -imacros name: looked for from the current directory first. */
bool gather_forced(struct gather *g, const char *name);
/* #embed looks beside the file and in directories of its own; where else depends on the compiler. */
void gather_embed(struct gather *g, const struct visit *v, const char *name);
/* .include and .incbin: from the current directory, or one of -I. */
void gather_assembler(struct gather *g, const char *name, bool scan);
void gather_free_lookups(struct gather *g);

/*
 * gather_precompiled: a precompiled form of name, in a directory where the compiler would look before or while it finds it.  To gcc it is one more
 * file that it may read (the volunteer sees whether its own gcc can: server/pch.h).  clang compares the times of all headers, which do not travel.
 */
void gather_precompiled(struct gather *g, struct place *dir, const char *name);

/* gather_chain: the directories of the command, as the compiler orders them. */
bool gather_chain(struct gather *g);

/*
 * gather_config: clang's configuration files, once g->own is known.  Their words count as if they stood in the command:
 * g->args is another one then.
 */
bool gather_config(struct gather *g);

/* gather_specs: the files of rules that gcc reads for -specs, once g->own is known. */
bool gather_specs(struct gather *g);

/* gather_options: files and directories that options name. */
bool gather_options(struct gather *g);

/* gather_walk: all files and what they pull in. */
bool gather_walk(struct gather *g);
/* An operand whose kind and name are known, met in a file that stands in dir. */
bool gather_operand(struct gather *g, const struct visit *v, enum scan_kind kind, const char *name, uint32_t line);

/* gather_computed: the names that macros can give to the operands in g->computed. */
bool gather_computed(struct gather *g);

/* gather_tree: the tree of all that was gathered. */
bool gather_tree(struct gather *g);

#endif
