/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which headers an #include can mean whose operand is made by macros.
 *
 * Which definition of a macro is in force where depends on conditionals that nobody evaluates here, so every definition that
 * occurs anywhere counts: an operand expands to a set of texts.  Arguments, # and ## work as in the standard.
 */
#ifndef COMPILER_MACROS_H
#define COMPILER_MACROS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strv.h"

struct macros;

/*
 * need is called when a name is met for the first time: it may add all definitions of it (macros_text, macros_option).  A name
 * without definitions is no macro.
 */
struct macros *macros_new(void (*need)(void *arg, struct macros *m, const char *name, uint32_t hash), void *arg);
void macros_free(struct macros *m);

/* How names are told apart in lists of hashes (compiler/scan). */
uint32_t macros_hash(const char *name, size_t n);

/* All definitions in a text, wherever they stand. */
void macros_text(struct macros *m, const char *p, size_t n);
/* The operand of -D. */
void macros_option(struct macros *m, const char *definition);

/*
 * The header names that operand can expand to, each with its quotes or angle brackets, added to out; there may be none, if
 * the operand cannot become one.  False: too many ways, or it depends on what only the compiler knows; *why
 * says what (the caller frees).
 */
bool macros_headers(struct macros *m, const char *operand, struct strv *out, char **why);

/* Did a definition play a part, in whatever was expanded so far? */
bool macros_used(const struct macros *m);

#endif
