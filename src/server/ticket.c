/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/ticket.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/clock.h"

#define IDLE_MS 1000

/* The parent always reads, so this does not wait; without a parent there is nobody to tell. */
static bool
tell(int fd, int kind, pid_t group)
{
	struct ticket_msg msg = {.kind = kind, .group = group};

	return send(fd, &msg, sizeof(msg), MSG_NOSIGNAL) == (ssize_t)sizeof(msg);
}

enum ticket_end
ticket_wait(int fd, struct peer *peer, int patience_ms, void (*idle)(void *arg, struct peer *peer), void *arg, long *running)
{
	int64_t end_ms = patience_ms >= 0 ? clock_ms() + patience_ms : INT64_MAX, left_ms;
	struct pollfd fds[1 + PEER_FDS];
	struct ticket_msg msg;

	if (fd == -1)
		return TICKET_OK;
	if (!tell(fd, TICKET_WANT, 0))
		return TICKET_PARENT_GONE;
	for (;;) {
		int n = peer_pollfds(peer, fds + 1);

		left_ms = patience_ms >= 0 ? end_ms - clock_ms() : IDLE_MS;
		if (left_ms < 0)
			return TICKET_BUSY;
		fds[0] = (struct pollfd){.fd = fd, .events = POLLIN};
		n = poll(fds, (nfds_t)n + 1, idle != NULL || patience_ms >= 0 ? (int)left_ms : -1);
		if (n == -1) {
			if (errno == EINTR)
				continue;
			return TICKET_PARENT_GONE;
		}
		if (n == 0 && patience_ms >= 0)
			return TICKET_BUSY;
		if (n == 0) {
			idle(arg, peer);
			continue;
		}
		if (peer_gone(peer, fds + 1))
			return TICKET_CLIENT_GONE;
		if (fds[0].revents == 0)
			continue;
		if (recv(fd, &msg, sizeof(msg), 0) != (ssize_t)sizeof(msg) || msg.kind != TICKET_GRANT)
			return TICKET_PARENT_GONE;
		if (running != NULL)
			*running = msg.running;
		return TICKET_OK;
	}
}

void
ticket_group(int fd, pid_t group)
{
	if (fd != -1)
		(void)tell(fd, TICKET_GROUP, group);
}

void
ticket_back(int fd)
{
	if (fd != -1)
		(void)tell(fd, TICKET_BACK, 0);
}
