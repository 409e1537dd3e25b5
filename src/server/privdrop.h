/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Give up root, for good. */
#ifndef SERVER_PRIVDROP_H
#define SERVER_PRIVDROP_H

#include <pwd.h>
#include <stdbool.h>

/*
 * As root: become user, or if that is NULL the first that exists of "distcc", "distccd" and "nobody"; HOME, USER and
 * LOGNAME follow.  Not root: stay.  Either way nothing we run can gain privileges.  False, the reason logged, if it
 * cannot be done or would leave us root.
 */
bool privdrop(const char *user);

/* The user that would be, name, ids and home directory; NULL if there is none.  As with getpwnam, the next call overwrites it. */
const struct passwd *privdrop_user(const char *user);

#endif
