/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Look at this PATH, this environment and these files, and have masq/check judge them. */
#ifndef MASQ_INSPECT_H
#define MASQ_INSPECT_H

#include <stdbool.h>

#include "masq/ccacheconf.h"
#include "masq/check.h"
#include "masq/links.h"
#include "masq/route.h"
#include "masq/scan.h"

struct inspect {
	const char *list;		/* PATH */
	const char *masq;		/* the directory of links */
	const struct scan *scan;
	const struct links *links;
	const struct ccacheconf *ccache;
	const char *pkglibdir;		/* PREFIX/lib/distcc */
	const char *update;		/* the command that mends the directory of links */
};

/* The settings of the ccache on list, asked if there is one.  ccacheconf_free afterwards. */
void inspect_ccache(struct ccacheconf *c, const char *list);

/* The compiler to look at if nobody names one: the first of gcc, cc, clang that list has. */
const char *inspect_default(const char *list);

/* One compiler; *r is its route (route_free).  asked as in struct check_chain. */
void inspect_compiler(const struct inspect *in, const char *name, bool asked, struct findings *f, struct route *r);

/* The words of PATH; CC, CXX and DISTCC_CHAIN. */
void inspect_path(const struct inspect *in, struct findings *f);
void inspect_commands(const struct inspect *in, struct findings *f);

#endif
