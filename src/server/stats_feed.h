/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the processes of jobs tell the parent what came of them: a pipe of records, each written at once.  Who cannot write, because the
 * parent is busy, does not wait: that job is not counted.
 */
#ifndef SERVER_STATS_FEED_H
#define SERVER_STATS_FEED_H

#include <stdbool.h>

#include "server/report.h"
#include "server/stats.h"

/* In the parent, before the first fork.  False with errno; then nothing is counted. */
bool stats_feed_open(void);
/* Where records arrive, to be polled; -1: it is not open. */
int stats_feed_fd(void);
/* The next record; false: none is there.  What is in it may be anything a process of ours could be made to write. */
bool stats_feed_take(struct stats_job *job);

/* In a child: it will not read. */
void stats_feed_leave(void);
/* Nothing happens if it is not open. */
void stats_feed_put(const struct report *r);

#endif
