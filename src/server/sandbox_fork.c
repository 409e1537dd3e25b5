/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/sandbox_fork.h"

#include <linux/sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif

/* CLONE_INTO_CGROUP, which older headers lack */
#define INTO_CGROUP 0x200000000ull

pid_t
sandbox_fork(uint64_t flags, int exit_signal, int cgroup)
{
	struct clone_args args = {.flags = flags, .exit_signal = (uint64_t)exit_signal};
	pid_t pid;

	if (cgroup == -1)
		return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	args.flags |= INTO_CGROUP;
	args.cgroup = (uint64_t)cgroup;
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	return pid == -1 ? sandbox_fork(flags, exit_signal, -1) : pid;
}

union control {
	struct cmsghdr head;
	char space[CMSG_SPACE(sizeof(int))];
};

/* Process 1 sends behind the filter of system calls, which denies socketcall: the way of the C library on i386 and s390. */
static ssize_t
send_message(int to, const struct msghdr *m)
{
#if defined(SYS_socketcall) && defined(SYS_sendmsg)
	return (ssize_t)syscall(SYS_sendmsg, to, m, MSG_NOSIGNAL);
#else
	return sendmsg(to, m, MSG_NOSIGNAL);
#endif
}

bool
sandbox_send(int to, const void *p, size_t n, int fd)
{
	union control control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
	struct iovec iov = {(void *)(uintptr_t)p, n};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd != -1) {
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
		m.msg_control = &control;
		m.msg_controllen = sizeof(control.space);
	}
	return send_message(to, &m) == (ssize_t)n;
}

ssize_t
sandbox_receive(int from, void *p, size_t n, int *fd)
{
	union control control;
	struct iovec iov = {p, n};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	ssize_t got = recvmsg(from, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	const struct cmsghdr *c = got == -1 ? NULL : CMSG_FIRSTHDR(&m);
	int received;

	if (c == NULL || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(int)))
		return got;
	memcpy(&received, CMSG_DATA(c), sizeof(received));
	if (*fd == -1)
		*fd = received;
	else
		close(received);
	return got;
}
