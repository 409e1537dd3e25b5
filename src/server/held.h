/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that were accepted but have no child yet: their client has its share of children already. */
#ifndef SERVER_HELD_H
#define SERVER_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "server/listen.h"

#define HELD_MAX 1024
#define HELD_PER_CLIENT (HELD_MAX / 4 * 3)

struct held {
	struct client v[HELD_MAX];	/* in order of arrival */
	size_t n;
};

/* False (nothing has changed) when there is no room, or no more for this client. */
bool held_add(struct held *h, const struct client *c);
/* The one at this place goes on elsewhere. */
void held_remove(struct held *h, size_t at);
/* Close all but the descriptor but. */
void held_close(struct held *h, int but);

#endif
