/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside compiler/scan: the characters of a logical line.  A backslash before the end of a line joins two lines, with blanks
 * between them as gcc has it.
 */
#ifndef COMPILER_SCAN_READ_H
#define COMPILER_SCAN_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define SCAN_EOF (-1)

struct scan_read {
	const char *p, *end;
};

/* The next character, joined lines passed over; SCAN_EOF at the end. */
int scan_peek(struct scan_read *r);
int scan_take(struct scan_read *r);

/* Pass over blanks and comments, up to the end of the logical line. */
void scan_blanks(struct scan_read *r);

/* An identifier or number, cut to size - 1 bytes; its full length (0: there is none). */
size_t scan_word(struct scan_read *r, char *out, size_t size);

/* What stands up to the character end ('"', '>') of this line; the reader is behind it.  False, reader unmoved: it has no such end. */
bool scan_until(struct scan_read *r, char end, struct buf *out);

/* The rest of the line without comments, blanks joined and cut at both ends. */
void scan_rest(struct scan_read *r, struct buf *out);

/* The same up to the ')' that belongs to a '(' already taken. */
void scan_argument(struct scan_read *r, struct buf *out);

static inline bool
scan_is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == '\r' || c == '\0';
}

static inline bool
scan_is_word(int c)
{
	/* bytes above 127 may be letters of an identifier */
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c >= 128;
}

#endif
