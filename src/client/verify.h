/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compile elsewhere and here and compare: distcc --verify, DISTCC_VERIFY. */
#ifndef CLIENT_VERIFY_H
#define CLIENT_VERIFY_H

#include <stdbool.h>

#include "client/ccname.h"
#include "client/conf.h"
#include "compiler/args.h"

/* Is it this job's turn, as DISTCC_VERIFY wants one in so many?  Only jobs that replica mode may take. */
bool verify_chosen(const struct conf *conf, const struct args *a);

/*
 * Compile both ways; the local outputs and messages stay.  tell: say on stdout what came of it, and the exit status is 0 if all was the
 * same, 1 if not, 100 if it could not be compiled elsewhere.  Otherwise only differences are said (a warning that names the directory
 * where both results are), and the exit status is that of the local compile.
 */
int verify_run(const struct conf *conf, const struct ccname *cc, const struct args *a, char *const *argv, bool tell);

#endif
