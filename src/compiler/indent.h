/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Might gcc's -Wmisleading-indentation (in -Wall) have something to say?
 *
 * It is the one warning that needs the source itself: given preprocessed text gcc never issues it, so a
 * volunteer would lose it.  Text from -fdirectives-only still has every blank, so whether the compile has to stay
 * here can be seen before it is sent.
 */
#ifndef COMPILER_INDENT_H
#define COMPILER_INDENT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Is there a statement below if, else, for, while or a macro like them, whose follower looks as if it belonged
 * there too?  Text of system headers is passed over.  May say yes where gcc would not, hardly ever the other way round.
 */
bool indent_misleads(const char *p, size_t n);

#endif
