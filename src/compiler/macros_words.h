/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside compiler/macros: the words of a text that is being expanded.  Two marks that no source has: one before a name that must not be
 * expanded again, one where a name ends though nothing else stands between it and the next.
 */
#ifndef COMPILER_MACROS_WORDS_H
#define COMPILER_MACROS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"

#define PAINTED '\001'
#define BORDER '\002'

/* The length of the name or number at p; 0 if there is none. */
size_t macros_word(const char *p);
bool macros_is_digit(char c);

/* Behind the literal or number at p, or p itself. */
const char *macros_skip_literal(const char *p);
/* The next name at or behind p that is not painted; NULL without. */
const char *macros_next_name(const char *p, size_t *n);
/* The arguments behind a name, p at what follows it.  False: there is no '('.  *end: behind the ')'; NULL when it is missing. */
bool macros_arguments(const char *p, struct strv *args, const char **end);

#endif
