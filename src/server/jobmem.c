/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/jobmem.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* What a job with a tree of some hundred files uses before its compiler runs. */
#define USUAL (288 << 10)

/* Anything larger is a mapping of its own: two contexts of zstd are not. */
#define LARGE (1 << 20)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

void
jobmem_prepare(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TOP_PAD, LARGE);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	/* free pieces are put together here, else each process does it, and gets copies of all their pages */
	malloc_trim(LARGE);
#endif
}

void
jobmem_begin(void)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	char *p = malloc(USUAL);

	if (p == NULL)
		return;
	/* since Linux 5.14; without it they come one by one */
	(void)madvise((char *)((uintptr_t)p / page * page), USUAL / page * page, MADV_POPULATE_WRITE);
	free(p);
}
