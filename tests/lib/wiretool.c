/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client that misbehaves on demand: wiretool ADDRESS PORT STEP...
 * An inetd for one connection: wiretool --inetd PORT COMMAND [ARGUMENT...]
 * A service manager: wiretool --activate PORT COMMAND [ARGUMENT...] runs it with a listening socket as LISTEN_FDS tells;
 * wiretool --notified SOCKET shows what arrives at a NOTIFY_SOCKET, until it is killed
 *
 *	from ADDRESS	come from there (first step only)
 *	send TEXT	\xNN, \n and \\ are understood
 *	file NAME	send its contents
 *	slow MS TEXT	one byte every MS milliseconds, until the other side closes
 *	until NAME	wait until the file exists and is not empty
 *	shut		close the sending side
 *	read		show what comes, until the end
 *	save NAME	write what comes to the file, as it is, until the end
 *	byte		wait for one byte, and show it
 *	hangup		close
 *	reset		close with a reset
 *	dead NAME MS	the process whose number NAME holds must be gone within MS
 *	touch NAME	make the file
 *
 * What comes is shown with \xNN for all but printable characters and line ends; then "[closed]", "[reset]" or
 * "[nothing]" (20 s).  Exit status 1: something could not be done, or is not as it must be.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 20000

static int fd = -1;

static long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
wait_ms(long ms)
{
	poll(NULL, 0, (int)ms);
}

static void __attribute__((noreturn))
fail(const char *what, const char *which)
{
	fprintf(stderr, "wiretool: %s %s: %s\n", what, which, strerror(errno));
	exit(1);
}

static struct addrinfo *
resolve(const char *host, const char *port)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST}, *list;

	if (getaddrinfo(host, port, &hints, &list) != 0)
		fail("no address:", host);
	return list;
}

static void
dial(const char *host, const char *port, const char *from)
{
	struct addrinfo *ai = resolve(host, port);

	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (from != NULL) {
		struct addrinfo *me = resolve(from, NULL);

		if (bind(fd, me->ai_addr, me->ai_addrlen) == -1)
			fail("cannot come from", from);
		freeaddrinfo(me);
	}
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) == -1)
		fail("cannot connect to", host);
	freeaddrinfo(ai);
}

static size_t
unescape(char *s)
{
	char *out = s, *start = s;

	while (*s != '\0') {
		if (s[0] == '\\' && s[1] == 'x') {
			char digits[3] = {s[2], s[2] != '\0' ? s[3] : '\0', '\0'};

			*out++ = (char)strtol(digits, NULL, 16);
			s += 4;
		} else if (s[0] == '\\' && s[1] != '\0') {
			*out++ = s[1] == 'n' ? '\n' : s[1];
			s += 2;
		} else {
			*out++ = *s++;
		}
	}
	return (size_t)(out - start);
}

/* A closed connection is what many tests provoke: no failure. */
static bool
transmit(const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static void
send_file(const char *name)
{
	char block[65536];
	int file = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (file == -1)
		fail("cannot read", name);
	while ((n = read(file, block, sizeof(block))) > 0 && transmit(block, (size_t)n))
		;
	close(file);
}

static bool
readable(long ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, (int)ms) > 0;
}

static void
send_slowly(long ms, char *text)
{
	size_t n = unescape(text);

	for (size_t i = 0; i < n; i++) {
		if (!transmit(text + i, 1) || readable(ms))
			return;
	}
}

static void
show(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c == '\n' || (c >= ' ' && c < 0x7f))
			putchar(c);
		else
			printf("\\x%02x", c);
	}
}

static void
receive(bool all)
{
	char block[65536];
	ssize_t n;

	do {
		if (!readable(PATIENCE_MS)) {
			puts("[nothing]");
			exit(1);
		}
		n = recv(fd, block, all ? sizeof(block) : 1, 0);
		if (n > 0)
			show(block, (size_t)n);
	} while (all && n > 0);
	if (n == 0)
		puts("[closed]");
	else if (n == -1)
		puts("[reset]");
	fflush(stdout);
}

static void
save(const char *name)
{
	FILE *f = fopen(name, "w");
	char block[65536];
	ssize_t n;

	if (f == NULL)
		fail("cannot make", name);
	do {
		if (!readable(PATIENCE_MS)) {
			puts("[nothing]");
			exit(1);
		}
		n = recv(fd, block, sizeof(block), 0);
		if (n > 0 && (fwrite(block, 1, (size_t)n, f) != (size_t)n || fflush(f) != 0))
			fail("cannot write", name);
	} while (n > 0);
	fclose(f);
	puts(n == 0 ? "[closed]" : "[reset]");
}

static bool
has_text(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 && st.st_size > 0;
}

static void
wait_for(const char *name)
{
	long until = now_ms() + PATIENCE_MS;

	while (!has_text(name)) {
		if (now_ms() > until) {
			errno = ETIMEDOUT;
			fail("no file", name);
		}
		wait_ms(5);
	}
}

/* A zombie is as good as gone. */
static bool
is_alive(long pid)
{
	char path[64], text[256] = "", *paren;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return false;
	(void)!fgets(text, sizeof(text), f);
	fclose(f);
	paren = strrchr(text, ')');
	return paren != NULL && paren[1] == ' ' && paren[2] != 'Z' && paren[2] != 'X';
}

static void
must_die(const char *name, long ms)
{
	long began = now_ms(), pid = 0, took;
	FILE *f = fopen(name, "r");

	if (f == NULL || fscanf(f, "%ld", &pid) != 1)
		fail("no process number in", name);
	fclose(f);
	while (is_alive(pid) && now_ms() - began < PATIENCE_MS)
		wait_ms(1);
	took = now_ms() - began;
	printf("[gone after %ld ms]\n", took);
	if (took > ms)
		exit(1);
}

static void
hang_up(bool with_reset)
{
	struct linger l = {.l_onoff = 1};

	if (with_reset)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	close(fd);
	fd = -1;
}

static void
touch(const char *name)
{
	FILE *f = fopen(name, "w");

	if (f == NULL)
		fail("cannot make", name);
	fputs("x\n", f);
	fclose(f);
}

static void
listen_on(const char *port)
{
	struct addrinfo *ai = resolve("127.0.0.1", port);
	int one = 1;

	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == -1 || listen(fd, 5) == -1)
		fail("cannot listen on", port);
}

/* The command finds the socket as descriptor 3. */
static void __attribute__((noreturn))
be_activator(const char *port, char **command)
{
	char pid[24];

	listen_on(port);
	fd = fcntl(fd, F_DUPFD, 4);	/* so that dup2 makes one without close-on-exec */
	dup2(fd, 3);
	close(fd);
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_FDNAMES", "distccd.socket", 1);
	execvp(command[0], command);
	_exit(127);
}

static void __attribute__((noreturn))
be_notified(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	char text[4096];
	ssize_t n;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == -1 || chmod(path, 0777) == -1)
		fail("cannot make", path);
	while ((n = recv(fd, text, sizeof(text), 0)) >= 0) {
		printf("%.*s\n--\n", (int)n, text);
		fflush(stdout);
	}
	fail("cannot receive at", path);
}

/* The connection becomes descriptors 0, 1 and 2 of the command. */
static void __attribute__((noreturn))
be_inetd(const char *port, char **command)
{
	listen_on(port);
	fd = accept(fd, NULL, NULL);
	for (int i = 0; i <= 2; i++)
		dup2(fd, i);
	close(fd);
	execvp(command[0], command);
	_exit(127);
}

static char **
next(char **word)
{
	if (word[1] == NULL) {
		errno = EINVAL;
		fail("lacks its word:", *word);
	}
	return word + 1;
}

static char **
step(char **word)
{
	char *what = *word;

	if (strcmp(what, "send") == 0) {
		word = next(word);
		transmit(*word, unescape(*word));
	} else if (strcmp(what, "file") == 0) {
		word = next(word);
		send_file(*word);
	} else if (strcmp(what, "slow") == 0) {
		long ms = atol(*(word = next(word)));

		word = next(word);
		send_slowly(ms, *word);
	} else if (strcmp(what, "until") == 0) {
		word = next(word);
		wait_for(*word);
	} else if (strcmp(what, "touch") == 0) {
		word = next(word);
		touch(*word);
	} else if (strcmp(what, "shut") == 0) {
		shutdown(fd, SHUT_WR);
	} else if (strcmp(what, "read") == 0) {
		receive(true);
	} else if (strcmp(what, "save") == 0) {
		save(*(word = next(word)));
	} else if (strcmp(what, "byte") == 0) {
		receive(false);
	} else if (strcmp(what, "hangup") == 0) {
		hang_up(false);
	} else if (strcmp(what, "reset") == 0) {
		hang_up(true);
	} else if (strcmp(what, "dead") == 0) {
		const char *name = *(word = next(word));

		word = next(word);
		must_die(name, atol(*word));
	} else {
		errno = EINVAL;
		fail("no such step:", what);
	}
	return word + 1;
}

int
main(int argc, char *argv[])
{
	char **word = argv + 3;
	const char *from = NULL;

	if (argc < 3) {
		fputs("usage: wiretool ADDRESS PORT STEP...\n", stderr);
		return 2;
	}
	if (strcmp(argv[1], "--inetd") == 0 && *word != NULL)
		be_inetd(argv[2], word);
	if (strcmp(argv[1], "--activate") == 0 && *word != NULL)
		be_activator(argv[2], word);
	if (strcmp(argv[1], "--notified") == 0)
		be_notified(argv[2]);
	if (*word != NULL && strcmp(*word, "from") == 0) {
		from = *next(word);
		word += 2;
	}
	signal(SIGPIPE, SIG_IGN);
	dial(argv[1], argv[2], from);
	while (*word != NULL)
		word = step(word);
	return 0;
}
