/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside compiler/scan: does a place stand in code, in a comment or in a string?  The text is read from its beginning as preprocessors read
 * it, also what they skip; so it is asked only where much depends on the answer.
 */
#ifndef COMPILER_SCAN_STATE_H
#define COMPILER_SCAN_STATE_H

#include <stdbool.h>

#include "compiler/scan_read.h"

enum scan_where {
	SCAN_IN_CODE,
	SCAN_IN_LINE_COMMENT,
	SCAN_IN_COMMENT,
	SCAN_IN_STRING,		/* "" */
	SCAN_IN_CHARACTER,	/* '' */
	SCAN_UNSURE,		/* behind what languages read in different ways (raw strings, 1'000), or a comment's beginning in a name in <> */
};

struct scan_state {
	struct scan_read r;
	enum scan_where where;
	int before, last;	/* the character before, and the one that is no blank, in code */
	bool at_line;		/* only blanks since the line began */
	bool directive;
	bool includes;		/* one that takes a name in <> */
	bool angle;		/* in such a name */
};

void scan_state_init(struct scan_state *s, const char *begin, const char *end);

/* Where p stands; not before the place asked for last. */
enum scan_where scan_state_at(struct scan_state *s, const char *p);

#endif
