/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/brief.h"

#include <limits.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#define STEP (512 << 10)
#define MAPPED (128 << 10)	/* from this size on; the C library's own default */

void
brief_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_TOP_PAD, STEP);
	mallopt(M_MMAP_MAX, 0);	/* by default each buffer of a text or an object would be a mapping of its own */
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}

void
brief_memory_mapped(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_MAX, INT_MAX);
	mallopt(M_MMAP_THRESHOLD, MAPPED);
#endif
}
