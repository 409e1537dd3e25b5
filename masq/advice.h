/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to write into make.conf, each line with its reason.  Values in, text out. */
#ifndef MASQ_ADVICE_H
#define MASQ_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "masq/makeconf.h"

struct advice_host {
	const char *label;
	int slots;
	const char *why;	/* it does not answer; NULL: it does, or was not asked */
	bool ssh;		/* cannot be asked */
};

struct advice {
	const struct makeconf *conf;	/* what is there already */
	const struct advice_host *hosts;
	size_t nhosts;
	const char *no_hosts;	/* why there is none; NULL: there is a list */
	int processors;
	long memory_mib;
	bool ccache;		/* it is installed */
	const char *expanded;	/* what -march=native means; NULL: not known */
};

struct advice_jobs {
	int jobs;		/* make's -j */
	int load;		/* make's -l */
	int remote;		/* slots of hosts that can be used */
	int local;		/* jobs this machine is good for */
	bool memory_bound;	/* it could be more with more memory */
};
void advice_jobs(const struct advice *a, struct advice_jobs *out);

/* Lines for make.conf, the last one with its newline.  The caller frees. */
char *advice_text(const struct advice *a);

#endif
