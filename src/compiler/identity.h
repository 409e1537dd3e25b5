/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which toolchain a compiler is: two compilers of one identity make the same outputs from the same command, files and environment.
 *
 * gcc: which driver it is, target, how it was configured (as far as that counts), the full version line, built-in specs, default search list (whether its
 * directories exist or not: those of the client count), name of cc1, version of the assembler.  clang: version,
 * target, directory of its own headers; not its configuration files, which are inputs of a job (client/gather_config).  Both: the object that a small source becomes.
 *
 * Distributions have the other languages of gcc in packages of their own, and a machine without one of them is as good for the
 * rest.  So each language has its identity: the name of cc1plus, cc1obj or cc1objplus belongs to that alone, for C++ with
 * its search list; and without that program the compiler has none for the language, as the command fails there.
 *
 * The answer costs some ten runs of the compiler (LC_ALL=C, nothing else in the environment but PATH and TMPDIR): callers keep it as long as the stat of parts stays
 * the same and, with as_on_path, "as" on PATH is the one among parts.
 */
#ifndef COMPILER_IDENTITY_H
#define COMPILER_IDENTITY_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/strv.h"
#include "compiler/args.h"
#include "compiler/lang.h"

/* Raised whenever an identity is made of something else: old and new programs must not agree by accident, and what was kept is worthless. */
#define IDENTITY_VERSION "5"

enum identity_lang { IDENTITY_C, IDENTITY_CXX, IDENTITY_OBJC, IDENTITY_OBJCXX, IDENTITY_LANGS };

struct identity {
	enum cc_kind kind;
	struct digest digest[IDENTITY_LANGS];
	bool speaks[IDENTITY_LANGS];	/* false: it cannot compile that language, and its digest says nothing */
	struct digest whole;	/* changes with each of them */
	char *summary;		/* one line for messages: "gcc version 12.2.0 (Debian 12.2.0-14+deb12u1), x86_64-linux-gnu, as 2.40" */
	struct strv parts;	/* absolute names, the driver's real one first, the assembler last: files whose change changes the identity; also when one appears that is not there yet (cc1obj...) */
	bool passing;		/* false for want of memory, processes, space...: not to be remembered */
	bool as_on_path;	/* the assembler is the first "as" on PATH (and among parts) */
};

/* The language that a source of that kind is compiled as.  What only the assembler or nobody takes is as good as C. */
enum identity_lang identity_lang(enum lang lang);
/* "C++", and the program of gcc for it. */
const char *identity_lang_name(enum identity_lang lang);
const char *identity_lang_program(enum identity_lang lang);

/* path: the compiler, absolute; links are followed.  False: *why (the caller frees).  identity_free in every case. */
bool identity_of(const char *path, struct identity *id, char **why);
void identity_free(struct identity *id);

#endif
