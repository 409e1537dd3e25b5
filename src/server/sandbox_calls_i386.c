/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calls of 32-bit programs on x86-64, by their own numbers. */
#include "server/sandbox_deny.h"

#if defined(__x86_64__) && __has_include(<asm/unistd_32.h>)

#include <asm/unistd_32.h>

#define DENIED_CALLS const struct denied_call sandbox_calls_i386[]
#define DENIED_MORE
#include "server/sandbox_calls.h"

const size_t sandbox_n_calls_i386 = sizeof(sandbox_calls_i386) / sizeof(sandbox_calls_i386[0]);

#else

const struct denied_call sandbox_calls_i386[] = {{0}};
const size_t sandbox_n_calls_i386 = 0;

#endif
