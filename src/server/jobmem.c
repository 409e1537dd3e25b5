/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/jobmem.h"

#include <limits.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "wire/zstd.h"

/* Anything larger is a mapping of its own: the contexts of zstd are not. */
#define LARGE (1 << 20)

void
jobmem_prepare(void)
{
	zpack_prepare();
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TOP_PAD, LARGE);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	/* small free pieces are put together here, else each process does it with copies of all their pages */
	malloc_trim(LARGE);
#endif
}
