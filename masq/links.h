/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in the directory of links. */
#ifndef MASQ_LINKS_H
#define MASQ_LINKS_H

#include <stdbool.h>
#include <stddef.h>

#include "masq/scan.h"

enum link_kind {
	LINK_OURS,	/* leads to distcc (or another program of ours), whether or not that is still there */
	LINK_FOREIGN,	/* leads elsewhere */
	LINK_FILE,
	LINK_DIRECTORY,
};

struct link {
	char *name;
	enum link_kind kind;
	char *text;		/* of the link; NULL if it is none */
	bool dangling;		/* leads nowhere */
	bool compiler_name;	/* called like a compiler */
	bool prefixed;		/* ... of a target */
	char *behind;		/* ours: the compiler that it stands for; NULL: there is none */
	bool behind_on_path;
};

/* Names of links under way: what an interrupted run leaves; nobody else uses them. */
#define LINKS_TEMP ".distcc-config."

struct links {
	struct link *v;		/* by name; without files whose name begins with a dot */
	size_t n;
	size_t hidden;		/* number of those, but for links under way */
};

/* dir with root in front; a directory that is missing has none.  links_free in every case.  0, or -1 with errno. */
int links_read(struct links *l, const char *root, const char *dir, const struct scan *s);

const struct link *links_find(const struct links *l, const char *name);

void links_free(struct links *l);

#endif
