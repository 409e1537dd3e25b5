/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protocols 1 and 2: the client has preprocessed, we compile. */
#ifndef SERVER_CLASSIC_H
#define SERVER_CLASSIC_H

#include "server/jobstate.h"

/*
 * Carry out a request whose head has been read into j->req.  True if the client shall have an answer, which is in j then; false if there is
 * nobody to answer or nothing to say.  Outcome and status are set in any case.  Signals are left deferred (jobsig) if
 * one to stop has come.
 */
bool classic_serve(struct job *j);

#endif
