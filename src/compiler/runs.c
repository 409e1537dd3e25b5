/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/runs_body.h"

#if defined(__has_include)
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define LIBC_KNOWS
#endif
#endif

const struct runs *runs_chosen;

/* Asking the processor itself is dear on a virtual machine; glibc has done so already. */
static bool
has_wide_vectors(void)
{
#if defined(LIBC_KNOWS)
	return CPU_FEATURE_ACTIVE(AVX2);
#elif defined(__x86_64__)
	return __builtin_cpu_supports("avx2");
#else
	return false;
#endif
}

bool
runs_use(bool wide)
{
	if (wide && (runs_wide == NULL || !has_wide_vectors()))
		return false;
	runs_chosen = wide ? runs_wide : &these_runs;
	return true;
}

const struct runs *
runs_choose(void)
{
	if (!runs_use(true))
		runs_use(false);
	return runs_chosen;
}
