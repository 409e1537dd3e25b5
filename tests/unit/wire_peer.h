/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other end of a connection, played by a forked child or by what lies ready in the socket. */
#ifndef TESTS_UNIT_WIRE_PEER_H
#define TESTS_UNIT_WIRE_PEER_H

#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "base/io.h"
#include "check.h"

/* Long enough for a busy machine, short enough for a test that fails. */
static const struct io_limit peer_limit = {.idle_ms = 20000};
/* For peers that say nothing. */
static const struct io_limit peer_soon = {.idle_ms = 20};

enum peer_way {
	PEER_READY,	/* all is there, then end of file: for at most a few KiB */
	PEER_SILENT,	/* all is there, then nothing more */
	PEER_DRIBBLE,	/* a byte, and the next one when that has been read */
	PEER_CHILD,	/* as fast as a child can, then end of file */
};

struct peer {
	int fd;		/* ours */
	int other;	/* -1: closed */
	pid_t pid;	/* of the child; 0: none */
};

static inline void
peer_dribble(int fd, const char *p, size_t n)
{
	int unread;

	for (; n > 0; p++, n--) {
		if (io_write_full(fd, p, 1, &peer_limit) != IO_OK)
			_exit(0);
		while (ioctl(fd, SIOCOUTQ, &unread) == 0 && unread > 0)
			sched_yield();
	}
}

/* A connection on which the n bytes p arrive in that way. */
static inline struct peer
peer_start(enum peer_way way, const void *p, size_t n)
{
	struct peer peer = {.other = -1};
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (way == PEER_CHILD ? SOCK_NONBLOCK : 0), 0, pair) == -1)
		abort();
	peer.fd = pair[0];
	if (way == PEER_READY || way == PEER_SILENT) {
		if (io_write_full(pair[1], p, n, &peer_limit) != IO_OK)
			abort();
		if (way == PEER_SILENT)
			peer.other = pair[1];
		else
			close(pair[1]);
		return peer;
	}
	fflush(stdout);
	peer.pid = fork();
	if (peer.pid == 0) {
		close(pair[0]);
		if (way == PEER_DRIBBLE)
			peer_dribble(pair[1], p, n);
		else
			(void)io_write_full(pair[1], p, n, &peer_limit);
		_exit(0);
	}
	close(pair[1]);
	return peer;
}

static inline void
peer_end(struct peer *peer)
{
	close(peer->fd);
	if (peer->other != -1)
		close(peer->other);
	if (peer->pid > 0)
		waitpid(peer->pid, NULL, 0);
}

#endif
