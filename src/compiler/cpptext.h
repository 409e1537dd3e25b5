/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What preprocessed text contains that cannot be compiled elsewhere as it is.
 */
#ifndef COMPILER_CPPTEXT_H
#define COMPILER_CPPTEXT_H

#include <stddef.h>

enum cpptext_flag {
	CPPTEXT_TIME = 1 << 0,		/* __DATE__ __TIME__ __TIMESTAMP__: the volunteer's clock and file times */
	CPPTEXT_MAIN_FILE = 1 << 1,	/* __BASE_FILE__: the volunteer's temporary name */
	CPPTEXT_PUSH_MACRO = 1 << 2,	/* push_macro/pop_macro: gcc -E carries them out and prints them too */
	CPPTEXT_INCBIN = 1 << 3,	/* .incbin: the assembler reads a file of the client; .include before a name, too */
	CPPTEXT_COLUMN = 1 << 4,	/* __builtin_source_location, __builtin_COLUMN: columns become data */
};

/* Where in a text lines begin that are line markers (# 12 "file" 1), in order. */
struct cpptext_markers {
	size_t *at, n, room;
};

#define CPPTEXT_NO_MARKERS {NULL, 0, 0}

/*
 * One pass over the text, or a piece of it that begins and ends with a line; flags of all that occur anywhere, comments included.
 * The markers are added to *markers, unless that is NULL; free(markers->at) is the caller's.
 */
unsigned cpptext_scan(const char *p, size_t n, struct cpptext_markers *markers);

/* How much of it comes before the first line of a file: the macros that are built in and those of the command.  All, if it has none of these. */
size_t cpptext_head(const char *p, size_t n);

/* The first line from p on, the beginning or end of a line, that is a line marker; end if there is none. */
const char *cpptext_marker(const char *p, const char *end);

#endif
