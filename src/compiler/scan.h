/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one file of C, C++, Objective-C or assembler with cpp may pull in, from its text alone.
 *
 * Conditionals, comments and strings are ignored: a directive counts wherever it stands, so nothing that unbalances them
 * can hide one.  Continued lines, trigraphs, digraphs and comments inside a directive are understood.  Too much is
 * found in this way, never too little.
 */
#ifndef COMPILER_SCAN_H
#define COMPILER_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum scan_kind {
	SCAN_QUOTE,		/* #include "x", #import "x" */
	SCAN_ANGLE,		/* the same with <x> */
	SCAN_NEXT_QUOTE,	/* #include_next */
	SCAN_NEXT_ANGLE,
	SCAN_HAS_QUOTE,		/* __has_include("x"): that it is there counts */
	SCAN_HAS_ANGLE,
	SCAN_HAS_NEXT,		/* __has_include_next, of either form */
	SCAN_COMPUTED,		/* #include MACRO...: the text of the operand */
	SCAN_COMPUTED_NEXT,
	SCAN_COMPUTED_HAS,	/* __has_include(MACRO), __has_include_next(MACRO) */
	SCAN_EMBED_QUOTE,	/* #embed "x", __has_embed("x"): data, not to be scanned */
	SCAN_EMBED_ANGLE,
	SCAN_EMBED_COMPUTED,
	SCAN_WRAPPER,		/* #define NAME(x) __has_include(x): NAME */
	SCAN_CALL,		/* #if NAME(WORD): "NAME WORD", to be looked at if NAME is a wrapper */
	SCAN_NAMED,		/* #line 1 "x", # 1 "x": read when a message shows the line */
	SCAN_ASM_INCLUDE,	/* .include "x": also to be scanned; "": the file is not named, which means something in assembler only */
	SCAN_ASM_INCBIN,	/* .incbin "x" */
	SCAN_TIME,		/* __DATE__, __TIME__, but not in a comment of the line's own, nor in #ifdef */
	SCAN_TIMESTAMP,		/* __TIMESTAMP__ */
	SCAN_MODULE,		/* a line such as "import x;" or "export module x;", which means something in C++20 only */
	SCAN_STOP,		/* what makes the compiler read what we cannot know: its text */
	SCAN_KINDS
};

struct scan {
	struct buf items;	/* as they are kept in the cache: no pointers, checked by scan_next */
	struct buf names;	/* of the macros it defines: uint32_t each, macros_hash */
};

struct scan_item {
	enum scan_kind kind;
	uint32_t line;		/* counts from 1 */
	const char *text;	/* NUL-terminated; within the list */
	size_t len;
};

/* No I/O.  Each item once.  scan_free in every case. */
void scan_text(struct scan *s, const char *p, size_t n);
void scan_free(struct scan *s);

/* The item at *at (0 first), which moves behind it.  False at the end, and for a damaged list. */
bool scan_next(const void *items, size_t n, size_t *at, struct scan_item *item);

#endif
