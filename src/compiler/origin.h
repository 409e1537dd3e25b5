/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does preprocessed text say where it came from?
 *
 * The object names the source and, in debug information, the directory of the compile.  The compiler takes both from
 * the first two lines of the text if they tell (# 0 "x.c", # 1 "/directory//"), else from its own command and
 * directory, which are others on a volunteer.  Text that a preprocessor has just written tells; a .i file need not.
 */
#ifndef COMPILER_ORIGIN_H
#define COMPILER_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * What makes text say that it came from name, compiled in cwd (NULL: the directory does not matter), unless it tells
 * already: *insert, to be put in at offset *at; empty if nothing is missing.  False: what would be needed is not clear.
 * Tried with gcc; clang takes a directory from its command alone.
 */
bool origin_complete(const char *text, size_t n, const char *name, const char *cwd, size_t *at, struct buf *insert);

#endif
