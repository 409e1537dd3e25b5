/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For client/build*.c alone: a job on its way, and what the parts of that way ask of each other. */
#ifndef CLIENT_BUILD_PART_H
#define CLIENT_BUILD_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "client/attempt.h"
#include "client/build.h"
#include "client/hostlist.h"
#include "client/pick.h"
#include "client/replica.h"

struct build {
	const struct conf *conf;
	const struct ccname *cc;
	const struct args *args;
	char *const *argv;
	const char *subject;
	int64_t began_ms;
	struct hostlist hosts;
	struct replica replica;
	bool was_replica;	/* the result is that of a volunteer's replica job */
	struct args configured;	/* client/configured, once job.sent is known */
	int failures;
	int64_t lost_ms;
	bool silent;		/* the host being tried has not answered in protocol 4, and never has */
	int failure_code;	/* of the last failure; with DISTCC_FALLBACK=0 it is ours */
};

/* build_note.c: what is said and remembered. */

/* Compile here, held (or NULL) being a slot of this machine's that the job has.  The exit status. */
int build_here(const struct build *b, const char *why, const struct slot *held);
/* For the journal: compiled here in so many milliseconds; or what a host has done wrong. */
void build_note_here(const struct build *b, const char *why, int64_t wall_ms);
void build_note_trouble(const struct build *b, const char *host, const char *why);
/* The job could not be compiled on host: one line on stderr for a job, however many hosts fail it. */
void build_report_failure(struct build *b, const char *host, const char *why);
/* The same when the connection broke or nonsense came, with what follows for the host. */
void build_note_fault(struct build *b, struct pick *p, const char *host, const char *why, int exit_code, enum socks_blame blame);
/* Messages of a compile elsewhere, when they are the final ones. */
void build_print(const struct buf *out, const struct buf *err);

/* build_classic.c: try p's host in classic mode.  True: the job has ended with *status; false: b->failures has grown, if it failed. */
bool build_try_classic(struct build *b, struct pick *p, const char *host, const struct hostspec *h, struct job *job, int *status);

/* build_replica.c: the same in replica mode.  What follows from it: */
enum build_next {
	BUILD_ENDED,		/* the job has, with *status */
	BUILD_CLASSIC,		/* classic mode may do on this host */
	BUILD_NEXT_HOST,
};
enum build_next build_try_replica(struct build *b, struct pick *p, const char *host, const struct hostspec *h, int *status);

/*
 * build_told.c: ccache will keep the object for the inputs that distcc-cpp has told it.  If one has changed since, the object goes away:
 * then ccache keeps nothing, and calls us once more.
 */
void build_check_told(const struct build *b, int status);

#endif
