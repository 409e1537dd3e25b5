/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that must not outlive us.  A name is registered before the file is
 * made, and forgotten after it was renamed or removed; tmp_cleanup removes
 * what is left and is safe in a signal handler.
 */
#ifndef BASE_TMP_H
#define BASE_TMP_H

#include <stdbool.h>

/* TMPDIR if set, not empty and absolute, else /tmp. */
const char *tmp_dir(void);
/* "DIR/name": in tmp_dir, or in /tmp if nothing can be made there, as compilers do.  The caller frees. */
char *tmp_prefix(const char *name);

/*
 * Make a file "<path-prefix>XXXXXX<suffix>" (O_EXCL, 0600, close-on-exec) and register
 * it.  Returns the descriptor and the name in *name (owned by the registry, valid
 * until tmp_forget/tmp_remove), or -1 with errno.
 */
int tmp_create(const char *prefix, const char *suffix, const char **name);
/*
 * The same with a name that is always the same, so that what a killed process has left there is used again.  The file is empty, and ours as
 * long as the descriptor (which has a lock) is open: close it after tmp_remove, or after renaming the file.  -1: somebody works with it,
 * it is none of our user's, or the file system has no locks (nothing is left there then); then tmp_create.
 */
int tmp_claim(const char *path, const char **name);
/* Make a directory "<prefix>XXXXXX", 0700, registered.  NULL with errno. */
const char *tmp_create_dir(const char *prefix);
/* Register a file that somebody else makes.  NULL when out of memory or slots. */
const char *tmp_register(const char *path);
/* No longer ours: it was renamed, or it shall stay.  name is freed. */
void tmp_forget(const char *name);
/* Remove it now (a directory with all that is in it) and forget it. */
void tmp_remove(const char *name);
/* Remove everything registered (directories recursively, unless from_signal: then only files and empty directories). Async-signal-safe when from_signal. */
void tmp_cleanup(bool from_signal);
/* Remove a tree without following links.  0, or -1 with errno of the first failure. */
int tmp_remove_tree(const char *path);

#endif
