/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One of us at a time changes what is in a directory. */
#ifndef MASQ_DIRLOCK_H
#define MASQ_DIRLOCK_H

#include <stdbool.h>

/*
 * Open dir and wait until it is ours alone; closing the descriptor lets others in.  With make it and its parents are
 * made if missing, also when somebody removes it meanwhile; *made (may be NULL) tells.  -1 with errno.
 */
int dirlock_open(const char *dir, bool make, bool *made);

#endif
