/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unpacking stays within its bounds; what was packed comes back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/lzo.h"

#define MAX 100000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf packed = BUF_INIT, plain = BUF_INIT;

	if (size == 0 || !lzo_available())
		return 0;
	if (lzo_unpack(data, size, MAX, &plain) && plain.n > MAX)
		abort();
	plain.n = 0;
	if (!lzo_pack(data, size, &packed) || !lzo_unpack(packed.p, packed.n, size, &plain))
		abort();
	if (plain.n != size || memcmp(plain.p, data, size) != 0)
		abort();
	buf_free(&packed);
	buf_free(&plain);
	return 0;
}
