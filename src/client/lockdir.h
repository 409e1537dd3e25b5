/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small files in DISTCC_DIR/lock and DISTCC_DIR/state, which other users of a group (Portage's root and portage) and
 * other programs create, chmod and remove under us at any time.
 */
#ifndef CLIENT_LOCKDIR_H
#define CLIENT_LOCKDIR_H

#include <stdbool.h>

/*
 * Open dir/name for reading and writing, making it (0666 & ~umask) and the directory if they are missing; a link
 * is not followed, and a file that another user left unwritable is replaced if the directory allows it.
 * fresh: always a new file, so that nothing somebody else put there is written to.
 * Descriptor (close-on-exec), or -1 with errno.
 */
int lockdir_open(const char *dir, const char *name, bool fresh);

#endif
