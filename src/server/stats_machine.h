/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the machine says of itself, for the statistics (proc(5)). */
#ifndef SERVER_STATS_MACHINE_H
#define SERVER_STATS_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/stats.h"

/* KiB moved from and to disks since the start, by the text of /proc/vmstat; -1: it does not tell. */
int64_t stats_machine_io(const char *vmstat);
/* Load and run queue by the text of /proc/loadavg. */
void stats_machine_load(const char *loadavg, struct stats_now *n);
/* Name, state, and memory in pages by the text of /proc/PID/stat.  False: it is none. */
bool stats_machine_process(const char *stat, char name[32], char *state, long *pages);

/* All but max_jobs, running, waiting and io_kib_s.  dir: where jobs are made.  Looks at every process: a few milliseconds. */
void stats_machine_look(const char *dir, struct stats_now *n);

#endif
