/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --inetd: one client on stdin and stdout, brought by inetd, a service manager or ssh. */
#ifndef SERVER_INETD_H
#define SERVER_INETD_H

#include <stdbool.h>

#include "server/server.h"

/* stdin is a socket: we were started by inetd or its like. */
bool inetd_is_socket(void);

/*
 * Take the client's ends away from stdin and stdout, where any stray output would garble the reply.  Call before
 * anything else is opened; *in and *out are equal for a socket.  False with errno.
 */
bool inetd_take(int *in, int *out);

/* Apply the address list to a client on a TCP socket, and serve it. */
void inetd_serve(const struct server *s, int in, int out);

#endif
