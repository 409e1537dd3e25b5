/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a command would run, and why: distcc --why. */
#ifndef CLIENT_WHY_H
#define CLIENT_WHY_H

#include "client/ccname.h"
#include "client/conf.h"
#include "compiler/args.h"

/* Why the command must run here whatever the hosts are; NULL: it may travel.  The caller frees. */
char *why_local(const struct args *a);

/* How messages call the job: its source, else its output, else the compiler. */
const char *why_subject(const struct args *a);

/* Tell on stdout, compiling nothing.  Exit status: 0 if it would be distributed, 1 if it would run here. */
int why_report(const struct conf *conf, const struct ccname *cc, const struct args *a);

#endif
