/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happens in a job's own namespaces: process 1 sets everything up, starts the command, waits for it. */
#ifndef SERVER_SANDBOX_INSIDE_H
#define SERVER_SANDBOX_INSIDE_H

#include <sys/types.h>

#include "server/sandbox.h"

/* Messages of process 1 to us. */
enum inside_kind {
	INSIDE_READY,	/* all is set up; comes with the descriptor of what will be written */
	INSIDE_FAILED,	/* at that step, with err */
	INSIDE_ENDED,	/* the command, with status */
};

struct inside_report {
	enum inside_kind kind;
	const char *step;	/* a literal: both processes are the same program */
	int err;
	int status;		/* wait status */
	bool proc;		/* READY: there is a /proc */
};

/*
 * Process 1, right after its birth; uid, gid: its user and group as the namespace above has them; report: a SOCK_SEQPACKET socket.  When it ends, the kernel ends whatever
 * the command has left running.
 */
void inside_run(const struct sandbox *sb, uid_t uid, gid_t gid, int report) __attribute__((noreturn));

#endif
