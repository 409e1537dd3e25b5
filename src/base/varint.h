/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unsigned numbers in as few bytes as they need: seven bits in each, the lowest first, the top bit set in all but the
 * last (LEB128).  One number has one spelling: longer ones are refused.
 */
#ifndef BASE_VARINT_H
#define BASE_VARINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define VARINT_MAX_BYTES 10

/* To p, which has room for VARINT_MAX_BYTES.  The byte behind it. */
char *varint_put(char *p, uint64_t v);
void varint_add(struct buf *b, uint64_t v);

/* Bytes that are being decoded. */
struct varint_in {
	const unsigned char *p, *end;
};

enum varint_err {
	VARINT_OK,
	VARINT_SHORT,	/* the input ends */
	VARINT_BAD,	/* above max, or not in its shortest form */
};
/* On VARINT_OK in has moved behind it; otherwise *v is untouched. */
enum varint_err varint_get(struct varint_in *in, uint64_t max, uint64_t *v);

#endif
