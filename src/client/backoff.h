/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hosts to be left alone for a while, as files in DISTCC_DIR/lock whose time stamp counts (names: shared facts 2.9):
 * backoff_* after a transport fault, as stock has it; refused_*_COMPILER when the volunteer would not or could not run that compiler;
 * proxy_* when the proxy between us and all volunteers is broken.
 */
#ifndef CLIENT_BACKOFF_H
#define CLIENT_BACKOFF_H

#include <stdbool.h>

#include "client/hostspec.h"

struct backoff {
	const char *dir;	/* DISTCC_DIR/lock; NULL: nothing is remembered */
	int period_s;		/* 0: off */
	const char *compiler;	/* as the volunteers are asked for it */
	const char *proxy;	/* what TCP connections go through; NULL: nothing */
};

enum backoff_kind { BACKOFF_HOST, BACKOFF_COMPILER, BACKOFF_PROXY, BACKOFF_KINDS };

struct backoff_state {
	int left_s[BACKOFF_KINDS];	/* how long it is still to be left alone, by kind; 0: not at all */
	bool old[BACKOFF_KINDS];	/* there is a mark whose time is over */
};

void backoff_look(const struct backoff *b, const struct hostspec *h, struct backoff_state *out);

/* Why the host is to be left alone now, as words behind its name ("it failed, and..."); NULL: it is not.  The caller frees. */
char *backoff_explain(const struct backoff *b, const struct hostspec *h);

/* Nothing tells against it now. */
bool backoff_is_free(const struct backoff_state *s);

void backoff_mark(const struct backoff *b, const struct hostspec *h, enum backoff_kind kind);

/*
 * Before trying a host with an old mark: renew it, so that of many clients one tries and the others keep away until it
 * has found out.
 */
void backoff_probe(const struct backoff *b, const struct hostspec *h, const struct backoff_state *s);

/* It was not tried after all: the marks are old again. */
void backoff_unprobe(const struct backoff *b, const struct hostspec *h, const struct backoff_state *s);

/* It works again: remove the old marks. */
void backoff_clear(const struct backoff *b, const struct hostspec *h, const struct backoff_state *s);

#endif
