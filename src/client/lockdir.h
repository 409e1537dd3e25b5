/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small files in DISTCC_DIR/lock and DISTCC_DIR/state, and others that several users write.  Other users of a group
 * (Portage's root and portage) and other programs create, chmod and remove them under us at any time.
 *
 * What is made here has the mode that umask leaves.  But in a directory that is setgid and writable for its group, it is
 * writable for the group as well, since that is what such directories are for; and a file that root makes belongs to
 * the owner of the directory.
 */
#ifndef CLIENT_LOCKDIR_H
#define CLIENT_LOCKDIR_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Open dir/name for reading and writing, making it and the directory if they are missing; a link
 * is not followed, and a file that another user left unwritable is replaced if the directory allows it.
 * fresh: always a new file, so that nothing somebody else put there is written to.
 * Descriptor (close-on-exec), or -1 with errno.
 */
int lockdir_open(const char *dir, const char *name, bool fresh);

/*
 * Open path for appending, making it if it is missing, but not its directory.  A link is not followed; what is no
 * regular file (EINVAL) or has max bytes already (EFBIG) is left alone.  Descriptor (close-on-exec), or -1 with errno.
 */
int lockdir_append(const char *path, off_t max);

#endif
