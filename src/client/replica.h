/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A job in replica mode: the volunteer gets the names and digests of all that the compiler may read, runs the very same command in
 * a copy of it, and sends back every file it wrote (man/distcc-protocol.7, protocol 4).
 */
#ifndef CLIENT_REPLICA_H
#define CLIENT_REPLICA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/strv.h"
#include "client/cache.h"
#include "client/earlier.h"
#include "client/ccname.h"
#include "client/conf.h"
#include "client/hostspec.h"
#include "client/inputs.h"
#include "client/socks.h"
#include "client/toolchain.h"
#include "client/words.h"
#include "compiler/args.h"
#include "compiler/outputs.h"

enum replica_state {
	REPLICA_UNKNOWN,	/* not looked at yet */
	REPLICA_READY,
	REPLICA_IMPOSSIBLE,	/* this job cannot go in this mode (why) */
};

/* What is the same for every volunteer that is asked.  replica_init, then it is prepared when first needed. */
struct replica {
	const struct conf *conf;
	const struct ccname *cc;
	const struct args *args;
	char *const *argv;	/* the command, argv[0] as the compiler gets it */
	bool fresh;		/* really run the compiler there: for comparisons */
	bool asks;		/* a question (replica_ask) */

	enum replica_state state;
	char *why;
	struct cache *cache;
	struct inputs in;
	struct native native;	/* of a command with -march=native or the like: one more file of the tree, */
	size_t native_at;	/* its index */
	struct toolchain_id tool;
	struct words words;
	struct outputs outputs;
	struct earlier old;	/* named in the flight, if there is one */
	struct buf flight;	/* the first flight */
};

void replica_init(struct replica *r, const struct conf *conf, const struct ccname *cc, const struct args *a, char *const *argv);
void replica_free(struct replica *r);

/* The cache, opened when first needed; r keeps it. */
struct cache *replica_cache(struct replica *r);

/* Only the identity of the compiler, which tells whether a host is worth asking.  False: the job is not for this mode (r->why). */
bool replica_identify(struct replica *r);

/*
 * What tells the job from others, once, and instead of what follows: identity, inputs (without the links that lead to the compiler), words,
 * outputs.  False: it is not for this mode (r->why).
 */
bool replica_describe(struct replica *r);

/*
 * A question about the job that r describes: another command for the same compiler and the same files, which makes nothing; what it prints is the
 * answer (replica_run: REPLICA_DONE with res->status and res->out, or nobody knows).  argv stays the caller's.  q borrows from r, which must outlive it.  False: it
 * cannot be put (q->why).  replica_ask_free in every case, not replica_free.
 */
bool replica_ask(struct replica *r, char *const *argv, struct replica *q);
void replica_ask_free(struct replica *q);

/* Everything, once.  REPLICA_READY or why not. */
enum replica_state replica_prepare(struct replica *r);

enum replica_end {
	REPLICA_DONE,		/* the compiler's result is final: outputs in place, messages and status below */
	REPLICA_HERE,		/* the job must be compiled here (why); the host has no part in it */
	REPLICA_SUSPECT,	/* it failed there, and that may be the place's fault, or it sent a file that the command does not write (why): compile here; a success here speaks against the host */
	REPLICA_CLASSIC,	/* not this host, but it may take the job in classic mode (why) */
	REPLICA_ELSEWHERE,	/* it has no time (why) */
	REPLICA_FAULT,		/* no connection, or it broke, or nonsense came (why) */
};

struct replica_result {
	enum replica_end end;
	int exit_code;		/* REPLICA_FAULT: one of base/exitcode.h, */
	enum socks_blame blame;	/* and whose fault it is */
	char *why;
	char *stray;			/* REPLICA_SUSPECT: the file that the command does not write; NULL: it failed */
	bool silent;		/* REPLICA_CLASSIC: if it answers in classic mode now, that is all it speaks */
	bool told;		/* why was not known before: say it once */
	int status;		/* REPLICA_DONE, REPLICA_SUSPECT: the compiler's wait status */
	struct buf out, err;	/* what it printed */
	char *info;		/* what the volunteer says of the job, "key=value" lines; NULL if nothing */
	uint64_t sent, received, wanted;
	int64_t wait_ms;
};

/*
 * One try on a host that capability_replica allows; r must be prepared.  slot: the number of the one the caller holds there.
 * replica_result_free in every case.
 */
void replica_run(struct replica *r, const struct hostspec *h, int slot, struct replica_result *res);
void replica_result_free(struct replica_result *res);

#endif
