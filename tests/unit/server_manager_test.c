/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/manager.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/unit/check.h"

static void
test_count(void)
{
	static const struct {
		const char *pid, *fds;
		int want;
	} rows[] = {
		{NULL, NULL, 0},
		{"100", NULL, 0},
		{NULL, "1", 0},
		{"100", "1", 1},
		{"100", "4", 4},
		{"101", "1", 0},	/* for our parent, say */
		{"99", "1", 0},
		{"99", "junk", 0},
		{"", "1", 0},
		{"1e2", "1", 0},
		{"100", "0", -1},
		{"100", "5", -1},
		{"100", "-1", -1},
		{"100", "", -1},
		{"100", "1 ", -1},
		{"100", "99999999999999999999", -1},
	};

	for (size_t i = 0; i < countof(rows); i++)
		CHECK_INT(rows[i].want, manager_count(rows[i].pid, rows[i].fds, 100, 4));
}

/* Descriptor 3 shall be a socket of that kind, as a manager hands it over.  kind "file": none at all. */
static void
hand_over(const char *kind)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_un un = {.sun_family = AF_UNIX};	/* the kernel chooses a name */
	char pid[24];
	int fd;

	if (streq(kind, "file"))
		fd = open("/dev/null", O_RDWR);
	else
		fd = socket(streq(kind, "unix") ? AF_UNIX : AF_INET, streq(kind, "udp") ? SOCK_DGRAM : SOCK_STREAM, 0);
	if (streq(kind, "unix"))
		CHECK(bind(fd, (struct sockaddr *)&un, sizeof(sa_family_t)) == 0 && listen(fd, 1) == 0);
	else if (streq(kind, "tcp"))
		CHECK(bind(fd, (struct sockaddr *)&in, sizeof(in)) == 0 && listen(fd, 1) == 0);
	if (fd != 3) {
		CHECK(dup2(fd, 3) == 3);
		close(fd);
	}
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_FDNAMES", "x", 1);
}

static void
test_sockets(void)
{
	static const struct {
		const char *kind, *says;
	} bad[] = {
		{"file", "it is no socket"},
		{"udp", "it is no TCP socket"},
		{"unix", "it is no TCP socket"},
		{"idle", "it is a connection"},		/* TCP, but it does not listen */
	};
	struct listeners l = {.n = 7};

	hand_over("tcp");
	CHECK_INT(1, manager_sockets(&l));
	CHECK_INT(1, l.n);
	CHECK_INT(3, l.fd[0]);
	CHECK(fcntl(3, F_GETFD) & FD_CLOEXEC);
	CHECK(fcntl(3, F_GETFL) & O_NONBLOCK);
	CHECK(getenv("LISTEN_PID") == NULL && getenv("LISTEN_FDS") == NULL && getenv("LISTEN_FDNAMES") == NULL);
	CHECK_INT(0, manager_sockets(&l));
	CHECK_INT(0, l.n);
	close(3);

	for (size_t i = 0; i < countof(bad); i++) {
		log_tee(LOG_LVL_ERROR);
		hand_over(bad[i].kind);
		CHECK_ROW(bad[i].kind, manager_sockets(&l) == -1);
		CHECK_ROW(bad[i].kind, strstr(log_tee_text(), bad[i].says) != NULL);
		CHECK_ROW(bad[i].kind, getenv("LISTEN_FDS") == NULL);
		close(3);
	}
}

/* A socket as the manager has one. */
static int
notify_socket(const char *name)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t len = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(addr.sun_path, name, len);
	if (name[0] == '@')
		addr.sun_path[0] = '\0';
	CHECK(bind(fd, (struct sockaddr *)&addr, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) == 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static const char *
told(int fd)
{
	static char text[256];
	ssize_t n = recv(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
check_notify(const char *name)
{
	int fd = notify_socket(name);

	manager_init();
	CHECK(getenv("NOTIFY_SOCKET") == NULL);
	manager_ready("port 1");
	CHECK_STR("READY=1\nSTATUS=port 1", told(fd));
	manager_reloading();
	CHECK(starts_with(told(fd), "RELOADING=1\nMONOTONIC_USEC="));
	manager_stopping();
	CHECK_STR("STOPPING=1", told(fd));
	CHECK_STR("", told(fd));
	close(fd);
}

static void
test_notify(void)
{
	char name[64];

	check_notify("/proc/self/cwd/notify");	/* short, wherever we are */
	unlink("notify");
	snprintf(name, sizeof(name), "@distcc-test-%ld", (long)getpid());
	check_notify(name);
}

static void
test_notify_nobody(void)
{
	static const char *const bad[] = {"", "@", "relative", "vsock:2:1"};

	log_tee(LOG_LVL_WARN);
	manager_init();
	manager_ready("x");
	for (size_t i = 0; i < countof(bad); i++) {
		setenv("NOTIFY_SOCKET", bad[i], 1);
		manager_init();
		manager_ready("x");
		CHECK_STR("", log_tee_text());
	}
	setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1);
	manager_init();
	manager_ready("x");
	CHECK(strstr(log_tee_text(), "cannot tell the service manager") != NULL);
}

int
main(void)
{
	test_count();
	test_sockets();
	test_notify();
	test_notify_nobody();
	return check_done();
}
