/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/seek_child.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "client/child.h"
#include "client/hostspec.h"

pid_t
seek_child_fork(int *fd)
{
	pid_t parent = getpid(), pid;
	int ends[2], saved_errno;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	pid = fork();
	if (pid == -1) {
		saved_errno = errno;
		close(ends[0]);
		close(ends[1]);
		errno = saved_errno;
		return -1;
	}
	*fd = ends[pid == 0 ? 1 : 0];
	close(ends[pid == 0 ? 0 : 1]);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* too late for that signal */
		if (getppid() != parent)
			_exit(0);
	}
	return pid;
}

/* What follows the first dot of this machine's full name. */
static void __attribute__((noreturn))
tell_domain(int fd)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME}, *list;
	char name[HOSTSPEC_NAME_MAX + 1] = "";
	const char *dot = NULL;

	if (gethostname(name, sizeof(name) - 1) == 0)
		dot = strchr(name, '.');
	if (dot == NULL && getaddrinfo(name, NULL, &hints, &list) == 0 && list->ai_canonname != NULL)
		dot = strchr(list->ai_canonname, '.');
	if (dot != NULL)
		io_write_full(fd, dot + 1, strlen(dot + 1), &IO_FOREVER);
	_exit(0);
}

char *
seek_child_domain(int64_t until_ms)
{
	struct io_limit lim = {.idle_ms = -1, .until_ms = until_ms};
	struct buf b = BUF_INIT;
	char part[HOSTSPEC_NAME_MAX];
	enum io_err err;
	size_t n;
	int fd;
	pid_t pid = seek_child_fork(&fd);

	if (pid == -1)
		return NULL;
	if (pid == 0)
		tell_domain(fd);
	while ((err = io_read_some(fd, part, sizeof(part), &lim, &n)) == IO_OK)
		buf_add(&b, part, n);
	close(fd);
	child_kill(pid);
	/* cut off, or nothing */
	if (err != IO_EOF || b.n == 0)
		buf_free(&b);
	return b.p;
}
