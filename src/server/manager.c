/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/manager.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/num.h"
#include "base/util.h"

#define FIRST_FD 3	/* SD_LISTEN_FDS_START */

static struct sockaddr_un notify_addr;
static socklen_t notify_len;	/* 0: nobody listens */

int
manager_count(const char *listen_pid, const char *listen_fds, long self, int max)
{
	long pid, n;

	if (listen_pid == NULL || listen_fds == NULL || !num_parse(listen_pid, 1, self, &pid) || pid != self)
		return 0;
	return num_parse(listen_fds, 1, max, &n) ? (int)n : -1;
}

static int
option_of(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) == -1 ? -1 : value;
}

/* NULL, or what is wrong with it. */
static const char *
complaint(int fd)
{
	int domain = option_of(fd, SO_DOMAIN);

	if (domain == -1)
		return "it is no socket";
	if ((domain != AF_INET && domain != AF_INET6) || option_of(fd, SO_TYPE) != SOCK_STREAM)
		return "it is no TCP socket; use ListenStream= with a port";
	if (option_of(fd, SO_ACCEPTCONN) != 1)
		return "it is a connection; use Accept=no, or --inetd with StandardInput=socket";
	return NULL;
}

static bool
take(int fd)
{
	const char *wrong = complaint(fd);

	if (wrong != NULL) {
		log_errx("cannot serve on the descriptor %d that the service manager gave us: %s", fd, wrong);
		return false;
	}
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 || fcntl(fd, F_SETFL, O_NONBLOCK) == -1) {
		log_err("cannot serve on descriptor %d", fd);
		return false;
	}
	return true;
}

int
manager_sockets(struct listeners *l)
{
	const char *fds = getenv("LISTEN_FDS");
	int n = manager_count(getenv("LISTEN_PID"), fds, (long)getpid(), LISTEN_MAX);
	bool ok = n >= 0;

	if (n == -1)
		log_errx("LISTEN_FDS must be a number from 1 to %d, not \"%s\"", LISTEN_MAX, fds);
	l->n = 0;
	for (int i = 0; ok && i < n; i++) {
		ok = take(FIRST_FD + i);
		l->fd[l->n++] = FIRST_FD + i;
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	unsetenv("LISTEN_PIDFDID");	/* of systemd from 258 on */
	return ok ? n : -1;
}

void
manager_init(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path != NULL ? strlen(path) : 0;

	notify_len = 0;
	if (len > 1 && len < sizeof(notify_addr.sun_path) && (path[0] == '/' || path[0] == '@')) {
		notify_addr = (struct sockaddr_un){.sun_family = AF_UNIX};
		memcpy(notify_addr.sun_path, path, len);
		if (path[0] == '@')	/* an abstract name */
			notify_addr.sun_path[0] = '\0';
		notify_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	}
	unsetenv("NOTIFY_SOCKET");
}

static void
tell(const char *text)
{
	int fd;

	if (notify_len == 0)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&notify_addr, notify_len) == -1)
		log_warn("cannot tell the service manager about us");
	if (fd != -1)
		close(fd);
}

void
manager_ready(const char *status)
{
	char *text = xasprintf("READY=1\nSTATUS=%s", status);

	tell(text);
	free(text);
}

void
manager_reloading(void)
{
	char text[64];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
		(long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	tell(text);
}

void
manager_stopping(void)
{
	tell("STOPPING=1");
}
