/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks for servers, many at a time and within a time (what lsdistcc does). */
#ifndef CLIENT_SEEK_H
#define CLIENT_SEEK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "client/seek_host.h"
#include "client/seek_opts.h"
#include "client/seek_result.h"

#define SEEK_AT_ONCE 128	/* a process and a descriptor each */
#define SEEK_NAMES_MAX 10000	/* of a format: where every name exists, another one ends nothing */

/* Start with a zeroed struct, and seek_free afterwards. */
struct seek {
	struct seek_host *hosts;
	struct seek_result *results;	/* of each host */
	size_t n;

	struct seek_running {
		pid_t pid;
		int fd;
		size_t host;
		int64_t known_ms;	/* when its name was known; 0: not yet */
	} running[SEEK_AT_ONCE];
	size_t n_running, begun, asked, missing;
};

/* One more host to look at; takes what h owns. */
void seek_add(struct seek *s, const struct seek_host *h);

/*
 * Look at all hosts, or, with a format (else NULL; it must be one), at those with its names from 1 on, until until_ms (clock_ms).  What is not known by then
 * is as it would be if the host had not answered.  False with errno: no process could be started.
 */
bool seek_run(struct seek *s, const struct seek_opts *o, const char *format, const char *domain, int64_t until_ms);

/* As many names may be missing before a format ends. */
size_t seek_allowed(const struct seek_opts *o);

void seek_free(struct seek *s);

#endif
