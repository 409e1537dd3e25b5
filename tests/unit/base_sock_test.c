/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sock.h"
#include "check.h"

static void
test_addr_text(void)
{
	static const struct {
		int family;
		const char *addr;
		int port;
		const char *want;
	} rows[] = {
		{AF_INET, "192.0.2.1", 3632, "192.0.2.1:3632"},
		{AF_INET6, "2001:db8::1", 3632, "[2001:db8::1]:3632"},
		{AF_INET6, "::ffff:192.0.2.7", 65535, "192.0.2.7:65535"},
		{AF_INET6, "::1", 1, "[::1]:1"},
	};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	char text[SOCK_ADDR_TEXT];

	for (size_t i = 0; i < countof(rows); i++) {
		struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)rows[i].port)};
		struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)rows[i].port)};

		if (rows[i].family == AF_INET) {
			inet_pton(AF_INET, rows[i].addr, &in.sin_addr);
			sock_addr_text((struct sockaddr *)&in, sizeof(in), text);
		} else {
			inet_pton(AF_INET6, rows[i].addr, &in6.sin6_addr);
			sock_addr_text((struct sockaddr *)&in6, sizeof(in6), text);
		}
		CHECK_STR(rows[i].want, text);
	}
	sock_addr_text((struct sockaddr *)&un, sizeof(un.sun_family), text);
	CHECK_STR("unix", text);
}

static int
port_of(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct sockaddr_in6 in6;

	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1)
		return -1;
	memcpy(&in6, &ss, sizeof(in6));		/* both kinds have the port in the same place */
	return ntohs(in6.sin6_port);
}

/* 0, or the errno of what failed. */
static int
try_connect(const char *host, int port)
{
	struct addrinfo *list;
	int fd, err = 0;

	if (sock_resolve(host, port, false, &list) != 0)
		return ENXIO;
	fd = sock_connect_start(list);
	freeaddrinfo(list);
	if (fd == -1)
		return errno;
	CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	if (sock_connect_finish(fd, 2000) == -1)
		err = errno;
	close(fd);
	return err;
}

static void
test_listen_one(void)
{
	int fds[4], more[4];
	int port;

	CHECK_INT(1, sock_listen("127.0.0.1", 0, fds, 4));
	CHECK(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
	CHECK(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	port = port_of(fds[0]);
	CHECK(port > 0);
	CHECK_INT(0, try_connect("127.0.0.1", port));
	CHECK_INT(-1, sock_listen("127.0.0.1", port, more, 4));
	CHECK_INT(EADDRINUSE, errno);
	close(fds[0]);
	CHECK_INT(ECONNREFUSED, try_connect("127.0.0.1", port));
	/* Not ours, so it is neither silence nor success. */
	CHECK_INT(-1, sock_listen("192.0.2.1", 0, fds, 4));
	CHECK_INT(EADDRNOTAVAIL, errno);
	CHECK_INT(-2, sock_listen("no such host", 0, fds, 4));
	CHECK_INT(-1, sock_listen(NULL, 0, fds, 0));
}

static bool
have_ipv6(void)
{
	int fd;

	if (sock_listen("::1", 0, &fd, 1) != 1)
		return false;
	close(fd);
	return true;
}

static void
test_listen_all(void)
{
	int fd, port;

	CHECK_INT(1, sock_listen(NULL, 0, &fd, 1));
	port = port_of(fd);
	CHECK_INT(0, try_connect("127.0.0.1", port));
	if (have_ipv6())
		CHECK_INT(0, try_connect("::1", port));
	close(fd);
}

static void
test_listen_name(void)
{
	int fds[4];
	int n = sock_listen("localhost", 0, fds, 4);

	CHECK(n >= 1 && n <= 4);
	while (n > 0)
		close(fds[--n]);
}

/* What never becomes writable is a connection that is never made. */
static void
test_connect_timeout(void)
{
	char junk[4096] = {0};
	int64_t start = clock_ms();
	int pair[2];

	CHECK_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair));
	while (write(pair[0], junk, sizeof(junk)) > 0)
		;
	CHECK_INT(-1, sock_connect_finish(pair[0], 30));
	CHECK_INT(ETIMEDOUT, errno);
	CHECK(clock_ms() - start >= 29);
	/* These are for TCP; on other sockets they do nothing, loudly or not. */
	sock_cork(pair[0], true);
	sock_keepalive(pair[0]);
	close(pair[0]);
	close(pair[1]);
}

int
main(void)
{
	test_addr_text();
	test_listen_one();
	test_listen_all();
	test_listen_name();
	test_connect_timeout();
	return check_done();
}
