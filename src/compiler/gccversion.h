/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Was an object made by the same version of gcc that preprocessed it?
 *
 * Text from -fdirectives-only begins with gcc's own macros, __VERSION__ among
 * them, and gcc signs its objects in .comment: "GCC: (PACKAGE) VERSION".  So a
 * volunteer with another gcc is noticed without asking any compiler.
 */
#ifndef COMPILER_GCCVERSION_H
#define COMPILER_GCCVERSION_H

#include <stdbool.h>
#include <stddef.h>

/* The version that preprocessed the text; the caller frees.  NULL: the text does not say. */
char *gccversion_of_text(const char *p, size_t n);

/*
 * False if the object in fd is signed by another version than want; *found
 * (the caller frees) is then what it says.  True if it matches or is not
 * signed (-fno-ident, no ELF file).
 */
bool gccversion_object_matches(int fd, const char *want, char **found);

#endif
