/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/probe.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/sock.h"
#include "base/util.h"

/* Exit statuses of a child beside errno, whose values are smaller. */
#define NO_NAME 200
#define AT_ONCE 32

/* One address after the other within the time.  0, or the last errno. */
static int
try_addresses(const struct addrinfo *list, int ms)
{
	int64_t end = clock_ms() + ms;
	int err = ETIMEDOUT, fd;

	for (const struct addrinfo *ai = list; ai != NULL && clock_ms() < end; ai = ai->ai_next) {
		fd = sock_connect_start(ai);
		if (fd != -1 && sock_connect_finish(fd, (int)(end - clock_ms())) == 0)
			return 0;
		err = errno;
		if (fd != -1)
			close(fd);
	}
	return err;
}

/* In a process of its own: getaddrinfo knows no time limit, but SIGALRM ends it. */
static int
child(const struct probe *p, int ms)
{
	struct itimerval limit = {.it_value = {.tv_sec = (2 * ms) / 1000, .tv_usec = (2 * ms) % 1000 * 1000}};
	struct addrinfo *list;

	signal(SIGALRM, SIG_DFL);
	setitimer(ITIMER_REAL, &limit, NULL);
	if (sock_resolve(p->host, p->port, false, &list) != 0)
		return NO_NAME;
	return try_addresses(list, ms);
}

static const char *
explain(int status)
{
	int code = WEXITSTATUS(status);

	if (!WIFEXITED(status))
		return "no answer in time";
	if (code == NO_NAME)
		return "no such host";
	return code == ETIMEDOUT ? "no answer in time" : strerror(code);
}

static void
collect(struct probe *p, pid_t pid)
{
	int status;

	if (pid == -1 || proc_wait(pid, &status, NULL) == -1)
		p->why = "it could not be tried";
	else
		p->why = WIFEXITED(status) && WEXITSTATUS(status) == 0 ? NULL : explain(status);
}

void
probe_all(struct probe *v, size_t n, int ms)
{
	pid_t pids[AT_ONCE];
	size_t some;

	for (size_t at = 0; at < n; at += some) {
		some = n - at < AT_ONCE ? n - at : AT_ONCE;
		for (size_t i = 0; i < some; i++) {
			pids[i] = fork();
			if (pids[i] == 0)
				_exit(child(&v[at + i], ms));
		}
		for (size_t i = 0; i < some; i++)
			collect(&v[at + i], pids[i]);
	}
}
