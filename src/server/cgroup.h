/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits of jobs by control groups (version 2), where a part of that hierarchy was delegated to the daemon: the service manager's
 * mark (systemd's Delegate=yes), a group that belongs to the daemon's user, or one named by --cgroup.
 *
 *	GROUP/distccd		the daemon and its children
 *	GROUP/job.N		what a job runs; kept for the next one, locked by the job that has it
 */
#ifndef SERVER_CGROUP_H
#define SERVER_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cgroups {
	int dir;		/* GROUP; -1: there is none */
	uint64_t memory;	/* bytes for a job */
	int processes;		/* for a job, its threads too */
	long nice;		/* its weight, as if by nice(1) */
	char *in_force;		/* in words, for the log; NULL: nothing */
	char *why;		/* there is none, in words */
};


#define CGROUPS_INIT {.dir = -1}

/*
 * Before root is given up: move this process into the delegated group and hand that over to uid and gid.  named: --cgroup, or NULL.
 * memory, processes and nice are set before.  False: named cannot be used; logged.  cgroups_free afterwards.
 */
bool cgroups_take(struct cgroups *c, const char *named, uid_t uid, gid_t gid);
void cgroups_free(struct cgroups *c);

/* The group of one job. */
struct cgroup_job {
	int dir;		/* to be born into (sandbox_fork); -1: it has none */
	int above, n;		/* GROUP/job.n */
};

#define CGROUP_JOB_INIT {.dir = -1}

/* Get an empty one with its limits.  What cannot be had is done without. */
void cgroup_job_begin(const struct cgroups *c, struct cgroup_job *j);

/* Kill what is left in it, and wait for its end (a second at most). */
void cgroup_job_end(struct cgroup_job *j);

/* At the start and the end of the daemon: kill what is in groups that nobody holds, and remove them. */
void cgroups_sweep(const struct cgroups *c);

#endif
