/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Run the compiler here, with the user's own command line. */
#ifndef CLIENT_LOCAL_H
#define CLIENT_LOCAL_H

#include "client/ccname.h"
#include "client/conf.h"
#include "client/slots.h"

/* Become the compiler: no slot, no record, no process of ours left.  Returns only on failure, with an exit status. */
int local_exec(const struct ccname *cc, char *const *argv);

/* Run it and return the exit status a shell would give.  held: a slot of this machine the job has already; NULL: take one of count. */
int local_run(const struct conf *conf, const struct ccname *cc, char *const *argv, int count, const struct slot *held);

#endif
