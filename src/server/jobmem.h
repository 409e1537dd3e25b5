/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of processes that serve one job and end: each page that is touched for the first time costs a fault, and each page of the
 * parent's that is written to a copy besides.
 */
#ifndef SERVER_JOBMEM_H
#define SERVER_JOBMEM_H

/*
 * In the parent, before the first of them is forked: free memory is put in order, and from here on stays with its process; what each of them
 * would set up is made.
 */
void jobmem_prepare(void);

#endif
