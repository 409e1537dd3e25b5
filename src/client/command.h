/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A compiler's name and words, with the eyes of this process: PATH, environment, files. */
#ifndef CLIENT_COMMAND_H
#define CLIENT_COMMAND_H

#include <stdbool.h>

#include "client/ccname.h"
#include "compiler/args.h"

/*
 * The compiler called name: behind us, if that is the link we were called by (masqueraded) or a link to us; else the
 * first on PATH.  PATH loses our directories, so that the compiler's own children do not come back.  False: there is
 * none, which has been said.  ccname_free after success.
 */
bool command_find(const char *name, bool masqueraded, struct ccname *cc);

/* args_scan of the command, files of words (@file) read, with the variables that matter. */
void command_scan(char *const *argv, enum cc_kind kind, struct args *a);

#endif
