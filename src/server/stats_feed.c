/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/stats_feed.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

static int ends[2] = {-1, -1};

_Static_assert(sizeof(struct stats_job) <= PIPE_BUF, "a record must be written as a whole");

bool
stats_feed_open(void)
{
	return pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0;
}

int
stats_feed_fd(void)
{
	return ends[0];
}

bool
stats_feed_take(struct stats_job *job)
{
	if (ends[0] == -1 || read(ends[0], job, sizeof(*job)) != (ssize_t)sizeof(*job))
		return false;
	job->compiler[STATS_NAME - 1] = job->source[STATS_NAME - 1] = '\0';
	return true;
}

void
stats_feed_leave(void)
{
	if (ends[0] != -1)
		close(ends[0]);
	ends[0] = -1;
}

void
stats_feed_put(const struct report *r)
{
	struct stats_job job;

	if (ends[1] == -1)
		return;
	memset(&job, 0, sizeof(job));
	job.outcome = r->outcome;
	job.ms = r->ms;
	job.replica = r->mode != NULL && starts_with(r->mode, "replica");
	job.known = r->mode != NULL && streq(r->mode, "replica,known");
	report_name(r->compiler, job.compiler, sizeof(job.compiler));
	report_name(r->source, job.source, sizeof(job.source));
	(void)!write(ends[1], &job, sizeof(job));
}
