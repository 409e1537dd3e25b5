/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of compilers: [TARGET-]STEM[-VERSION][-THREADS].  Pure text.
 *
 *	cc c++ c89 c99 gcc g++ clang clang++		stems
 *	gcc-12 clang++-17 gcc-4.9.3			a version goes behind gcc, g++, clang and clang++ only
 *	x86_64-pc-linux-gnu-gcc avr-g++-13		a target begins with a processor's name
 *	x86_64-w64-mingw32-gcc-posix			several gccs for Windows, by their thread model
 */
#ifndef MASQ_NAMES_H
#define MASQ_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"

struct name {
	size_t target_len;	/* of the target at the beginning; 0: none */
	const char *stem;	/* "gcc", in a table */
	const char *version;	/* in the text, with the thread model behind it; NULL: none */
};

/*
 * Is text the name of a compiler?  targets (may be NULL; else NULL-terminated): targets that toolchains on this
 * machine are for, whatever their processor is called.  *n may be NULL.
 */
bool names_parse(const char *text, char *const *targets, struct name *n);

/* A word that can be a target (CHOST): letters, digits, "._+-", no dash at either end. */
bool names_target_ok(const char *text);

/* What is wanted for one target, as in 2003 plus clang: TARGET-gcc -cc -c++ -g++ -clang -clang++. */
void names_of_target(struct strv *out, const char *target);

/*
 * The target a gcc-config profile is for, by the profile's name: "x86_64-pc-linux-gnu-13-hardened" and
 * "avr-11.0.0-pre9999" hold x86_64-pc-linux-gnu and avr.  NULL without one.  The caller frees.
 */
char *names_profile_target(const char *profile);

/* Sort, and leave each once. */
void names_sort(struct strv *names);

#endif
