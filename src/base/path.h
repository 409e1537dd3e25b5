/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of files: pure text, and walks along PATH. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* Behind the last slash; s itself without one. */
const char *path_base(const char *s);
/* The last ".ext" of the base name, with the dot; NULL without one, or if the dot begins the name. */
const char *path_ext(const char *s);
/* Whether path begins with the names of dir, and goes on; by the text alone. */
bool path_is_below(const char *path, const char *dir);
/* Directory part; "." without a slash.  The caller frees. */
char *path_dir(const char *s);
/* The base name without its extension, plus ext.  The caller frees. */
char *path_base_with_ext(const char *s, const char *ext);
/* getcwd of any length; NULL with errno.  The caller frees. */
char *path_cwd(void);
/* A regular executable file (follows links). */
bool path_is_exec(const char *p);
/*
 * The first executable called name in the colon-separated list (an empty word
 * is the current directory).  A name with a slash is returned as it is if
 * executable.  NULL if there is none.  The caller frees.
 */
char *path_find(const char *name, const char *list);
/* Make dir and its missing parents, mode 0777 & ~umask.  0, or -1 with errno. */
int path_mkdirs(const char *dir);
/* dir "/" name; the caller frees. */
char *path_join(const char *dir, const char *name);

#endif
