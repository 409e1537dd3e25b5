/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets: addresses to text, listening, connecting. */
#ifndef BASE_SOCK_H
#define BASE_SOCK_H

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define SOCK_ADDR_TEXT 80

/* "192.0.2.1:3632", "[2001:db8::1]:3632", mapped addresses as IPv4; a unix socket is "unix". */
void sock_addr_text(const struct sockaddr *sa, socklen_t len, char out[SOCK_ADDR_TEXT]);

/* Resolve host (name, IPv4, IPv6 without brackets) for TCP.  0 and *list (freeaddrinfo), else a getaddrinfo code. */
int sock_resolve(const char *host, int port, bool passive, struct addrinfo **list);

/*
 * Begin to connect without blocking.  Descriptor (non-blocking, close-on-exec,
 * TCP_NODELAY) with the connection under way or made; -1 with errno.
 */
int sock_connect_start(const struct addrinfo *ai);
/* Wait until it is made.  0; -1 with errno (ETIMEDOUT when ms passed). */
int sock_connect_finish(int fd, int ms);

/*
 * Connect to a unix socket; waits, at most ms, only while its listener's queue is full.  Descriptor (non-blocking,
 * close-on-exec), or -1 with errno (ETIMEDOUT when ms passed, ENAMETOOLONG).
 */
int sock_connect_unix(const char *path, int ms);

/*
 * Listen on addr (NULL: all, IPv6 and IPv4) and port, SO_REUSEADDR.  Fills at
 * most max descriptors, non-blocking and close-on-exec.  Returns their number; -1 with errno
 * (EADDRINUSE...), or -2 when addr does not resolve.
 */
int sock_listen(const char *addr, int port, int *fds, int max);

/* Small packets go out at once, big ones in full frames. */
void sock_cork(int fd, bool on);
void sock_keepalive(int fd);

#endif
