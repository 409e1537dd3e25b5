/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Portage on this machine, or on the one below a root: its configuration, and what a helper for it must know. */
#ifndef MASQ_PORTAGE_H
#define MASQ_PORTAGE_H

#include "masq/command.h"
#include "masq/portconf.h"

struct portage {
	const struct command_conf *c;
	char *root;			/* PORTAGE_CONFIGROOT, or that of c */
	struct portconf conf;
	struct command_hosts hosts;	/* those that a build would use */
	bool hosts_seen;		/* Portage's builds have that list; else it is the user's own */
	bool ccache;			/* it is installed */
	char *expanded;			/* what -march=native means, if that is in use; NULL: not known */
};

/* portage_free in every case. */
void portage_look(struct portage *p, const struct command_conf *c);
void portage_free(struct portage *p);

#endif
