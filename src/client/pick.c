/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/pick.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/util.h"
#include "client/state.h"

void
pick_init(struct pick *p, const struct hostlist *hosts, const struct backoff *backoff)
{
	*p = (struct pick){
		.hosts = hosts,
		.backoff = *backoff,
		.tried = xcalloc(hosts->n, sizeof(bool)),
		.usable = xcalloc(hosts->n, sizeof(bool)),
		.states = xcalloc(hosts->n, sizeof(struct backoff_state)),
		.slot = SLOT_NONE,
	};
}

void
pick_free(struct pick *p)
{
	slots_release(&p->slot);
	free(p->tried);
	free(p->usable);
	free(p->states);
}

static void
look_at_hosts(struct pick *p)
{
	const struct hostspec *h;

	for (size_t i = 0; i < p->hosts->n; i++) {
		h = &p->hosts->v[i];
		p->usable[i] = false;
		if (h->down || h->kind == HOST_BAD || p->tried[i])
			continue;
		backoff_look(&p->backoff, h, &p->states[i]);
		p->usable[i] = backoff_is_free(&p->states[i]);
	}
}

static enum slots_err
attempt(void *arg)
{
	struct pick *p = arg;

	/* each time anew: while we wait, others find out about hosts */
	look_at_hosts(p);
	return slots_pick(p->backoff.dir, p->hosts->v, p->usable, p->hosts->n, &p->slot);
}

static void
blocked(void *arg)
{
	(void)arg;
	state_phase(STATE_BLOCKED);
}

/* Without locks: any host, those with many slots more often. */
static enum slots_err
choose_blindly(struct pick *p)
{
	struct timespec now;
	unsigned long sum = 0, dice;

	look_at_hosts(p);
	for (size_t i = 0; i < p->hosts->n; i++)
		sum += p->usable[i] ? (unsigned long)p->hosts->v[i].slots : 0;
	if (sum == 0)
		return SLOTS_NO_HOST;
	clock_gettime(CLOCK_MONOTONIC, &now);
	dice = ((unsigned long)now.tv_nsec / 1000 + (unsigned long)getpid() * 7919) % sum;
	for (size_t i = 0;; i++) {
		if (!p->usable[i])
			continue;
		if (dice < (unsigned long)p->hosts->v[i].slots) {
			p->slot = (struct slot){.host = i, .fd = -1};
			return SLOTS_OK;
		}
		dice -= (unsigned long)p->hosts->v[i].slots;
	}
}

const struct hostspec *
pick_host(struct pick *p)
{
	enum slots_err err = slots_wait(p->backoff.dir, QUEUE_REMOTE, attempt, blocked, p);
	const struct hostspec *h;

	if (err == SLOTS_UNUSABLE && !p->needs_locks)
		err = choose_blindly(p);
	if (err != SLOTS_OK)
		return NULL;
	h = &p->hosts->v[p->slot.host];
	backoff_probe(&p->backoff, h, &p->states[p->slot.host]);
	return h;
}

const struct hostspec *
pick_idle(struct pick *p)
{
	look_at_hosts(p);
	for (size_t i = 0; i < p->hosts->n; i++)
		for (size_t k = 0; k < BACKOFF_KINDS; k++)
			p->usable[i] = p->usable[i] && !p->states[i].old[k];
	if (slots_pick(p->backoff.dir, p->hosts->v, p->usable, p->hosts->n, &p->slot) != SLOTS_OK)
		return NULL;
	return &p->hosts->v[p->slot.host];
}

void
pick_worked(struct pick *p)
{
	backoff_clear(&p->backoff, &p->hosts->v[p->slot.host], &p->states[p->slot.host]);
	slots_release(&p->slot);
}

void
pick_untried(struct pick *p)
{
	backoff_unprobe(&p->backoff, &p->hosts->v[p->slot.host], &p->states[p->slot.host]);
	slots_release(&p->slot);
}

static void
leave_host(struct pick *p)
{
	const struct hostspec *h = &p->hosts->v[p->slot.host];

	/* it may stand in the list more than once */
	for (size_t i = 0; i < p->hosts->n; i++)
		if (p->hosts->v[i].kind != HOST_BAD && hostspec_same(&p->hosts->v[i], h))
			p->tried[i] = true;
	slots_release(&p->slot);
}

void
pick_skipped(struct pick *p)
{
	backoff_unprobe(&p->backoff, &p->hosts->v[p->slot.host], &p->states[p->slot.host]);
	leave_host(p);
}

void
pick_failed(struct pick *p, enum backoff_kind kind)
{
	const struct hostspec *h = &p->hosts->v[p->slot.host];

	/* nothing was found out about the other kinds */
	backoff_unprobe(&p->backoff, h, &p->states[p->slot.host]);
	backoff_mark(&p->backoff, h, kind);
	for (size_t i = 0; kind == BACKOFF_PROXY && i < p->hosts->n; i++)
		if (p->hosts->v[i].kind == HOST_TCP)
			p->tried[i] = true;
	leave_host(p);
}
