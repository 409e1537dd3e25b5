/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directory where a daemon keeps files beyond a job. */
#ifndef SERVER_CACHEDIR_H
#define SERVER_CACHEDIR_H

#include "server/dconf.h"

/*
 * Which it is: --cache-dir; for root CACHEDIR/distccd; for others $CACHE_DIRECTORY (of systemd), $XDG_CACHE_HOME/distccd or
 * ~/.cache/distccd.
 * NULL: there is no home.  The caller frees.  As root (before root is given up) a directory that is missing is made, and
 * given to the user that the daemon will be.
 */
char *cachedir_prepare(const struct dconf *conf);

#endif
