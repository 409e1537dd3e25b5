/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/admission.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/util.h"

static bool
same_client(const unsigned char a[ACCESS_KEY_LEN], const unsigned char b[ACCESS_KEY_LEN])
{
	return memcmp(a, b, ACCESS_KEY_LEN) == 0;
}

void
admission_wait(struct admission *a, const unsigned char key[ACCESS_KEY_LEN], int id)
{
	struct admission_entry *e;
	uint64_t turn = 0;

	for (size_t i = 0; i < a->n && turn == 0; i++) {
		if (same_client(a->v[i].key, key))
			turn = a->v[i].turn;
	}
	if (a->n == a->cap) {
		a->cap = a->cap == 0 ? 16 : a->cap * 2;
		a->v = xrealloc(a->v, a->cap * sizeof(*a->v));
	}
	e = &a->v[a->n++];
	memcpy(e->key, key, ACCESS_KEY_LEN);
	e->turn = turn != 0 ? turn : ++a->turns;
	e->id = id;
}

static void
remove_at(struct admission *a, size_t at)
{
	a->n--;
	memmove(&a->v[at], &a->v[at + 1], (a->n - at) * sizeof(*a->v));
}

void
admission_forget(struct admission *a, int id)
{
	for (size_t i = 0; i < a->n; i++) {
		if (a->v[i].id == id) {
			remove_at(a, i);
			return;
		}
	}
}

int
admission_next(struct admission *a)
{
	struct admission_entry next;
	size_t at = 0;

	if (a->n == 0)
		return -1;
	for (size_t i = 1; i < a->n; i++) {
		if (a->v[i].turn < a->v[at].turn)
			at = i;
	}
	next = a->v[at];
	remove_at(a, at);
	/* the others of this client wait until everybody else had a turn */
	a->turns++;
	for (size_t i = 0; i < a->n; i++) {
		if (same_client(a->v[i].key, next.key))
			a->v[i].turn = a->turns;
	}
	return next.id;
}

void
admission_free(struct admission *a)
{
	free(a->v);
	*a = (struct admission)ADMISSION_INIT;
}

bool
admission_room(long jobs, long running, long young, long available_mib)
{
	if (running >= jobs)
		return false;
	if (running == 0 || available_mib < 0)
		return true;
	return available_mib >= ADMISSION_JOB_MIB * (young + 1);
}

long
admission_available(const char *meminfo)
{
	static const char name[] = "MemAvailable:";
	const char *p = strstr(meminfo, name);
	long kib;

	if (p == NULL)
		return -1;
	p += strlen(name);
	p += strspn(p, " \t");
	if (!num_parse_n(p, strspn(p, "0123456789"), 0, LONG_MAX, &kib))
		return -1;
	return kib / 1024;
}
