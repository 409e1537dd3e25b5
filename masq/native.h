/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What -march=native means here, in words that mean the same on another machine. */
#ifndef MASQ_NATIVE_H
#define MASQ_NATIVE_H

#include <stdbool.h>

/* Does a list of compiler options have one that asks for this machine's processor?  The option's text, or NULL. */
const char *native_find(const char *flags);

/*
 * The options that take the place of -march=native, from what gcc prints: with_native and plain are those of
 * "gcc -Q --help=target" with -march=native and with the -march= it names (native_march), command that of "gcc -### ...".
 * Pure text.  NULL if they make no sense; the caller frees.
 */
char *native_march(const char *with_native);
char *native_expand(const char *with_native, const char *plain, const char *command);

/* Ask the compiler.  NULL if it does not know; the caller frees. */
char *native_ask(const char *gcc);

#endif
