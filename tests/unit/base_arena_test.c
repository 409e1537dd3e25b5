/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of memory: aligned, apart from each other, and where they were. */
#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "tests/unit/check.h"

static void
pieces(size_t block_size)
{
	static const size_t sizes[] = {1, 0, 16, 17, 100, 5000, 3, 64, 1};
	enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
	struct arena a = {.block_size = block_size};
	char *p[COUNT];

	for (int i = 0; i < COUNT; i++) {
		p[i] = arena_take(&a, sizes[i]);
		CHECK_INT(0, (uintptr_t)p[i] % 16);
		memset(p[i], i + 1, sizes[i]);
	}
	for (int i = 0; i < COUNT; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			CHECK(p[i][k] == i + 1);
	arena_free(&a);
	CHECK(a.blocks == NULL);
	arena_free(&a);
}

int
main(void)
{
	pieces(0);
	pieces(64);
	pieces(65536);
	return check_done();
}
