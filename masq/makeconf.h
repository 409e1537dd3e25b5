/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make.conf as Portage reads it: assignments with quotes, ${VARIABLE}, "source FILE", "export"; no shell.  Pure text.
 */
#ifndef MASQ_MAKECONF_H
#define MASQ_MAKECONF_H

#include <stdbool.h>
#include <stddef.h>

struct makeconf_var {
	char *name, *value;	/* variables in it are replaced by what they were at that point */
	char *literal;		/* before that */
	char *file;
	unsigned line;
	bool ours;		/* in the block that confblock.h is about */
};

enum makeconf_trouble {
	MAKECONF_QUOTE,		/* a quote is not closed: fatal, Portage reads nothing */
	MAKECONF_JUNK,		/* a word that is no assignment: fatal, Portage reads no further */
	MAKECONF_APPEND,	/* NAME+=...: Portage passes over it */
	MAKECONF_NAME,		/* what cannot be a variable: the same */
	MAKECONF_EMPTY,		/* NAME= without a value: Portage takes the next word for it */
};

struct makeconf_problem {
	enum makeconf_trouble trouble;
	char *word;		/* what it is about */
	char *file;
	unsigned line;
};

struct makeconf {
	struct makeconf_var *v;		/* in order; a name may come more than once, and the last one counts */
	size_t n;
	struct makeconf_problem *problems;
	size_t nproblems;
};

/*
 * Add what text says, which is that of file.  source (may be NULL) is called for "source NAME": it reads that file by a
 * call of this function, with what it has as arg.  Start with a zeroed struct; makeconf_free afterwards.
 */
typedef void makeconf_source(struct makeconf *c, const char *name, void *arg);
void makeconf_parse(struct makeconf *c, const char *text, const char *file, makeconf_source *source, void *arg);
void makeconf_free(struct makeconf *c);

/* The last assignment; NULL without one.  others: what stands in our own block does not count. */
const struct makeconf_var *makeconf_find(const struct makeconf *c, const char *name, bool others);
/* Its value, "" without one. */
const char *makeconf_value(const struct makeconf *c, const char *name, bool others);

/* The first problem after which Portage reads no further; NULL: none. */
const struct makeconf_problem *makeconf_fatal(const struct makeconf *c);
/* "a quote is not closed"... */
const char *makeconf_explain(enum makeconf_trouble trouble);

/* Is word in a list such as FEATURES, where "-word" and "-*" take back what was before? */
bool makeconf_has(const char *list, const char *word);

#endif
