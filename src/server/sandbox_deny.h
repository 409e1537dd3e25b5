/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls that no compiler needs and that reach into the kernel or out of a job: sockets, namespaces and mounts, tracing,
 * keys, modules, other processes' memory, memory that no limit counts (memfd, System V), devices, set-user-id bits.
 * Refused are also all calls of another architecture than ours.
 */
#ifndef SERVER_SANDBOX_DENY_H
#define SERVER_SANDBOX_DENY_H

/*
 * Refuse them to this process and all it starts, for good; it may gain no privileges any more either (no_new_privs).
 * They fail with EPERM, or ENOSYS where programs then take another way.  0, or -1 with errno (ENOSYS: not known for this machine).
 */
int sandbox_deny(void);

#endif
