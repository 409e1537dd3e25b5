/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ask the compiler itself which files it includes (-M, or quicker), where only it can tell. */
#ifndef CLIENT_ASKDEPS_H
#define CLIENT_ASKDEPS_H

#include <stdbool.h>

#include "base/strv.h"
#include "client/ccname.h"
#include "compiler/args.h"

/* The command of a compile, such that it prints the rule of a make file that names all files it includes (-M), and does nothing else. */
void askdeps_command(const struct args *a, struct strv *argv);

/* The names as the compiler uses them.  False: it failed. */
bool askdeps(const struct ccname *cc, const struct args *a, struct strv *files);

/* The prerequisites of the first rule of a make file as compilers write it. */
void askdeps_parse(const char *text, size_t n, struct strv *files);

#endif
