/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/varint.h"

#define MORE 0x80u
#define BITS 7
#define MAX_BYTES VARINT_MAX_BYTES

char *
varint_put(char *p, uint64_t v)
{
	while (v >= MORE) {
		*p++ = (char)(v | MORE);
		v >>= BITS;
	}
	*p++ = (char)v;
	return p;
}

void
varint_add(struct buf *b, uint64_t v)
{
	char bytes[MAX_BYTES];

	buf_add(b, bytes, (size_t)(varint_put(bytes, v) - bytes));
}

enum varint_err
varint_get(struct varint_in *in, uint64_t max, uint64_t *v)
{
	const unsigned char *p = in->p;
	uint64_t out = 0;

	for (int i = 0; i < MAX_BYTES; i++) {
		unsigned char c;

		if (p == in->end)
			return VARINT_SHORT;
		c = *p++;
		if (i == MAX_BYTES - 1 && c > 1)
			return VARINT_BAD;	/* more than 64 bits */
		out |= (uint64_t)(c & ~MORE) << (BITS * i);
		if (c & MORE)
			continue;
		if ((c == 0 && i > 0) || out > max)
			return VARINT_BAD;
		in->p = p;
		*v = out;
		return VARINT_OK;
	}
	return VARINT_BAD;
}
