/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small files of lines that the daemon writes for itself: replaced as a whole, ignored when their first line is another. */
#ifndef SERVER_LINEFILE_H
#define SERVER_LINEFILE_H

#include <stdbool.h>

#include "base/strv.h"

/* The lines behind head, appended to lines.  False, nothing appended: not there, not readable, of another version, cut off. */
bool linefile_read(const char *path, const char *head, struct strv *lines);
/* Atomic.  0, or -1 with errno. */
int linefile_write(const char *path, const char *head, const struct strv *lines);

/* Field n (from 0) of a line, fields being separated by tabs; NULL without it.  The caller frees. */
char *linefile_field(const char *line, unsigned n);

#endif
