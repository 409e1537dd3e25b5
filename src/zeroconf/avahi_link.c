/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zeroconf/avahi_link.h"

#include <avahi-common/error.h>
#include <avahi-common/simple-watch.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define LOST_MS 200		/* until a new connection is made: by D-Bus it learns when the daemon comes back */
#define FAILED_MS 5000		/* after one that could not be made */

struct link {
	const struct avahi_link_user *user;
	AvahiSimplePoll *poll;
	AvahiClient *client;
	bool lost;		/* the client is of no use any more */
	bool up;		/* the user was told so */
	bool told;		/* the user knows that it is down */
	int64_t again_at;
};

static void
tell_down(struct link *l, const char *why)
{
	if (l->up || !l->told)
		l->user->down(why, l->user->arg);
	l->up = false;
	l->told = true;
}

/* Called from within avahi_client_new, too, when l->client is not set yet. */
static void
changed(AvahiClient *client, AvahiClientState state, void *arg)
{
	struct link *l = arg;

	switch (state) {
	case AVAHI_CLIENT_S_RUNNING:
		if (!l->up)
			l->user->up(client, l->user->arg);
		l->up = true;
		l->told = false;
		break;
	case AVAHI_CLIENT_CONNECTING:
		tell_down(l, "no Avahi daemon runs here");
		break;
	case AVAHI_CLIENT_FAILURE:
		tell_down(l, avahi_client_errno(client) == AVAHI_ERR_DISCONNECTED ? "the Avahi daemon has ended" :
			avahi_strerror(avahi_client_errno(client)));
		l->lost = true;
		break;
	case AVAHI_CLIENT_S_COLLISION:
	case AVAHI_CLIENT_S_REGISTERING:
		/* its host name changes, and with it all that was announced */
		if (l->up)
			tell_down(l, "the Avahi daemon changes its host name");
		break;
	}
}

static void
drop(struct link *l, int wait_ms)
{
	if (l->client != NULL)
		avahi_client_free(l->client);
	l->client = NULL;
	l->lost = false;
	l->again_at = clock_ms() + wait_ms;
}

static void
make(struct link *l)
{
	int err = 0;

	l->client = avahi_client_new(avahi_simple_poll_get(l->poll), AVAHI_CLIENT_NO_FAIL, changed, l, &err);
	if (l->client == NULL) {
		tell_down(l, err == AVAHI_ERR_DBUS_ERROR || err == AVAHI_ERR_NO_DAEMON ? "no system bus (D-Bus), or no Avahi daemon, runs here" :
			avahi_strerror(err));
		drop(l, FAILED_MS);
	}
}

static int
wait_ms(const struct link *l)
{
	int64_t left = l->again_at - clock_ms();

	if (l->client != NULL || left >= l->user->tick_ms)
		return l->user->tick_ms;
	return left < 1 ? 1 : (int)left;
}

int
avahi_link_run(const struct avahi_link_user *user)
{
	struct link l = {.user = user, .poll = avahi_simple_poll_new()};

	if (l.poll == NULL)
		return -1;
	do {
		if (l.lost)
			drop(&l, LOST_MS);
		if (l.client == NULL && clock_ms() >= l.again_at)
			make(&l);
		if (!l.lost && avahi_simple_poll_iterate(l.poll, wait_ms(&l)) != 0) {
			tell_down(&l, strerror(errno));
			l.lost = true;
		}
	} while (user->tick(user->arg));
	if (l.client != NULL)
		tell_down(&l, "we end");
	drop(&l, 0);
	avahi_simple_poll_free(l.poll);
	return 0;
}
