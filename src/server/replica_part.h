/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of replica share. */
#ifndef SERVER_REPLICA_PART_H
#define SERVER_REPLICA_PART_H

#include "cas/actions.h"
#include "cas/store.h"
#include "cas/tree.h"
#include "server/jobtree.h"
#include "server/replica.h"
#include "server/sandbox.h"
#include "server/toolchains.h"
#include "server/treepool.h"
#include "wire/proto4.h"

/* A file the command has written. */
struct replica_job_output {
	char *name;		/* absolute */
	unsigned mode;
	uint64_t size;
	bool stored;		/* in the store, by this digest; else in the sandbox */
	struct digest digest;
};

struct replica_job {
	struct job *j;
	struct store *store;	/* NULL: there is none, and the job is refused */
	struct p4_request req;	/* but argv, which is j->req's */
	struct tree tree;
	struct pooltree pooltree;	/* where it is laid out */
	struct jobtree_plan plan;
	bool laid_out;
	uint32_t *want;		/* what is missing */
	size_t n_want;
	int large_lock;		/* store_lock_large; else -1 */
	bool timed;		/* a file of the tree names __DATE__ or the like */

	bool refused;		/* with this NOPE */
	enum p4_nope code;
	char *reason;

	struct toolchain *tool;
	struct sandbox sandbox;
	struct replica_job_output *outputs;
	size_t n_outputs;
	struct p4_result result;
	int out_fd, err_fd;
	bool complete;		/* the client has the whole result */

	bool deferred;		/* signals are */
	int64_t last_beat;	/* clock_ms */
	long running;		/* jobs at once; 0: unknown */
	int64_t queue_ms, compile_ms;

	struct digest action;
	const char *cache;	/* for INFO: "hit", "miss", "off" */
};

/* replica_job.c */

/* Refuse the job politely: the first reason counts.  outcome and ret are for the log. */
void replica_job_nope(struct replica_job *r, enum p4_nope code, enum outcome outcome, int ret, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* What the log says of a compiler that has ended with r->result. */
enum outcome replica_job_outcome(const struct replica_job *r);

/* What could not be read: NOPE if it is a violation, nothing if the client has gone.  Always false. */
bool replica_job_violation(struct replica_job *r, enum wire_err err, const char *where);

/* A sign of life if it is time for one; as sandbox and ticket call it. */
void replica_job_beat(void *replica, struct peer *peer);

/* For reading; -1 with errno. */
int replica_job_open_output(const struct replica_job *r, const struct replica_job_output *o);
void replica_job_forget_result(struct replica_job *r);

/* replica_take.c: False: nothing more can be read; refused or not. */
bool replica_job_take_request(struct replica_job *r);
bool replica_job_take_first(struct replica_job *r);
/* Say what is missing, and take it. */
bool replica_job_take_missing(struct replica_job *r);

/* replica_run.c: with signals deferred.  False: nobody waits for an answer. */
bool replica_job_run(struct replica_job *r);

/* replica_cache.c */
void replica_job_find_action(struct replica_job *r);
/* Whether the result is known: result and outputs are filled in. */
bool replica_job_known(struct replica_job *r);
/* After the result has been sent. */
void replica_job_remember(struct replica_job *r);

#endif
