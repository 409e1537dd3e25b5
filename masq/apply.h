/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carry out a plan: each change is whole or not there, whatever interrupts us. */
#ifndef MASQ_APPLY_H
#define MASQ_APPLY_H

#include "masq/plan.h"

/*
 * One change in the directory fd (dirlock_open); text: what links shall say.  0, or -1 with errno; ESTALE: what the
 * plan has seen there is something else by now.
 */
int apply_change(int fd, const struct plan_change *c, const char *text);

/* Remove what interrupted runs have left in the locked directory fd. */
void apply_tidy(int fd);

#endif
