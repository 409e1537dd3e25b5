/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which toolchain a compiler is: two compilers of one identity make the same outputs from the same command, files and environment.
 *
 * gcc: which driver it is, target, how it was configured, the full version line, built-in specs, default search list (whether its
 * directories exist or not: those of the client count), names of cc1 and cc1plus, version of the assembler.  clang: version,
 * target, directory of its own headers; not its configuration files, which are inputs of a job (client/gather_config).  Both: the object that a small source becomes.
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

struct identity {
	enum cc_kind kind;
	struct digest digest;
	char *summary;		/* one line for messages: "gcc version 12.2.0 (Debian 12.2.0-14+deb12u1), x86_64-linux-gnu, as 2.40" */
	struct strv parts;	/* absolute names, the driver's real one first: files whose change changes the identity (cc1, as...); all of them are needed to run it */
	bool passing;		/* false for want of memory, processes, space...: not to be remembered */
	bool as_on_path;	/* the assembler is the first "as" on PATH (and among parts) */
};

/* path: the compiler, absolute; links are followed.  False: *why (the caller frees).  identity_free in every case. */
bool identity_of(const char *path, struct identity *id, char **why);
void identity_free(struct identity *id);

#endif
