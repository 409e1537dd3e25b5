/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of one entry per line: "#" begins a comment, blanks around an entry and empty lines do not count. */
#ifndef SERVER_LISTFILE_H
#define SERVER_LISTFILE_H

#include "base/strv.h"

/* Append the entries of path.  0; -1 with errno, nothing appended. */
int listfile_read(const char *path, struct strv *entries);

#endif
