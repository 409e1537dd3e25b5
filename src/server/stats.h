/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a daemon with --stats tells of itself: counters, averages of the last 1, 5 and 15 minutes, and the text that holds them.
 * Values in, values out; times are of clock_ms.
 */
#ifndef SERVER_STATS_H
#define SERVER_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "server/report.h"

#define STATS_NAME 128
#define STATS_SLOT_MS 5000
#define STATS_SLOTS 180		/* 15 minutes */

/* One job that has ended, as its process tells the parent.  Names are printable. */
struct stats_job {
	enum outcome outcome;
	int64_t ms;
	bool replica, known;	/* mode; its result came from the action cache */
	char compiler[STATS_NAME], source[STATS_NAME];
};

struct stats {
	int64_t began, seen;	/* when it began, and up to when running is counted */
	long running;		/* since then */
	uint64_t accepted;
	uint64_t outcomes[OUTCOMES];
	uint64_t replica, known;
	struct stats_job longest;
	struct {
		int64_t number;		/* of these STATS_SLOT_MS since began */
		uint64_t compiles;
		int64_t busy_ms;	/* sum over all jobs that ran in it */
	} slot[STATS_SLOTS];
};

/* What counts at the moment of the question. */
struct stats_now {
	long max_jobs, running, waiting;
	double load[3];
	long run_queue;		/* processes that want to run; load and this are -1 where unknown */
	long blocked;		/* processes that wait for a disk */
	long max_rss_kib;
	char max_rss_name[32];	/* of the largest process of this machine */
	long io_kib_s;		/* moved from and to disks; -1: unknown */
	long free_mib;		/* in the directory of jobs; -1: unknown */
};

void stats_init(struct stats *s, int64_t now);
/* A connection was accepted. */
void stats_accepted(struct stats *s);
/* From now on so many jobs run. */
void stats_running(struct stats *s, int64_t now, long running);
/* The outcome may be any number: what is none is not counted. */
void stats_ended(struct stats *s, int64_t now, const struct stats_job *job);

/* Jobs that ran at once, on average over the last minutes, or since the beginning if that is less; up to stats_running's last. */
double stats_average(const struct stats *s, int64_t now, int minutes);
/* Compiles that ended within them. */
uint64_t stats_compiles(const struct stats *s, int64_t now, int minutes);

/* Append the text: the lines of stock distccd --stats, in its order, and after them ours. */
void stats_text(const struct stats *s, int64_t now, const struct stats_now *n, struct buf *out);

#endif
