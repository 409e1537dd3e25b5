/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"

#include <stdlib.h>

#include "base/util.h"

#define ALIGN 16u

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(ALIGN) char bytes[];
};

void *
arena_take(struct arena *a, size_t n)
{
	struct arena_block *b = a->blocks;
	void *out;

	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (b == NULL || b->size - b->used < n) {
		size_t size = n > a->block_size ? n : a->block_size;

		b = xmalloc(sizeof(*b) + size);
		b->next = a->blocks;
		b->used = 0;
		b->size = size;
		a->blocks = b;
	}
	out = b->bytes + b->used;
	b->used += n;
	return out;
}

void
arena_free(struct arena *a)
{
	struct arena_block *next;

	for (struct arena_block *b = a->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks = NULL;
}
