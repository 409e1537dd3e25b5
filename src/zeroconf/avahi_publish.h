/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Announce this machine as a volunteer, under a name that nobody else on the network has. */
#ifndef ZEROCONF_AVAHI_PUBLISH_H
#define ZEROCONF_AVAHI_PUBLISH_H

#include "zeroconf/txt.h"

/* For ever, through restarts of Avahi; what happens is logged.  Returns only without memory. */
void avahi_publish_run(int port, long jobs, const struct txt_compiler *cc);

#endif
