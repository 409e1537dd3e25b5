/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/job.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/classic.h"
#include "server/jobsig.h"
#include "server/jobstate.h"
#include "server/replica.h"
#include "wire/proto4.h"
#include "wire/reply.h"

/* Up to the last argument; of protocol 4 only its first token. */
static bool
read_head(struct job *j)
{
	struct io_limit lim = {-1, j->began + job_head_ms(j)};
	enum wire_err err = request_read_head(j->peer->in, &j->req, &lim);

	j->peer->version = j->req.version;
	if (err == WIRE_OK || (err == WIRE_VERSION && j->req.version == PROTO_REPLICA))
		return true;
	job_wire_failed(j, err, "in the head of the request");
	return false;
}

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
		.mode = j->mode,
	};

	report_log(&r);
}

void
job_serve(const struct server *s, struct peer *peer, int ticket)
{
	struct replica_job *replica = NULL;
	struct job j;
	bool closed;

	job_init(&j, s, peer, ticket);
	if (!peer_wait(peer, job_head_ms(&j), &closed) && closed) {
		log_debug("%s: connected and left", peer->text);
	} else {
		if (read_head(&j)) {
			if (j.req.version == PROTO_REPLICA)
				replica = replica_job_serve(&j);
			else if (classic_serve(&j))
				answer(&j);
		}
		report(&j);
		sock_cork(peer->out, false);
	}
	peer_close(peer);
	replica_job_end(replica);
	job_free(&j);
	if (jobsig_stopped())
		jobsig_quit();
}
