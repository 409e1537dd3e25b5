/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preprocessed text, from the preprocessor run of a ccache process to the compile that the same process starts next.
 *
 * ccache preprocesses to find out whether it knows the result; if it does not, it has the source compiled, and distcc
 * would preprocess again.  distcc-cpp, which ccache runs first, leaves the text here instead, and distcc takes it: the very
 * text by which ccache will know the object.  It is a file in a directory of ours below TMPDIR, named after the ccache process.
 * All of it is an economy: without the file, or with one that does not fit, distcc preprocesses as ever.
 */
#ifndef CLIENT_HANDOVER_H
#define CLIENT_HANDOVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/digest.h"
#include "client/cpp.h"
#include "compiler/args.h"

/* Are we called by ccache?  (And by no other program that got its environment from it.) */
bool handover_below_ccache(void);

/* The directory, made if it is missing; NULL: there is none that is ours alone.  The caller frees. */
char *handover_dir(void);

/*
 * Leave the text in c, made for the compile a, and the text of its dependency file.  c was started with this directory,
 * and gives its file away.  False: it could not be left.
 */
bool handover_leave(const struct args *a, struct cpp *c, const char *deps, size_t ndeps);

/* Take what was left for the compile a: c is as after cpp_finish, deps is filled.  False: nothing was, both are untouched. */
bool handover_take(const struct args *a, struct cpp *c, struct buf *deps);

/*
 * Where nothing is preprocessed (client/treesum), what the inputs were is left instead: an object that ccache keeps must have been made
 * of just these.  False: it could not be left.
 */
bool handover_leave_files(const struct digest *files);
/* False: nothing was left. */
bool handover_take_files(struct digest *files);

/* Nobody will take it. */
void handover_discard(void);

#endif
