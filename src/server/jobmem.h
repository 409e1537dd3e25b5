/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of a process that serves one job and ends: what it allocates is there at once, as each page that is touched for the first time
 * costs a fault, and so does each page of the parent's that it writes to.
 */
#ifndef SERVER_JOBMEM_H
#define SERVER_JOBMEM_H

/* In the parent, before the first of them is forked: from here on free memory stays with a process. */
void jobmem_prepare(void);

/* In such a process, once. */
void jobmem_begin(void);

#endif
