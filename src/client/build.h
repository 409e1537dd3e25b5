/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One job from beginning to end: try volunteers, fall back to this machine, report.  The only place with words about hosts.
 */
#ifndef CLIENT_BUILD_H
#define CLIENT_BUILD_H

#include "client/ccname.h"
#include "client/conf.h"
#include "compiler/args.h"

/* argv: the command as the user gave it, for a run here.  Returns the exit status of the whole program. */
int build_run(const struct conf *conf, const struct ccname *cc, const struct args *a, char *const *argv);

#endif
