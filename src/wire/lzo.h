/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole-block LZO1X, as protocols 2 and 3 use it: one stream with end marker per body
 * (shared facts 1.4), over liblzo2.  Without liblzo2 every call fails.
 */
#ifndef WIRE_LZO_H
#define WIRE_LZO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

bool lzo_available(void);

/* Compress n > 0 bytes, appended to out.  False when memory is short. */
bool lzo_pack(const void *in, size_t n, struct buf *out);

/*
 * Expand exactly n bytes of input, appended to out, at most max bytes.  False when the stream
 * is damaged, has bytes left over, or would expand beyond max.  Memory grows with what is really there.
 */
bool lzo_unpack(const void *in, size_t n, size_t max, struct buf *out);

#endif
