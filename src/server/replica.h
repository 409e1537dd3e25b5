/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protocol 4: the client's files at their own names in a private root, its exact command, all that it writes. */
#ifndef SERVER_REPLICA_H
#define SERVER_REPLICA_H

#include "server/jobstate.h"

struct replica_job;

/*
 * Carry out a request whose token DIST 4 has been read, and send the answer, the end of which may still be corked.  Outcome and
 * status are set in any case.  Signals are left deferred (jobsig) if one to stop has come.
 */
struct replica_job *replica_job_serve(struct job *j);

/* When nobody waits any more: keep the outputs and remember the result, give the tree back, trim the store. */
void replica_job_end(struct replica_job *r);

#endif
