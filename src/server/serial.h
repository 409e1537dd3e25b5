/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --no-fork: all jobs in this process, one after the other.  For debuggers. */
#ifndef SERVER_SERIAL_H
#define SERVER_SERIAL_H

#include "server/listen.h"
#include "server/server.h"

/* Serve until a signal ends the process (jobsig: what tmp has registered goes with it). */
void serial_run(struct server *s, struct listeners *l) __attribute__((noreturn));

#endif
