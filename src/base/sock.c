/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/util.h"

/* A dead peer is noticed after KEEP_IDLE + KEEP_COUNT * KEEP_INTERVAL seconds. */
#define KEEP_IDLE 60
#define KEEP_INTERVAL 15
#define KEEP_COUNT 4

/* The IPv4 address that a mapped IPv6 address stands for. */
static bool
unmap(const struct sockaddr *sa, socklen_t len, struct sockaddr_in *out)
{
	struct sockaddr_in6 in6;

	if (sa->sa_family != AF_INET6 || len < sizeof(in6))
		return false;
	memcpy(&in6, sa, sizeof(in6));
	if (!IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr))
		return false;
	*out = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = in6.sin6_port};
	memcpy(&out->sin_addr, &in6.sin6_addr.s6_addr[12], sizeof(out->sin_addr));
	return true;
}

void
sock_addr_text(const struct sockaddr *sa, socklen_t len, char out[SOCK_ADDR_TEXT])
{
	struct sockaddr_in in;
	char host[64], port[8];

	if (unmap(sa, len, &in)) {
		sa = (const struct sockaddr *)&in;
		len = sizeof(in);
	}
	if (sa->sa_family == AF_UNIX) {
		snprintf(out, SOCK_ADDR_TEXT, "unix");
		return;
	}
	if (getnameinfo(sa, len, host, sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		snprintf(out, SOCK_ADDR_TEXT, "unknown");
	else
		snprintf(out, SOCK_ADDR_TEXT, sa->sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

int
sock_resolve(const char *host, int port, bool passive, struct addrinfo **list)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0),
	};
	char service[16];

	snprintf(service, sizeof(service), "%d", port);
	return getaddrinfo(host, service, &hints, list);
}

static void
set_option(int fd, int level, int name, int value)
{
	/* Each of them is a convenience, and unix sockets and pipes have none. */
	(void)setsockopt(fd, level, name, &value, sizeof(value));
}

static void
close_keep_errno(int fd)
{
	int saved_errno = errno;

	close(fd);
	errno = saved_errno;
}

int
sock_connect_start(const struct addrinfo *ai)
{
	int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, ai->ai_protocol);

	if (fd == -1)
		return -1;
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	sock_keepalive(fd);
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) == -1 && errno != EINPROGRESS && errno != EINTR) {
		close_keep_errno(fd);
		return -1;
	}
	return fd;
}

int
sock_connect_finish(int fd, int ms)
{
	int64_t until = clock_ms() + ms;
	int err = 0;
	socklen_t len = sizeof(err);

	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLOUT};
		int64_t left = until - clock_ms();
		int n = poll(&p, 1, left > 0 ? (int)left : 0);

		if (n > 0)
			break;
		if (n == -1 && errno != EINTR)
			return -1;
		if (n == 0 && clock_ms() >= until) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) == -1)
		return -1;
	errno = err;
	return err == 0 ? 0 : -1;
}

int
sock_connect_unix(const char *path, int ms)
{
	struct timeval limit = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	size_t len = strlen(path);
	int fd, err;

	if (len >= sizeof(un.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(un.sun_path, path, len);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	/* poll(2) does not tell when a full queue has room; a blocking connect waits for it */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	do
		err = connect(fd, (const struct sockaddr *)&un, sizeof(un)) == 0 ? 0 : errno;
	while (err == EINTR);
	if (err == 0 && io_set_nonblock(fd, 1) == 0)
		return fd;
	errno = err == EAGAIN ? ETIMEDOUT : err;
	close_keep_errno(fd);
	return -1;
}

static int
listen_at(const struct sockaddr *sa, socklen_t len, bool v6only)
{
	int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (sa->sa_family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, v6only);
	if (bind(fd, sa, len) == -1 || listen(fd, SOMAXCONN) == -1) {
		close_keep_errno(fd);
		return -1;
	}
	return fd;
}

/* This machine lacks the address or its family: no reason not to serve the others. */
static bool
is_absent(void)
{
	return errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL || errno == EPROTONOSUPPORT;
}

static int
listen_everywhere(int port, int *fds)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = in6addr_any};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

	fds[0] = listen_at((const struct sockaddr *)&in6, sizeof(in6), false);
	if (fds[0] == -1 && is_absent())
		fds[0] = listen_at((const struct sockaddr *)&in, sizeof(in), false);
	return fds[0] == -1 ? -1 : 1;
}

/* A name may stand in /etc/hosts more than once with one address. */
static bool
seen_before(const struct addrinfo *list, const struct addrinfo *ai)
{
	for (; list != ai; list = list->ai_next) {
		if (list->ai_addrlen == ai->ai_addrlen && memcmp(list->ai_addr, ai->ai_addr, ai->ai_addrlen) == 0)
			return true;
	}
	return false;
}

static bool
is_any6(const struct sockaddr *sa)
{
	struct sockaddr_in6 in6;

	if (sa->sa_family != AF_INET6)
		return false;
	memcpy(&in6, sa, sizeof(in6));
	return IN6_IS_ADDR_UNSPECIFIED(&in6.sin6_addr);
}

int
sock_listen(const char *addr, int port, int *fds, int max)
{
	struct addrinfo *list, *ai;
	int n = 0;

	if (max < 1) {
		errno = EINVAL;
		return -1;
	}
	if (addr == NULL)
		return listen_everywhere(port, fds);
	if (sock_resolve(addr, port, true, &list) != 0)
		return -2;
	for (ai = list; ai != NULL && n < max; ai = ai->ai_next) {
		if (seen_before(list, ai))
			continue;
		fds[n] = listen_at(ai->ai_addr, ai->ai_addrlen, !is_any6(ai->ai_addr));
		if (fds[n] != -1)
			n++;
		else if (!is_absent())
			break;
	}
	if (ai != NULL && n < max) {
		while (n > 0)
			close_keep_errno(fds[--n]);
	}
	freeaddrinfo(list);
	return n > 0 ? n : -1;
}

void
sock_cork(int fd, bool on)
{
	set_option(fd, IPPROTO_TCP, TCP_CORK, on);
}

void
sock_keepalive(int fd)
{
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE);
	set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEP_INTERVAL);
	set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEP_COUNT);
}
