/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/brief.h"

#include <malloc.h>

#define STEP (512 << 10)
#define LARGE (1 << 20)	/* what has pages of its own: LMDB's tables, hardly any of which are touched */

void
brief_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_TOP_PAD, STEP);
	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TRIM_THRESHOLD, LARGE);
#endif
}
