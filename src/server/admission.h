/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose job runs next, and whether one more may run.  Values in, values out. */
#ifndef SERVER_ADMISSION_H
#define SERVER_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/access.h"

struct admission_entry {
	unsigned char key[ACCESS_KEY_LEN];	/* the client's address */
	uint64_t turn;
	int id;
};

/* Waiting jobs: clients (by address) take turns, the jobs of one client go in order of arrival. */
struct admission {
	struct admission_entry *v;	/* in order of arrival */
	size_t n, cap;
	uint64_t turns;
};

#define ADMISSION_INIT {0}

void admission_wait(struct admission *a, const unsigned char key[ACCESS_KEY_LEN], int id);
/* It waits no longer; nothing happens if it did not. */
void admission_forget(struct admission *a, int id);
/* Whose turn it is: removed and returned.  -1 if nobody waits. */
int admission_next(struct admission *a);
void admission_free(struct admission *a);

/* The memory a job that has just begun is expected to take. */
#define ADMISSION_JOB_MIB 128

/*
 * One more job may run.  young: how many of the running ones began just now, so that their memory still counts as
 * available.  available_mib: -1 if unknown.  One job may always run.
 */
bool admission_room(long jobs, long running, long young, long available_mib);

/* MemAvailable of the text of /proc/meminfo, in MiB; -1 if it is not there. */
long admission_available(const char *meminfo);

#endif
