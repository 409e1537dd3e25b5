/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside compiler/args: the dependency file that a compile writes by the way, and -Wp, which may ask for one. */
#ifndef COMPILER_ARGS_DEPS_H
#define COMPILER_ARGS_DEPS_H

#include <stdbool.h>

#include "base/strv.h"
#include "compiler/args.h"

struct deps_wp {
	bool gcc;		/* gcc's -Wp,-MD,FILE: the target of the rule does not follow -o */
	const char *driver;	/* an option for the dependency file that is not from -Wp, (points into argv); NULL: none */
	const char *target, *driver_target;	/* one for the target that is from -Wp,; one that is not */
};

/*
 * Copy argv; -Wp,-MD,FILE and -Wp,-MMD,FILE become -MD -MF FILE as far as that is the same, and with gcc -Wp,-MT,NAME becomes
 * -MT NAME.  A -Wp, that this cannot express stays in one word.
 */
void deps_split_wp(char *const *argv, enum cc_kind kind, struct strv *out, struct deps_wp *wp);

/* May the list of a -Wp, or the argument of -Xpreprocessor stay as it is in the command of a preprocessor: macros and directories only? */
bool deps_wp_harmless(const char *list);

/* Where the dependencies go (mf: operand of -MF, output: of -o; NULL if not given). The caller frees. */
char *deps_file_name(const char *mf, const char *output, const char *source);

#endif
