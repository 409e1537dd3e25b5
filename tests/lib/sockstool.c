/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A SOCKS 5 proxy that can misbehave: sockstool SOCKET LOG [OPTION...]
 *
 * SOCKET is a path or a port of 127.0.0.1.  LOG gets a line for each connection asked for: "TYPE HOST PORT CODE".  Options:
 *
 *	name=HOST=ADDRESS	a name that only this proxy knows
 *	code=N			answer every CONNECT with that code, do not connect
 *	type=1|3|4		of the address in the answer
 *	slow=MS			wait before each byte of an answer
 *	die=N			end (the whole proxy) after N bytes were passed to the client
 *	silent			never answer the greeting
 *	mute			never answer CONNECT
 *	hangup			close instead of answering CONNECT
 *	deny			want a password
 *	garbage			answer the greeting with HTTP
 *	nonsense		answer CONNECT with garbage
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *name, *address, *mode = "";
static int code = -1, type = 1, slow_ms;
static long die_after = -1;
static FILE *log_file;

static void __attribute__((noreturn))
fail(const char *what)
{
	fprintf(stderr, "sockstool: %s: %s\n", what, strerror(errno));
	exit(1);
}

static bool
read_full(int fd, unsigned char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = read(fd, p, n);

		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static bool
answer(int fd, const void *p, size_t n)
{
	size_t step = slow_ms > 0 ? 1 : n;

	for (size_t at = 0; at < n; at += step) {
		if (slow_ms > 0)
			poll(NULL, 0, slow_ms);
		if (send(fd, (const char *)p + at, step, MSG_NOSIGNAL) != (ssize_t)step)
			return false;
	}
	return true;
}

/* Never answer; until the client gives up. */
static void
ignore(int fd)
{
	char byte;

	while (read(fd, &byte, 1) > 0)
		;
}

static int
code_of(int err)
{
	return err == ENETUNREACH ? 3 : err == ECONNREFUSED ? 5 : err == EHOSTUNREACH ? 4 : 1;
}

/* Descriptor; else -1 with *why. */
static int
connect_to(const char *host, const char *port, int *why)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list, *ai;
	int fd = -1;

	*why = 4;
	if (name != NULL && strcmp(host, name) == 0)
		host = address;
	if (getaddrinfo(host, port, &hints, &list) != 0)
		return -1;
	for (ai = list; ai != NULL && fd == -1; ai = ai->ai_next) {
		fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd != -1 && connect(fd, ai->ai_addr, ai->ai_addrlen) == -1) {
			*why = code_of(errno);
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(list);
	return fd;
}

static bool
pass(int from, int to, bool to_client)
{
	static long passed;
	char data[65536];
	ssize_t n = read(from, data, sizeof(data));

	if (n <= 0)
		return false;
	if (to_client && die_after >= 0 && (passed += n) >= die_after)
		_exit(0);
	for (ssize_t at = 0, k; at < n; at += k) {
		k = send(to, data + at, (size_t)(n - at), MSG_NOSIGNAL);
		if (k <= 0)
			return false;
	}
	return true;
}

static void
relay(int client, int server)
{
	struct pollfd p[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};

	while (poll(p, 2, -1) > 0) {
		if (p[0].revents != 0 && !pass(client, server, false))
			return;
		if (p[1].revents != 0 && !pass(server, client, true))
			return;
	}
}

static bool
reply(int fd, int result)
{
	unsigned char r[32] = {5, (unsigned char)result, 0, (unsigned char)type};
	size_t len = type == 1 ? 10 : type == 4 ? 22 : 4 + 1 + 9 + 2;

	if (type == 3)
		memcpy(r + 4, "\11somewhere", 10);
	return answer(fd, r, len);
}

static void
serve(int fd)
{
	unsigned char b[512];
	char host[260], port[8];
	int server = -1, result = code;

	if (!read_full(fd, b, 2) || b[0] != 5 || !read_full(fd, b + 2, b[1]))
		return;
	if (strcmp(mode, "silent") == 0)
		ignore(fd);
	if (strcmp(mode, "garbage") == 0)
		answer(fd, "HTTP/1.0 400 Bad Request\r\n\r\n", 28);
	if (strcmp(mode, "deny") == 0)
		answer(fd, "\5\377", 2);
	else if (strcmp(mode, "garbage") == 0 || strcmp(mode, "silent") == 0 || !answer(fd, "\5\0", 2))
		return;
	if (!read_full(fd, b, 5) || b[0] != 5 || b[1] != 1 || b[3] != 3 || !read_full(fd, b + 5, b[4] + 2u))
		return;
	memcpy(host, b + 5, b[4]);
	host[b[4]] = '\0';
	snprintf(port, sizeof(port), "%d", b[5 + b[4]] << 8 | b[6 + b[4]]);
	if (code == -1) {
		server = connect_to(host, port, &result);
		result = server == -1 ? result : 0;
	}
	fprintf(log_file, "%d %s %s %d\n", b[3], host, port, result);
	fflush(log_file);
	if (strcmp(mode, "mute") == 0)
		ignore(fd);
	else if (strcmp(mode, "nonsense") == 0)
		answer(fd, "\5\0\0\7whatever", 12);
	else if (strcmp(mode, "hangup") != 0 && reply(fd, result) && server != -1)
		relay(fd, server);
	if (server != -1)
		close(server);
}

static void *
run(void *arg)
{
	int fd = *(int *)arg;

	free(arg);
	serve(fd);
	close(fd);
	return NULL;
}

static int
listen_on(const char *where)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	int fd, on = 1;

	if (where[0] == '/') {
		snprintf(un.sun_path, sizeof(un.sun_path), "%s", where);
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (bind(fd, (struct sockaddr *)&un, sizeof(un)) == -1 || listen(fd, 20) == -1)
			fail(where);
		return fd;
	}
	if (getaddrinfo("127.0.0.1", where, &hints, &list) != 0)
		fail(where);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, list->ai_addr, list->ai_addrlen) == -1 || listen(fd, 20) == -1)
		fail(where);
	freeaddrinfo(list);
	return fd;
}

static void
take_option(char *word)
{
	if (strncmp(word, "name=", 5) == 0) {
		name = word + 5;
		address = strchr(name, '=') + 1;
		strchr(word + 5, '=')[0] = '\0';
	} else if (strncmp(word, "code=", 5) == 0) {
		code = atoi(word + 5);
	} else if (strncmp(word, "type=", 5) == 0) {
		type = atoi(word + 5);
	} else if (strncmp(word, "slow=", 5) == 0) {
		slow_ms = atoi(word + 5);
	} else if (strncmp(word, "die=", 4) == 0) {
		die_after = atol(word + 4);
	} else {
		mode = word;
	}
}

int
main(int argc, char *argv[])
{
	pthread_t thread;
	int listener, *fd;

	if (argc < 3)
		return 2;
	log_file = fopen(argv[2], "a");
	if (log_file == NULL)
		fail(argv[2]);
	for (int i = 3; i < argc; i++)
		take_option(argv[i]);
	listener = listen_on(argv[1]);
	for (;;) {
		fd = malloc(sizeof(*fd));
		if (fd == NULL)
			fail("malloc");
		*fd = accept(listener, NULL, NULL);
		if (*fd == -1 || pthread_create(&thread, NULL, run, fd) != 0)
			fail("accept");
		pthread_detach(thread);
	}
}
