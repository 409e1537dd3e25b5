/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Monotonic time in milliseconds, and real time. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void);
/* Nanoseconds since 1970, as the times of files. */
int64_t clock_real_ns(void);
/*
 * Wait that long at least, whatever signals arrive.  For polls of locks, and pauses that a user asks for; what has an event is
 * waited for by poll(2).
 */
void clock_wait_ms(int ms);

#endif
