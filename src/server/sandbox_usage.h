/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much all processes of a pid namespace use, by its /proc. */
#ifndef SERVER_SANDBOX_USAGE_H
#define SERVER_SANDBOX_USAGE_H

#include <stdbool.h>
#include <stdint.h>

struct usage_limit {
	uint64_t memory;	/* resident bytes, pages of several processes counted for each; 0: no limit */
	int processes;		/* threads counted, process 1 not */
};

/* proc: "/proc".  False if it cannot be read. */
bool usage_exceeded(const char *proc, const struct usage_limit *max);

#endif
