/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distcc --scan-includes: print the input tree of a command. */
#ifndef CLIENT_SHOWTREE_H
#define CLIENT_SHOWTREE_H

#include "client/ccname.h"
#include "client/conf.h"
#include "compiler/args.h"

/* Entries on stdout; 0.  If the tree cannot be known: why on stderr, 1. */
int showtree_report(const struct conf *conf, const struct ccname *cc, const struct args *a);

#endif
