/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The volunteers of "+zeroconf".  A program in the background, one for each DISTCC_DIR, looks for them and keeps
 * DISTCC_DIR/zeroconf/hosts; it ends when nobody has read that file for some minutes.  It may be ours (distcc-zeroconf) or
 * stock's: whoever holds DISTCC_DIR/zeroconf/lock writes the file, and the file is the same.
 */
#ifndef CLIENT_ZEROCONF_H
#define CLIENT_ZEROCONF_H

#include "client/discovered.h"

/* The program.  DISTCC_ZEROCONF names another one. */
const char *zeroconf_helper(void);

/*
 * Read the file; without a helper start one, and wait for its answer for some seconds at most.  dir: DISTCC_DIR, NULL
 * without.  Without any host d->why says why, if it is more than that nobody is there.  discovered_free.
 */
void zeroconf_find(const char *dir, struct discovered *d);

#endif
