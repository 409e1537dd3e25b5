/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading files through a mapping: whoever makes such a file shorter, or damages it, must not end us by a signal.
 *
 *	fault_watch();
 *	if (sigsetjmp(fault_return, 0) != 0) {
 *		fault_guarded = 0;
 *		the file is not what it was
 *	}
 *	fault_guarded = 1;
 *	read, and do nothing that must be undone
 *	fault_guarded = 0;
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <setjmp.h>
#include <signal.h>

/* While fault_guarded is 1, SIGSEGV and SIGBUS lead back to the sigsetjmp of fault_return. */
extern sigjmp_buf fault_return;
extern volatile sig_atomic_t fault_guarded;

/* From now on; other faults do what they did before.  May be called again. */
void fault_watch(void);

#endif
