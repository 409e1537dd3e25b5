/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A word that changes when a file does: device, inode, size, times. */
#ifndef SERVER_FILESTAMP_H
#define SERVER_FILESTAMP_H

#include <stdbool.h>
#include <sys/stat.h>

#define FILESTAMP_MAX 112

void filestamp_of(const struct stat *st, char out[FILESTAMP_MAX]);
/* Of the file that path leads to.  False with errno. */
bool filestamp_at(const char *path, char out[FILESTAMP_MAX]);
/* Whether it is what it was. */
bool filestamp_holds(const char *path, const char *stamp);

#endif
