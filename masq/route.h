/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The programs that a call of a compiler really runs one after the other, settings of ccache and distcc-chain considered.
 */
#ifndef MASQ_ROUTE_H
#define MASQ_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "masq/ccacheconf.h"
#include "masq/walk.h"

struct route_step {
	enum walk_kind kind;
	char *path, *target;
	const char *by;		/* what brings it in: "PATH"; "prefix_command", "path", "compiler", ccache's keys; "distcc-chain" */
};

struct route {
	struct route_step *v;
	size_t n;
	const char *no_distcc;	/* why distcc-chain, if it is among them, leaves distcc out; NULL: it does not */
};

/* What distcc-chain goes by. */
struct route_chain {
	unsigned wanted;	/* DISTCC_CHAIN, as chain_parse gives it */
	bool ccache_off;	/* CCACHE_DISABLE is set */
	const char *pkglibdir;
};

/* name as in walk_path; list: PATH.  route_free in every case. */
void route_find(struct route *r, const char *name, const char *list, const struct ccacheconf *conf, const struct route_chain *chain);

/* The first step of that kind; NULL without one. */
const struct route_step *route_has(const struct route *r, enum walk_kind kind);

void route_free(struct route *r);

#endif
