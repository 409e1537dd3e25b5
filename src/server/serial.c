/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/serial.h"

#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/job.h"
#include "server/jobsig.h"
#include "server/limits.h"
#include "server/volunteer.h"

#define PAUSE_MS 1000

static void
serve_one(struct server *s, struct listeners *l, int fd)
{
	struct client c;
	struct peer peer;

	switch (listen_accept(fd, &s->clients, &c)) {
	case LISTEN_CLIENT:
		sock_keepalive(c.fd);
		peer_init(&peer, c.fd, c.fd, c.text);
		volunteer_renew(s, l);
		job_serve(s, &peer, -1);
		break;
	case LISTEN_TROUBLE:
		log_err("cannot accept a connection; trying again in a second");
		clock_wait_ms(PAUSE_MS);
		break;
	case LISTEN_NONE:
	case LISTEN_DENIED:
		break;
	}
}

void
serial_run(struct server *s, struct listeners *l)
{
	struct pollfd fds[LISTEN_MAX];

	jobsig_init(true);
	limits_for_job(s->conf->nice);
	if (s->conf->lifetime > 0)
		alarm((unsigned)s->conf->lifetime);
	for (;;) {
		for (int i = 0; i < l->n; i++)
			fds[i] = (struct pollfd){.fd = l->fd[i], .events = POLLIN};
		if (poll(fds, (nfds_t)l->n, -1) == -1)
			continue;
		for (int i = 0; i < l->n; i++) {
			if (fds[i].revents != 0)
				serve_one(s, l, l->fd[i]);
		}
	}
}
