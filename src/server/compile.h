/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Run one compiler, and watch that its client stays. */
#ifndef SERVER_COMPILE_H
#define SERVER_COMPILE_H

#include <stdint.h>

#include "base/proc.h"
#include "server/peer.h"

enum compile_end {
	COMPILE_ENDED,		/* *status is its wait status */
	COMPILE_NO_START,	/* errno says why */
	COMPILE_CLIENT_GONE,
	COMPILE_TOO_LONG,
	COMPILE_STOPPED,	/* we were told to stop */
};

struct compile {
	const char *path;
	char *const *argv;
	struct proc_io io;		/* new_group must be set */
	int64_t until_ms;		/* clock_ms value; 0: no limit */
	void (*started)(void *arg, pid_t group);	/* NULL: nobody wants to know */
	void *arg;
};

/*
 * Whatever the end, the compiler's process group is dead afterwards.  Call with signals deferred (jobsig).
 */
enum compile_end compile_run(const struct compile *c, struct peer *peer, int *status);

#endif
