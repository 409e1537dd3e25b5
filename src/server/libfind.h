/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the system's loader would find a library: RPATH, RUNPATH, ld.so.cache, the usual directories. */
#ifndef SERVER_LIBFIND_H
#define SERVER_LIBFIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "server/elfneeds.h"

struct libfind {
	struct buf cache;	/* of /etc/ld.so.cache; empty: none */
};

void libfind_open(struct libfind *f);
void libfind_close(struct libfind *f);

/*
 * The file for the name in e's list of needed ones; e is of the file at path.  inherited: RPATH of who needed e, or NULL.  *by_path: it was found by RPATH or
 * RUNPATH, so the loader finds it at the same name wherever it runs.  NULL: there is none.  The caller frees.
 */
char *libfind_find(const struct libfind *f, const struct elfneeds *e, const char *path, const char *inherited, const char *name, bool *by_path);

/* The paths that the text of an ld.so.cache has for name, appended to out.  For libfind_find and its test. */
void libfind_in_cache(const void *p, size_t n, const char *name, struct strv *out);

/* RPATH with $ORIGIN (the directory of the file at path), $LIB and $PLATFORM replaced: directories appended to out. */
void libfind_expand(const char *rpath, const char *path, struct strv *out);

#endif
