/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For compiler/scan*.c alone. */
#ifndef COMPILER_SCAN_PART_H
#define COMPILER_SCAN_PART_H

#include "compiler/scan.h"
#include "compiler/scan_state.h"

struct scanner {
	struct buf *items, *names;
	const char *begin, *end;
	struct scan_state state;
	const char *counted;	/* lines are counted up to here */
	uint32_t line;
	bool trigraphs;		/* one was seen that matters */
	struct buf word;	/* scratch */
};

/* An item, met at place, unless the file has it already.  Places go up. */
void scan_found(struct scanner *s, const char *place, enum scan_kind kind, const char *text, size_t len);

/* What stands behind a '#' at place. */
void scan_directive(struct scanner *s, const char *place, const char *behind);

/* A word at p that begins with two underscores. */
void scan_reserved(struct scanner *s, const char *p);

#endif
