/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Run one compiler, and watch that its client stays. */
#ifndef SERVER_COMPILE_H
#define SERVER_COMPILE_H

#include <stdint.h>

#include "base/proc.h"
#include "server/cgroup.h"
#include "server/confine.h"
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
	const struct confine *confine;	/* NULL: it may do what we may */
	const struct cgroups *cgroups;	/* limits, with confine only; NULL: none */
	int64_t until_ms;		/* clock_ms value; 0: no limit */
	void (*started)(void *arg, pid_t group);	/* NULL: nobody wants to know */
	void *arg;
};

/* What a running process is watched for. */
struct compile_watch {
	int64_t until_ms;		/* clock_ms value; 0: no limit */
	void (*idle)(void *arg, struct peer *peer);	/* called about every second; NULL: nobody wants to know */
	void *arg;
};

/*
 * Wait for the child process pid to end (it is left to be waited for), or for a reason to end it: its client has gone (unless peer is
 * NULL), its time is over, we were told to stop.  Call with signals deferred.
 */
enum compile_end compile_watch(pid_t pid, const struct compile_watch *w, struct peer *peer);

/*
 * Whatever the end, the compiler's process group is dead afterwards.  Call with signals deferred (jobsig).
 */
enum compile_end compile_run(const struct compile *c, struct peer *peer, int *status);

#endif
