/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/recent.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/digest.h"

#define SLOTS 512
#define RECENT_MS 1000

/* Of 32 bits each, which every processor writes in one piece.  Halves of two notes make a time that is hardly ever recent. */
static struct slot {
	_Atomic uint32_t key;		/* 0: nothing */
	_Atomic uint32_t when;		/* clock_ms, but for the bits of key */
} *slots;

void
recent_prepare(void)
{
	void *p = slots != NULL ? MAP_FAILED
				: mmap(NULL, SLOTS * sizeof(*slots), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		slots = p;
}

/* Its slot, and the rest of its number. */
static struct slot *
slot_of(enum recent_kind kind, const char *what, uint32_t *key)
{
	struct digest_state state;
	struct digest d;
	uint32_t at;

	digest_begin(&state);
	digest_add(&state, &kind, sizeof(kind));
	digest_add(&state, what, strlen(what));
	digest_end(&state, &d);
	memcpy(&at, d.b, sizeof(at));
	memcpy(key, d.b + sizeof(at), sizeof(*key));
	*key |= 1;
	return &slots[at % SLOTS];
}

bool
recent_is(enum recent_kind kind, const char *what)
{
	const struct slot *slot;
	uint32_t key;

	if (slots == NULL)
		return false;
	slot = slot_of(kind, what, &key);
	return slot->key == key && (uint32_t)clock_ms() - (slot->when ^ key) < RECENT_MS;
}

void
recent_note(enum recent_kind kind, const char *what, int64_t now_ms)
{
	struct slot *slot;
	uint32_t key;

	if (slots == NULL)
		return;
	slot = slot_of(kind, what, &key);
	slot->when = (uint32_t)now_ms ^ key;
	slot->key = key;
}

bool
recent_or_look(enum recent_kind kind, const char *what, bool (*look)(const void *arg), const void *arg)
{
	int64_t now = clock_ms();

	if (recent_is(kind, what))
		return true;
	if (!look(arg))
		return false;
	recent_note(kind, what, now);
	return true;
}

void
recent_forget(void)
{
	for (size_t i = 0; slots != NULL && i < SLOTS; i++)
		slots[i].key = 0;
}
