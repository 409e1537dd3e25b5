/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The environment compilers get: the daemon's, without what would change what they do. */
#ifndef SERVER_COMPENV_H
#define SERVER_COMPENV_H

#include <stdbool.h>

#include "base/strv.h"

/* Whether the compiler may see the variable (of "NAME=value"). */
bool compenv_keep(const char *var);

/*
 * env for a job: what is kept, PATH=search, TMPDIR=dir, and the guard that makes a distcc that the compiler should turn out
 * to be refuse to run.
 */
void compenv_make(char *const *env, const char *search, const char *dir, struct strv *out);

#endif
