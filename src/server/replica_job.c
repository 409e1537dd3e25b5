/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all parts of a job in replica mode need: how it ends early, signs of life, its outputs. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/util.h"
#include "server/replica_part.h"

/* A sign of life must go out at once or not at all. */
#define BEAT_LIMIT_MS 1000

void
replica_job_nope(struct replica_job *r, enum p4_nope code, enum outcome outcome, int ret, const char *fmt, ...)
{
	va_list ap;
	char why[1024];

	if (r->refused)
		return;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	r->refused = true;
	r->code = code;
	r->reason = xstrdup(why);
	r->j->outcome = outcome;
	r->j->ret = ret;
	r->j->status = 0;
	/* what the daemon has said at its start, and what is the client's affair, is no news with each job */
	if (outcome == ASKED || code == P4_NOPE_SANDBOX || code == P4_NOPE_DENIED || code == P4_NOPE_TOOLCHAIN || code == P4_NOPE_CHANGED ||
	    code == P4_NOPE_PRECOMPILED)
		log_info("%s: %s", r->j->peer->text, why);
	else
		log_warnx("%s: %s", r->j->peer->text, why);
}

enum outcome
replica_job_outcome(const struct replica_job *r)
{
	if ((r->req.flags & P4_ASKS) != 0)
		return ASKED;
	return r->result.status == 0 ? COMPILE_OK : COMPILE_ERROR;
}

bool
replica_job_violation(struct replica_job *r, enum wire_err err, const char *where)
{
	job_wire_failed(r->j, err, where);
	if (r->j->ret == EXIT_PROTOCOL_ERROR) {
		free(r->reason);
		r->refused = true;
		r->code = P4_NOPE_PROTOCOL;
		r->reason = xasprintf("%s %s", wire_strerror(err), where);
	} else {
		r->refused = false;	/* there is nobody to tell */
	}
	return false;
}

void
replica_job_beat(void *replica, struct peer *peer)
{
	struct io_limit lim = {BEAT_LIMIT_MS, 0};
	struct replica_job *r = replica;
	int64_t now = clock_ms();
	struct buf b = BUF_INIT;

	if (now - r->last_beat < P4_BEAT_MS - BEAT_LIMIT_MS)
		return;
	r->last_beat = now;
	p4_add_beat(&b);
	/* a client that has gone is noticed by who calls */
	(void)p4_flush(peer->out, &b, &lim);
	buf_free(&b);
}

int
replica_job_open_output(const struct replica_job *r, const struct replica_job_output *o)
{
	struct sandbox_output in_sandbox = {.name = o->name, .mode = o->mode, .size = o->size};

	return o->stored ? store_read(r->store, &o->digest) : sandbox_output_open(&r->sandbox, &in_sandbox);
}

void
replica_job_forget_result(struct replica_job *r)
{
	for (size_t i = 0; i < r->n_outputs; i++)
		free(r->outputs[i].name);
	free(r->outputs);
	r->outputs = NULL;
	r->n_outputs = 0;
	p4_result_free(&r->result);
}
