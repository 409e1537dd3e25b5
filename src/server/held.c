/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/held.h"

#include <string.h>
#include <unistd.h>

bool
held_add(struct held *h, const struct client *c)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += memcmp(h->v[i].key, c->key, ACCESS_KEY_LEN) == 0;
	if (h->n == HELD_MAX || n >= HELD_PER_CLIENT)
		return false;
	h->v[h->n++] = *c;
	return true;
}

void
held_remove(struct held *h, size_t at)
{
	h->n--;
	memmove(&h->v[at], &h->v[at + 1], (h->n - at) * sizeof(h->v[0]));
}

void
held_close(struct held *h, int but)
{
	while (h->n > 0) {
		h->n--;
		if (h->v[h->n].fd != but)
			close(h->v[h->n].fd);
	}
}
