/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/runs.h"

#if defined(__x86_64__)

#include <stdint.h>
#include <string.h>
#include <strings.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#define BLOCK 32u
#include "compiler/runs_body.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const struct runs *const runs_wide = &these_runs;

#else

const struct runs *const runs_wide = NULL;

#endif
