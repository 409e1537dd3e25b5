/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is taken piece by piece and freed as a whole. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *blocks;
	size_t block_size;	/* of each block; a larger piece gets one of its own */
};

/* n bytes, not cleared, aligned for whatever; they stay where they are until arena_free. */
void *arena_take(struct arena *a, size_t n);

void arena_free(struct arena *a);

#endif
