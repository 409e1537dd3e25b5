/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Run the preprocessor here; its text goes to a file in memory. */
#ifndef CLIENT_CPP_H
#define CLIENT_CPP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "client/ccname.h"
#include "client/conf.h"
#include "compiler/args.h"

struct cpp {
	const char *dir;	/* the text shall go to a file with a name in this directory; NULL: to one in memory */
	const char *name;	/* of that file, registered with base/tmp */

	enum cpp_mode mode;
	int fd;			/* the text from offset 0; -1: none */
	uint64_t size;		/* of the text; a file in memory may be longer */
	const char *text;	/* the same, mapped, if somebody had to look at it as a whole; not beyond the next call; NULL: read fd */
	size_t mapped;
	int64_t cpu_us, wall_ms;	/* of all runs */
	char *gcc_version;	/* of the gcc that preprocessed, if it told by CPP_DIRECTIVES; else NULL */
	uint16_t target;	/* its kind of processor (compiler/target.h), likewise; else 0 */

	const char *lock_dir;	/* the configuration's */
	pid_t pid;		/* of a run under way, else 0 */
	int err_fd;		/* what it printed */
	int64_t began_ms;
};

#define CPP_NOTHING {.fd = -1, .err_fd = -1}

enum cpp_result {
	CPP_TEXT,	/* there is text that may travel */
	CPP_AGAIN,	/* it contains what only macro expansion here can tell: run again with CPP_FULL */
	CPP_FAILED,	/* the preprocessor failed or could not be run */
	CPP_MESSAGES,	/* it printed something: only a local compile gives the same messages */
	CPP_STAYS,	/* the text must be compiled here; *why says why */
};

/*
 * Start it (with CPP_NONE: open the source).  dep_tmp: where the dependency file goes, NULL without.  A mistake shows in
 * cpp_finish, which must be called.
 */
void cpp_start(struct cpp *c, const struct args *a, const struct ccname *cc, const struct conf *conf, enum cpp_mode mode,
	const char *dep_tmp);

/* Wait for it and look at its text.  why: static text, for CPP_FAILED and the following. */
enum cpp_result cpp_finish(struct cpp *c, const struct args *a, const char **why);

void cpp_free(struct cpp *c);

#endif
