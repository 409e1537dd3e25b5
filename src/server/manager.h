/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a service manager and the daemon tell each other, in the way of systemd: sockets it has opened for us
 * (sd_listen_fds(3)), and how far we are (sd_notify(3)).  Under another manager, or none, nothing of it happens.
 */
#ifndef SERVER_MANAGER_H
#define SERVER_MANAGER_H

#include "server/listen.h"

/*
 * How many sockets there are, from the texts of LISTEN_PID and LISTEN_FDS (NULL: not set); self is our process id.
 * 0: none, or they are meant for another process.  -1: LISTEN_FDS is no number from 1 to max.
 */
int manager_count(const char *listen_pid, const char *listen_fds, long self, int max);

/*
 * Take the sockets over, non-blocking and close-on-exec, and remove the variables from the environment.  Their
 * number, 0 if there are none; -1, the reason logged and l empty, if they are not listening TCP sockets.
 * Before anything else is opened, since they have fixed numbers.
 */
int manager_sockets(struct listeners *l);

/* Remember NOTIFY_SOCKET and remove it from the environment, so that no job gets it. */
void manager_init(void);

/* We serve; what status says is shown beside our name.  We read the lists again, until manager_ready.  We end. */
void manager_ready(const char *status);
void manager_reloading(void);
void manager_stopping(void);

#endif
