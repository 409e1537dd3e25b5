/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the environment tells the client, read once (shared facts 2.7). */
#ifndef CLIENT_CONF_H
#define CLIENT_CONF_H

#include <stdbool.h>

#include "base/io.h"

struct conf {
	bool fallback;		/* DISTCC_FALLBACK: what could not be distributed is compiled here */
	bool local_retry;	/* not DISTCC_SKIP_LOCAL_RETRY: what failed there is tried again here */
	bool rewrite_name;	/* not DISTCC_NO_REWRITE_CROSS */
	bool save_temps;	/* DISTCC_SAVE_TEMPS */
	bool cork;		/* DISTCC_TCP_CORK */
	bool portage;		/* Portage runs us: never a word that a test of its may take for the compiler's */
	int verify_in;		/* DISTCC_VERIFY: that many of ... */
	int verify_of;		/* ... jobs are compiled here as well and compared; 0: none */
	bool verifying;		/* this one is: replica mode or nothing, and the compiler really runs there */
	int backoff_s;		/* DISTCC_BACKOFF_PERIOD; 0: off */
	int io_timeout_ms;	/* DISTCC_IO_TIMEOUT */
	const char *journal;	/* DISTCC_JOURNAL; NULL: none */
	const char *ssh;	/* DISTCC_SSH */
	const char *proxy;	/* DISTCC_SOCKS_PROXY; NULL: none */
	char *dir;		/* DISTCC_DIR, else ~/.distcc; NULL without both */
	char *lock_dir;		/* below dir, made by whoever first misses it; NULL if it must not be written to */
	char *state_dir;
};

/* False: *bad names the variable that makes no sense; directories and flags are set all the same.  conf_free in every case. */
bool conf_from_env(struct conf *c, const char **bad);
void conf_free(struct conf *c);

/* No progress for DISTCC_IO_TIMEOUT ends a transfer. */
struct io_limit conf_io_limit(const struct conf *c);

/* The descriptor for messages that UNCACHED_ERR_FD names, if it is open; else -1. */
int conf_message_fd(void);

/* Has ccache called us, or the program that has?  It names a copy of its stderr; users name 1 or 2. */
bool conf_below_ccache(void);

/*
 * Point base/log to where DISTCC_LOG, DISTCC_VERBOSE and UNCACHED_ERR_FD say.  In a build of Portage without DISTCC_LOG, only
 * errors, which end the job, go to stderr; the rest goes to portage_open_log.
 */
void conf_open_log(void);

#endif
