/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/jobstate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/tmp.h"

/* The source may take longer than this: the client is preprocessing meanwhile. */
#define HEAD_MS 30000

/* The slowest body we wait for, after HEAD_MS: 4 KiB a second. */
#define SLOWEST_BYTES_PER_MS 4u

void
job_init(struct job *j, const struct server *s, struct peer *peer, int ticket)
{
	*j = (struct job){.s = s, .peer = peer, .ticket = ticket, .began = clock_ms(), .dir = JOBDIR_INIT, .object_fd = -1};
}

void
job_free(struct job *j)
{
	jobdir_remove(&j->dir);
	tmp_forget(j->source_file);
	if (j->object_fd != -1)
		close(j->object_fd);
	buf_free(&j->err);
	buf_free(&j->out);
	strv_free(&j->argv);
	free(j->compiler);
	free(j->source_path);
	free(j->object_path);
	request_free(&j->req);
}

int
job_head_ms(const struct job *j)
{
	return j->s->io_timeout_ms < HEAD_MS ? j->s->io_timeout_ms : HEAD_MS;
}

struct io_limit
job_body_limit(const struct job *j, uint64_t bytes)
{
	return (struct io_limit){j->s->io_timeout_ms, clock_ms() + job_head_ms(j) + (int64_t)(bytes / SLOWEST_BYTES_PER_MS)};
}

void
job_give_up(struct job *j, enum outcome outcome, int ret, const char *fmt, ...)
{
	char why[1024];
	va_list ap;

	j->outcome = outcome;
	j->ret = ret;
	if (j->refused)
		j->status = 0;	/* that was for the answer */
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	if (outcome == CLI_DISCONN)
		log_info("%s: %s", j->peer->text, why);
	else
		log_warnx("%s: %s", j->peer->text, why);
}

void
job_refuse(struct job *j, enum outcome outcome, int code, const char *fmt, ...)
{
	char why[1024], host[256] = "";
	va_list ap;

	j->refused = true;
	j->outcome = outcome;
	j->ret = code;
	j->status = code << 8;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	gethostname(host, sizeof(host) - 1);
	buf_addf(&j->err, "distccd on %s: %s\n", host, why);
	log_warnx("%s: %s", j->peer->text, why);
}

void
job_wire_failed(struct job *j, enum wire_err err, const char *where)
{
	switch (err) {
	case WIRE_CLOSED:
	case WIRE_TRUNCATED:
		job_give_up(j, CLI_DISCONN, EXIT_TRUNCATED, "the connection was closed %s", where);
		break;
	case WIRE_TIMEOUT:
		job_give_up(j, REJ_BAD_REQ, EXIT_TIMEOUT, "too slow %s", where);
		break;
	case WIRE_VERSION:
		job_give_up(j, REJ_BAD_REQ, EXIT_PROTOCOL_ERROR, "protocol version %u is asked for; 1, 2 and 4 are served", j->req.version);
		break;
	case WIRE_IO:
		job_give_up(j, OTHER, EXIT_IO_ERROR, "%s %s", wire_strerror(err), where);
		break;
	case WIRE_FILE:
		job_give_up(j, OTHER, EXIT_IO_ERROR, "cannot keep what comes %s: %s", where, wire_strerror(err));
		break;
	case WIRE_NOMEM:
		job_give_up(j, OTHER, EXIT_OUT_OF_MEMORY, "%s %s", wire_strerror(err), where);
		break;
	default:
		job_give_up(j, REJ_BAD_REQ, EXIT_PROTOCOL_ERROR, "not a valid request: %s %s", wire_strerror(err), where);
		break;
	}
}
