/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wanted minus present: what must change in the directory of links.  Values in, values out. */
#ifndef MASQ_PLAN_H
#define MASQ_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"
#include "masq/links.h"

enum plan_op {
	PLAN_LINK,	/* nothing is there yet */
	PLAN_RELINK,	/* ours, but it says something else */
	PLAN_REPLACE,	/* not ours; only with force */
	PLAN_REMOVE,
};

struct plan_change {
	enum plan_op op;
	const char *name;
	const char *old;	/* the text of the link that must still be there; NULL: none, or a file */
};

/* What stands in the way; nothing may be done then. */
enum plan_trouble_kind { TROUBLE_FILE, TROUBLE_FOREIGN, TROUBLE_DANGLING, TROUBLE_DIRECTORY };

struct plan_trouble {
	enum plan_trouble_kind kind;
	const char *name;
	const char *text;	/* of the link; NULL if it is none */
};

/* Strings belong to wanted and present. */
struct plan {
	struct plan_change *v;	/* by name */
	size_t n;
	struct plan_trouble *troubles;
	size_t ntroubles;
};

struct plan_in {
	const struct strv *wanted;	/* sorted, each once */
	const struct links *present;
	const char *text;		/* what links shall say */
	const struct strv *only;	/* touch these names alone; NULL: all */
	bool prefixed_only;		/* our links without a target go, though there is a compiler */
	bool force;
};

/* Links for what is wanted; our links that no compiler is behind go. */
void plan_update(struct plan *p, const struct plan_in *in);

/* All our links go, or those of the names in only. */
void plan_remove(struct plan *p, const struct links *present, const struct strv *only);

/* Does the plan leave an empty directory? */
bool plan_empties(const struct plan *p, const struct links *present);

void plan_free(struct plan *p);

#endif
