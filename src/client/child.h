/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must not outlive this process when a signal ends it: children, temporary files, the state record.
 */
#ifndef CLIENT_CHILD_H
#define CLIENT_CHILD_H

#include <sys/types.h>

#include "base/proc.h"

/*
 * From now on INT, TERM, HUP and the like end our children, remove our files and then end us in the same way. A signal that was
 * ignored when we started (nohup) stays ignored.  SIGPIPE is ignored, and
 * a file that becomes too large (SIGXFSZ) ends nothing.
 */
void child_catch_signals(void);

/* Undo it: for exec. */
void child_default_signals(void);

/* proc_spawn and proc_wait of a child that a signal to us ends too: its whole group if it has its own. */
pid_t child_spawn(const char *path, char *const *argv, const struct proc_io *io);
int child_wait(pid_t pid, int *status, struct rusage *ru);

/* End it now and wait for it. */
void child_kill(pid_t pid);

/* Leave it to itself, unless it has ended already. */
void child_abandon(pid_t pid);

#endif
