/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ccache is given in the place of preprocessed text: short, and different whenever the object may be.
 *
 * From the output of the preprocessor ccache takes two things: the names in its line markers, which are the files it has
 * to watch, and a hash of all of it, by which it knows the result.  The text itself is of no use to it, and to look
 * through some megabytes costs it more than we need to make them.
 */
#ifndef COMPILER_CPPSUM_H
#define COMPILER_CPPSUM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/digest.h"

/*
 * Append to out: a line marker for each file that text names; a declaration that no compiler takes, should somebody try
 * to compile this; a digest of text and of words, the preprocessor's command without the compiler (what it says is not
 * all in the text: trigraphs, prefix maps).
 *
 * The marker of the working directory that gcc writes with -g is not part of the digest: ccache leaves it out or
 * takes it in as its hash_dir says.
 */
void cppsum_write(const char *text, size_t n, char *const *words, struct buf *out);

/* The same piece by piece, where there is no text: a marker (false: name has a character that would need a backslash, and nothing is appended), */
bool cppsum_marker(const char *name, bool system, struct buf *out);
/* and behind the last one the declaration and the digest. */
void cppsum_end(const struct digest *digest, struct buf *out);

#endif
