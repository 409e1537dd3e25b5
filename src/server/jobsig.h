/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals of a process that serves a job.  SIGTERM ends it at once, and what tmp has registered goes with it.  Where
 * more has to be undone (a compiler runs, it has made files of its own) signals are deferred: they arrive only in
 * jobsig_poll and set a flag there.
 */
#ifndef SERVER_JOBSIG_H
#define SERVER_JOBSIG_H

#include <poll.h>
#include <stdbool.h>

/* terminal: SIGINT and SIGHUP end it too; otherwise they are the daemon's, and ignored here.  Unblocks what it handles. */
void jobsig_init(bool terminal);

/* No signal from here on but in jobsig_poll. */
void jobsig_defer(void);
/* As before; a signal that came meanwhile takes effect now. */
void jobsig_resume(void);

/*
 * poll(2), cut short by the end of a child process or a signal to stop.  Between jobsig_defer and jobsig_resume only.
 * Returns the number of ready descriptors; 0 when time is over or a signal came.
 */
int jobsig_poll(struct pollfd *fds, nfds_t n, int timeout_ms);

/* A signal to stop has come. */
bool jobsig_stopped(void);

/* End as SIGTERM does. */
void jobsig_quit(void) __attribute__((noreturn));

#endif
