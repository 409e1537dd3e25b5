/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zeroconf/avahi_browse.h"

#include <avahi-client/lookup.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/util.h"
#include "client/discovered.h"
#include "zeroconf/avahi_link.h"
#include "zeroconf/txt.h"
#include "zeroconf/volunteers.h"

#define TICK_MS 1000
#define ANSWER_MS 2000		/* by then clients get what is known */
#define RETRY_MS 3000		/* until those are asked again that did not answer, the Avahi daemon as well */
#define IDLE_MS 300000

struct browse {
	struct hostsfile *file;
	const char *type;
	AvahiClient *client;	/* NULL: there is no connection */
	AvahiServiceBrowser *browser;
	bool lost;		/* the browser sees nothing any more, or could not be made */
	struct volunteers all;
	bool listed;		/* everybody known at first has been named */
	int64_t answer_at;	/* from then on what is known is told, complete or not; 0: an answer stands in the file */
	int64_t retry_at;
	bool failed;		/* the file cannot be written */
};

static void
write_file(struct browse *b, const char *text)
{
	b->answer_at = 0;
	if (!hostsfile_write(b->file, text))
		b->failed = true;
}

/* Before the first answer is complete only the clock makes one. */
static void
tell(struct browse *b)
{
	struct buf text = BUF_INIT;

	if (b->answer_at != 0 && clock_ms() < b->answer_at && !(b->listed && volunteers_complete(&b->all)))
		return;
	buf_adds(&text, "# Found on the network; distcc-zeroconf writes this file.\n");
	volunteers_list(&b->all, &text);
	write_file(b, text.p);
	buf_free(&text);
}

static void
take_answer(struct sighting *s, const AvahiAddress *a, uint16_t port, AvahiStringList *strings)
{
	char name[IF_NAMESIZE];
	struct txt txt = {0};

	for (AvahiStringList *i = strings; i != NULL; i = avahi_string_list_get_next(i))
		txt_take(&txt, (const char *)avahi_string_list_get_text(i), avahi_string_list_get_size(i));
	s->slots = txt_slots(&txt);
	volunteers_at(s, a->proto == AVAHI_PROTO_INET6 ? AF_INET6 : AF_INET, &a->data,
		if_indextoname((unsigned)s->interface, name), port);
}

/*
 * Machines with the same name take the names of their services from each other.  A resolver that stays (of Avahi 0.8) then tells the
 * new machine's name and the old one's address: only one made anew tells what belongs together.
 */
static bool
moved(struct sighting *s, const char *host)
{
	if (s->host == NULL)
		s->host = xstrdup(host);
	return !streq(s->host, host);
}

static void ask(struct browse *b, struct sighting *s);

static void
resolved(AvahiServiceResolver *resolver, AvahiIfIndex interface, AvahiProtocol protocol, AvahiResolverEvent event, const char *name,
	const char *type, const char *domain, const char *host, const AvahiAddress *a, uint16_t port, AvahiStringList *txt,
	AvahiLookupResultFlags flags, void *arg)
{
	struct browse *b = arg;
	struct sighting *s = volunteers_find(&b->all, name, domain, interface, protocol);

	(void)type;
	if (s == NULL || s->resolver != resolver)
		return;
	if (event == AVAHI_RESOLVER_FOUND && moved(s, host)) {
		ask(b, s);
		return;
	}
	s->asked = true;
	s->failed = event != AVAHI_RESOLVER_FOUND;
	if (s->failed) {
		volunteers_at(s, AF_INET, &(struct in_addr){0}, NULL, 0);
	} else {
		s->own = (flags & AVAHI_LOOKUP_RESULT_LOCAL) != 0;
		take_answer(s, a, port, txt);
	}
	tell(b);
}

/* With an address of the protocol that it was seen by: by IPv4 one would get IPv6 addresses as well.  It stays, to hear of changes. */
static void
ask(struct browse *b, struct sighting *s)
{
	if (s->resolver != NULL)
		avahi_service_resolver_free(s->resolver);
	free(s->host);
	s->host = NULL;
	s->resolver = avahi_service_resolver_new(b->client, s->interface, s->protocol, s->name, TXT_TYPE, s->domain, s->protocol, 0,
		resolved, b);
	s->failed = s->resolver == NULL;
	s->asked |= s->failed;
}

static void
ask_again(struct browse *b)
{
	for (size_t i = 0; i < b->all.n; i++) {
		if (b->all.v[i].failed)
			ask(b, &b->all.v[i]);
	}
}

static void
add(struct browse *b, AvahiIfIndex interface, AvahiProtocol protocol, const char *name, const char *domain, bool own)
{
	struct sighting *s = volunteers_add(&b->all, name, domain, interface, protocol);

	if (s == NULL)
		return;
	s->own = own;
	ask(b, s);
}

static void
forget(struct browse *b, struct sighting *s)
{
	if (s == NULL)
		return;
	if (s->resolver != NULL)
		avahi_service_resolver_free(s->resolver);
	volunteers_remove(&b->all, s);
}

static void
seen(AvahiServiceBrowser *browser, AvahiIfIndex interface, AvahiProtocol protocol, AvahiBrowserEvent event, const char *name,
	const char *type, const char *domain, AvahiLookupResultFlags flags, void *arg)
{
	struct browse *b = arg;

	(void)browser, (void)type;
	switch (event) {
	case AVAHI_BROWSER_NEW:
		add(b, interface, protocol, name, domain, (flags & AVAHI_LOOKUP_RESULT_LOCAL) != 0);
		break;
	case AVAHI_BROWSER_REMOVE:
		forget(b, volunteers_find(&b->all, name, domain, interface, protocol));
		break;
	case AVAHI_BROWSER_FAILURE:
		b->lost = true;
		/* fall through */
	case AVAHI_BROWSER_ALL_FOR_NOW:
		b->listed = true;
		break;
	case AVAHI_BROWSER_CACHE_EXHAUSTED:
		return;
	}
	tell(b);
}

/* Nobody is found, if nobody ever was: hosts that were known have not gone while Avahi is restarted. */
static void
tell_why(struct browse *b, const char *why)
{
	char *text;

	b->answer_at = 0;
	if (b->file->text != NULL && !streq(b->file->text, DISCOVERED_SEARCHING "\n"))
		return;
	text = xasprintf(DISCOVERED_NONE "%s\n", why);
	write_file(b, text);
	free(text);
}

/* From nothing. */
static void
look(struct browse *b)
{
	b->listed = false;
	b->answer_at = clock_ms() + ANSWER_MS;
	b->browser = avahi_service_browser_new(b->client, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, b->type, NULL, 0, seen, b);
	b->lost = b->browser == NULL;
	if (b->lost)
		tell_why(b, avahi_strerror(avahi_client_errno(b->client)));
}

static void
look_away(struct browse *b)
{
	while (b->all.n > 0)
		forget(b, &b->all.v[b->all.n - 1]);
	if (b->browser != NULL)
		avahi_service_browser_free(b->browser);
	b->browser = NULL;
}

static void
up(AvahiClient *client, void *arg)
{
	struct browse *b = arg;

	b->client = client;
	look(b);
}

static void
down(const char *why, void *arg)
{
	struct browse *b = arg;

	look_away(b);
	b->client = NULL;
	tell_why(b, why);
}

static int
tick(void *arg)
{
	struct browse *b = arg;

	if (b->answer_at != 0 && clock_ms() >= b->answer_at)
		tell(b);
	if (clock_ms() >= b->retry_at) {
		b->retry_at = clock_ms() + RETRY_MS;
		if (b->client != NULL && b->lost) {
			look_away(b);
			look(b);
		}
		ask_again(b);
	}
	return !b->failed && hostsfile_in_use(b->file, IDLE_MS);
}

void
avahi_browse_run(struct hostsfile *file, const char *type)
{
	struct browse b = {.file = file, .type = type};
	struct avahi_link_user user = {.up = up, .down = down, .tick = tick, .arg = &b, .tick_ms = TICK_MS};

	avahi_link_run(&user);
	volunteers_free(&b.all);
}
