/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/util.h"
#include "wire/token.h"

#define LINGER_MS 2000

void
peer_init(struct peer *p, int in, int out, const char *text)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	*p = (struct peer){.in = in, .out = out};
	snprintf(p->text, sizeof(p->text), "%s", text != NULL ? text : "stdin");
	if (getpeername(in, (struct sockaddr *)&ss, &len) == -1)
		return;
	p->tcp = ss.ss_family == AF_INET || ss.ss_family == AF_INET6;
	if (p->tcp)
		(void)setsockopt(out, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	if (text == NULL)
		sock_addr_text((struct sockaddr *)&ss, len, p->text);
}

/* Bytes that could be read without waiting. */
static int
pending(int fd)
{
	int n = 0;

	return ioctl(fd, FIONREAD, &n) == 0 ? n : 0;
}

int
peer_wait(const struct peer *p, int ms, bool *closed)
{
	int64_t until = clock_ms() + ms;
	struct pollfd fd = {.fd = p->in, .events = POLLIN};
	int64_t left;

	*closed = false;
	while ((left = until - clock_ms()) > 0) {
		int n = poll(&fd, 1, (int)left);

		if (n == -1 && errno != EINTR)
			return 0;
		if (n > 0) {
			*closed = pending(p->in) == 0;
			return !*closed;
		}
	}
	return 0;
}

int
peer_pollfds(const struct peer *p, struct pollfd fds[PEER_FDS])
{
	/* An input at its end is always readable: then only errors and hang-ups of the output tell something. */
	fds[0] = (struct pollfd){.fd = p->in_closed ? -1 : p->in, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = p->in_closed || p->out != p->in ? p->out : -1};
	return PEER_FDS;
}

/* The client has sent the end of its stream.  Provoke a reset if nobody is there any more. */
static void
probe(struct peer *p)
{
	char raw[TOKEN_LEN];

	p->in_closed = true;
	if (!p->tcp || p->done_sent)
		return;
	token_format(raw, "DONE", p->version);
	p->done_sent = send(p->out, raw, sizeof(raw), MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof(raw);
}

bool
peer_gone(struct peer *p, const struct pollfd *fds)
{
	char junk[4096];
	ssize_t n;

	if ((fds[0].revents | fds[1].revents) & (POLLERR | POLLNVAL) || fds[1].revents & POLLHUP)
		return true;
	if (!(fds[0].revents & (POLLIN | POLLHUP)))
		return false;
	n = read(p->in, junk, sizeof(junk));
	if (n > 0 || (n == -1 && (errno == EAGAIN || errno == EINTR)))
		return false;
	if (n == -1)
		return true;
	if (p->in == p->out && fds[0].revents & POLLHUP)
		return true;
	probe(p);
	return false;
}

void
peer_close(struct peer *p)
{
	/* Closing with unread bytes resets the connection, and the reset may overtake our reply. */
	if (p->tcp && !p->in_closed && pending(p->in) > 0) {
		int64_t until = clock_ms() + LINGER_MS;
		int64_t left;
		char junk[4096];

		shutdown(p->out, SHUT_WR);
		while ((left = until - clock_ms()) > 0) {
			struct pollfd fd = {.fd = p->in, .events = POLLIN};

			if (poll(&fd, 1, (int)left) <= 0 || read(p->in, junk, sizeof(junk)) <= 0)
				break;
		}
	}
	close(p->in);
	if (p->out != p->in)
		close(p->out);
}
