/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One job in progress: what the ways to run one share. */
#ifndef SERVER_JOBSTATE_H
#define SERVER_JOBSTATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/strv.h"
#include "server/jobdir.h"
#include "server/peer.h"
#include "server/report.h"
#include "server/server.h"
#include "wire/request.h"

struct job {
	const struct server *s;
	struct peer *peer;
	int ticket;		/* ticket.h; -1: nobody need be asked */
	int64_t began;		/* clock_ms */
	struct request req;
	struct strv argv;	/* what is run */
	char *compiler;		/* the file argv[0] leads to */
	const char *source;	/* as the client calls it; in req */
	char *source_path, *object_path;	/* in dir */
	struct jobdir dir;
	const char *source_file;	/* registered: a signal removes it, as dir must be empty to go */

	const char *mode;	/* for the log; NULL: classic */
	enum outcome outcome;
	int status, ret;
	bool refused;		/* nothing is compiled; the client is told in err */
	struct buf err, out;
	int object_fd;		/* -1: none */
};

void job_init(struct job *j, const struct server *s, struct peer *peer, int ticket);
/* Also removes the private directory. */
void job_free(struct job *j);

/* From the connection to the last argument. */
int job_head_ms(const struct job *j);
/* For a body of that size, from now on: no long pause, and not slower than anybody's line. */
struct io_limit job_body_limit(const struct job *j, uint64_t bytes);

/* The client gets no answer.  The reason goes to the log: a warning unless the client has just gone away. */
void job_give_up(struct job *j, enum outcome outcome, int ret, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The same, in words for err; where: "in the source"... */
void job_wire_failed(struct job *j, enum wire_err err, const char *where);
/* The client gets an answer: our exit code as the compiler's status, and the reason on its stderr. */
void job_refuse(struct job *j, enum outcome outcome, int code, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
