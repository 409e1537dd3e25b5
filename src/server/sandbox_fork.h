/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes in new namespaces, and messages with descriptors between them and us. */
#ifndef SERVER_SANDBOX_FORK_H
#define SERVER_SANDBOX_FORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * fork(2) with flags of clone(2): those that make namespaces, CLONE_VFORK, or CLONE_PARENT (exit_signal is 0 then).  cgroup: a directory that
 * the child begins in if that can be; -1: ours.
 */
pid_t sandbox_fork(uint64_t flags, int exit_signal, int cgroup);

/* One message on a SOCK_SEQPACKET socket; with a descriptor unless fd is -1. */
bool sandbox_send(int to, const void *p, size_t n, int fd);
/*
 * One message if there is one, at most n bytes: its length, or -1.  A descriptor that comes with it becomes *fd if that is -1 (close-on-exec),
 * else it is closed.
 */
ssize_t sandbox_receive(int from, void *p, size_t n, int *fd);

#endif
