/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What running clients are doing, as their records tell: ours and those of stock's clients (client/state_record). */
#ifndef CLIENT_MONITOR_H
#define CLIENT_MONITOR_H

#include <stddef.h>
#include <sys/types.h>

#include "client/state_record.h"

struct monitor_job {
	struct state_record record;
	pid_t pid;	/* as this process would call it, where that is known */
};

/* Start with a zeroed struct; monitor_free afterwards, which makes it one again. */
struct monitor {
	struct monitor_job *v;
	size_t n;
};

/*
 * Add the jobs of the records in dir, a "state" directory; one that is missing or not readable has none.  Records of processes
 * that have gone, and of jobs that are done, are passed over.  Nothing is changed there.
 */
void monitor_read(struct monitor *m, const char *dir);
/* By host, then by slot. */
void monitor_sort(struct monitor *m);
void monitor_free(struct monitor *m);

/* A line as stock's distccmon-text has it (shared facts 2.3), without its end; the caller frees. */
char *monitor_line(const struct monitor_job *j);

#endif
