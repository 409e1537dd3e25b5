/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/lzo.h"

#include "config.h"

#if HAVE_LZO

#include <lzo/lzo1x.h>
#include <stdlib.h>

/* Most text of a compiler shrinks to a third or a quarter. */
#define FIRST_GUESS 4
#define MIN_ROOM 4096u

bool
lzo_available(void)
{
	static int known;	/* 0: not yet asked, 1: yes, -1: no */

	if (known == 0)
		known = lzo_init() == LZO_E_OK ? 1 : -1;
	return known == 1;
}

/* The most that LZO1X makes of n bytes. */
static size_t
worst_case(size_t n)
{
	return n + n / 16 + 64 + 3;
}

bool
lzo_pack(const void *in, size_t n, struct buf *out)
{
	lzo_uint packed;
	void *work;
	int result;

	if (!lzo_available() || worst_case(n) < n)
		return false;
	/* before the output, of which only the beginning will be used: what is touched lies together */
	work = malloc(LZO1X_1_MEM_COMPRESS);
	if (work == NULL || !buf_reserve(out, worst_case(n))) {
		free(work);
		return false;
	}
	packed = worst_case(n);
	result = lzo1x_1_compress(in, n, (lzo_bytep)out->p + out->n, &packed, work);
	free(work);
	if (result == LZO_E_OK)
		out->n += packed;
	out->p[out->n] = '\0';
	return result == LZO_E_OK;
}

static size_t
first_room(size_t n, size_t max)
{
	size_t room = n < MIN_ROOM ? MIN_ROOM : n;

	return room < max / FIRST_GUESS ? room * FIRST_GUESS : max;
}

bool
lzo_unpack(const void *in, size_t n, size_t max, struct buf *out)
{
	size_t room = first_room(n, max);
	int result;

	if (!lzo_available())
		return false;
	/* The plain size is known by trying only; what does not overrun is final. */
	for (;;) {
		lzo_uint got = room;

		if (!buf_reserve(out, room))
			return false;
		result = lzo1x_decompress_safe(in, n, (lzo_bytep)out->p + out->n, &got, NULL);
		if (result == LZO_E_OK)
			out->n += got;
		if (result != LZO_E_OUTPUT_OVERRUN || room == max)
			break;
		room = room < max / 2 ? room * 2 : max;
	}
	out->p[out->n] = '\0';
	return result == LZO_E_OK;
}

#else

bool
lzo_available(void)
{
	return false;
}

bool
lzo_pack(const void *in, size_t n, struct buf *out)
{
	(void)in;
	(void)n;
	(void)out;
	return false;
}

bool
lzo_unpack(const void *in, size_t n, size_t max, struct buf *out)
{
	(void)in;
	(void)n;
	(void)max;
	(void)out;
	return false;
}

#endif
