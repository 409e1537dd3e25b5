/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choose a host for a job, and hold one of its slots. */
#ifndef CLIENT_PICK_H
#define CLIENT_PICK_H

#include <stdbool.h>

#include "client/backoff.h"
#include "client/hostlist.h"
#include "client/slots.h"

struct pick {
	const struct hostlist *hosts;
	struct backoff backoff;

	bool needs_locks;	/* set it after pick_init: without locks no host is chosen */

	/* by host */
	bool *tried;		/* this job has been there in vain */
	bool *usable;		/* as of the last look */
	struct backoff_state *states;

	struct slot slot;	/* of the host that was chosen last */
};

void pick_init(struct pick *p, const struct hostlist *hosts, const struct backoff *backoff);
void pick_free(struct pick *p);

/*
 * Wait for a slot of a host that is neither down, nor to be left alone, nor tried before by this job.  NULL: there is
 * no such host.  p->slot holds the slot, unless locks cannot be used: then a host is chosen at random (but see
 * needs_locks).
 */
const struct hostspec *pick_host(struct pick *p);

/*
 * A slot that is free now, of a host that nothing speaks against, for what may as well be left out: nobody waits, and no host is tried that was broken.
 * NULL: there is none, or no locks.  p->slot holds it until slots_release or pick_free; none of the following is called.
 */
const struct hostspec *pick_idle(struct pick *p);

/* It did what was asked. */
void pick_worked(struct pick *p);

/* It was not asked after all. */
void pick_untried(struct pick *p);

/* It has no time now: this job does not come back to it. */
void pick_skipped(struct pick *p);

/* It did not: this job does not come back to it (to whatever is behind the proxy, if that failed), and others keep away for a while. */
void pick_failed(struct pick *p, enum backoff_kind kind);

#endif
