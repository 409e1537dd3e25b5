/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/job.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/classic.h"
#include "server/jobsig.h"
#include "server/jobstate.h"
#include "wire/reply.h"

/* Leaves the connection corked: the end of the reply stays here until the log tells of the job. */
static void
answer(struct job *j)
{
	struct stat st = {0};
	struct io_limit lim;
	enum wire_err err;

	if (j->object_fd != -1 && fstat(j->object_fd, &st) == -1)
		st.st_size = 0;
	lim = job_body_limit(j, (uint64_t)st.st_size + j->err.n + j->out.n);
	sock_cork(j->peer->out, true);
	err = (j->peer->done_sent ? reply_send_rest : reply_send)(j->peer->out, j->req.version, j->status, &j->err, &j->out,
								  j->object_fd, &lim);
	if (err != WIRE_OK)
		job_wire_failed(j, err, "while the result was sent");
}

static void
report(const struct job *j)
{
	struct report r = {
		.client = j->peer->text,
		.outcome = j->outcome,
		.status = j->status,
		.ret = j->ret,
		.ms = clock_ms() - j->began,
		.compiler = j->req.argv.n > 0 ? j->req.argv.v[0] : NULL,
		.source = j->source,
	};

	report_log(&r);
}

void
job_serve(const struct server *s, struct peer *peer, int ticket)
{
	struct job j;
	bool closed;

	job_init(&j, s, peer, ticket);
	if (!peer_wait(peer, job_head_ms(&j), &closed) && closed) {
		log_debug("%s: connected and left", peer->text);
	} else {
		if (classic_serve(&j))
			answer(&j);
		report(&j);
		sock_cork(peer->out, false);
	}
	job_free(&j);
	peer_close(peer);
	if (jobsig_stopped())
		jobsig_quit();
}
