/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of a system that may lie in a directory of ours: links in it that name absolute files mean files below root.
 * root is "" (this system) or a path without a slash at its end; paths are given with the root in front.
 */
#ifndef MASQ_INROOT_H
#define MASQ_INROOT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/strv.h"

/* What the link path names, root in front.  NULL with errno (EINVAL: no link).  The caller frees. */
char *inroot_step(const char *root, const char *path);

/* stat(2) of the end of the links path begins.  0, or -1 with errno. */
int inroot_stat(const char *root, const char *path, struct stat *st);

/* A regular file that somebody may execute. */
bool inroot_is_exec(const char *root, const char *path);

/* Does test hold for the base name of a file that path leads to by links?  path itself does not count; the end need not exist. */
bool inroot_leads(const char *root, const char *path, bool (*test)(const char *name));

/* The names in a directory but "." and "..", sorted; none if it cannot be read. */
void inroot_list(const char *dir, struct strv *names);

#endif
