/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For programs that live for milliseconds. */
#ifndef BASE_BRIEF_H
#define BASE_BRIEF_H

/*
 * To be called first in main: memory is asked for in large steps, and none goes back to the system before the end, so that what was freed
 * is used again instead of fresh pages, each of which is a fault.
 */
void brief_memory(void);

/*
 * Large pieces are mappings again.  For a child that asks for much and touches little of it: what its parent freed would be cleared for
 * that, page by page, and each a copy.
 */
void brief_memory_mapped(void);

#endif
