/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Look for volunteers, and keep the file that clients read. */
#ifndef ZEROCONF_AVAHI_BROWSE_H
#define ZEROCONF_AVAHI_BROWSE_H

#include "zeroconf/hostsfile.h"

/* Until nobody uses the file any more; there must be one.  type: what to look for (txt_subtype, TXT_TYPE). */
void avahi_browse_run(struct hostsfile *file, const char *type);

#endif
