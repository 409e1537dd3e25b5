/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One try to have a job compiled by one volunteer.  Says what came of it; what follows from that is for build. */
#ifndef CLIENT_ATTEMPT_H
#define CLIENT_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "client/ccname.h"
#include "client/conf.h"
#include "client/cpp.h"
#include "client/hostspec.h"
#include "client/output.h"
#include "client/socks.h"
#include "compiler/args.h"
#include "wire/reply.h"

/* The job, and what one attempt leaves for the next: the preprocessed text. */
struct job {
	const struct conf *conf;
	const struct ccname *cc;
	const struct args *args;
	const struct args *sent;	/* what the volunteer's command is made of: args, or client/configured; NULL: not known yet */
	const char *wire_name;	/* the compiler as volunteers know it */
	int cpp_slots;
	bool messages_final;	/* a success with messages is taken as it is */

	struct cpp cpp;
	bool have_text;
	struct output deps;	/* the dependency file, written by the preprocessor */
};

enum attempt_end {
	ATTEMPT_DONE,		/* the outputs are in place */
	ATTEMPT_STAYS,		/* this job must be compiled here (why); the host has no part in it */
	ATTEMPT_FAULT,		/* no connection, or it broke, or nonsense came (why) */
	ATTEMPT_REFUSED,	/* the volunteer cannot: status and messages in reply */
	ATTEMPT_MESSAGES,	/* compiled, but with messages; the outputs were not taken */
	ATTEMPT_FAILED,		/* the compiler there failed or died: status and messages in reply */
};

struct attempt {
	enum attempt_end end;
	int exit_code;		/* ATTEMPT_FAULT: one of base/exitcode.h, */
	enum socks_blame blame;	/* and whose fault */
	char *why;
	struct reply reply;
	uint64_t sent, received;
	int64_t send_ms, wait_ms;
};

/* slot: the number of the one the caller holds on the host.  attempt_free in every case. */
void attempt_run(struct job *job, const struct hostspec *h, int slot, struct attempt *at);
void attempt_free(struct attempt *at);

/* What attempts left in job. */
void job_free(struct job *job);

#endif
