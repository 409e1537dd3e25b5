/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside compiler/scan: what the beginning of its line says about the name of a macro.  Nothing else is looked at, so it is sure whatever
 * stands above: the line may be part of a comment, of a raw string or of what is skipped.
 */
#ifndef COMPILER_SCAN_LINE_H
#define COMPILER_SCAN_LINE_H

#include <stdbool.h>

/*
 * Can the macro named at p, in a text from begin on, be expanded there?  False: the name stands in a comment that the line begins with, or
 * the line only asks whether there is such a macro (#ifdef NAME, #if defined(NAME)).
 */
bool scan_line_counts(const char *begin, const char *p);

/* Where the logical line of p begins, lines joined by a backslash being one. */
const char *scan_line_begin(const char *begin, const char *p);

/* Does the line have this text before p? */
bool scan_line_has(const char *begin, const char *p, const char *text);

#endif
