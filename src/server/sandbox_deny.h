/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls that no compiler needs and that reach into the kernel or out of a job: sockets, namespaces and mounts, tracing,
 * keys, modules, other processes' memory, memory that no limit counts (memfd, System V), devices, set-user-id bits.
 * 32-bit programs on x86-64 (i386 and x32) are judged by the numbers of their calls, if there may be such; those of any other
 * architecture than ours are refused all calls.
 */
#ifndef SERVER_SANDBOX_DENY_H
#define SERVER_SANDBOX_DENY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Refuse them to this process and all it starts, for good; it may gain no privileges any more either (no_new_privs).
 * They fail with EPERM, or ENOSYS where programs then take another way.  native_only: programs of i386 are refused all calls, too, by a
 * filter of half the size, which is loaded in half the time.  0, or -1 with errno (ENOSYS: not known for this machine).
 */
int sandbox_deny(bool native_only);

/* Make the filters now, for all processes that are forked from here on.  False with errno, as above. */
bool sandbox_deny_prepare(void);

/* One of these calls. */
struct denied_call {
	int nr;
	int err;		/* what it fails with */
	unsigned arg;		/* bits != 0: refused only if argument arg (from 0) has one of them */
	uint32_t bits;
	const char *name;
};

/* Those of 32-bit programs on x86-64; none elsewhere. */
extern const struct denied_call sandbox_calls_i386[];
extern const size_t sandbox_n_calls_i386;

#endif
