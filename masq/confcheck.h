/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with a make.conf, as far as distcc is concerned: the mistakes people make.  Values in, findings out. */
#ifndef MASQ_CONFCHECK_H
#define MASQ_CONFCHECK_H

#include <stdbool.h>

#include "masq/check.h"
#include "masq/makeconf.h"

struct confcheck {
	const struct makeconf *conf;
	int slots;		/* of the list of hosts; 0: not known */
	bool hosts_for_portage;	/* there is a list that Portage's builds see */
	bool hosts_elsewhere;	/* there is one that they do not see, in somebody's home */
	bool ccache;		/* it is installed */
	const char *masq;	/* the directory of links */
	const char *shadow;	/* a directory that Portage takes instead of it; NULL: none */
	const char *expanded;	/* what -march=native means; NULL: not known */
};

void confcheck(struct findings *f, const struct confcheck *in);

/* The number behind -j (dflt if there is none behind it) or -l in make's options; -1 without that option. */
int confcheck_number(const char *makeopts, char option, int dflt);

#endif
