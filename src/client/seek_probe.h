/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks at one host, in a process of its own. */
#ifndef CLIENT_SEEK_PROBE_H
#define CLIENT_SEEK_PROBE_H

#include "client/seek_host.h"
#include "client/seek_opts.h"

/*
 * Look the name up, connect, compile, as the options say.  A struct seek_result is written to fd (a pipe, so each at once) when the name
 * is known, and another one in the end.
 */
void seek_probe(const struct seek_host *h, const struct seek_opts *o, int fd);

#endif
