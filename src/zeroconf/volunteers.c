/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zeroconf/volunteers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"
#include "client/discovered.h"

struct sighting *
volunteers_find(const struct volunteers *all, const char *name, const char *domain, int interface, int protocol)
{
	for (size_t i = 0; i < all->n; i++) {
		struct sighting *s = &all->v[i];

		if (s->interface == interface && s->protocol == protocol && streq(s->name, name) && strcasecmp(s->domain, domain) == 0)
			return s;
	}
	return NULL;
}

struct sighting *
volunteers_add(struct volunteers *all, const char *name, const char *domain, int interface, int protocol)
{
	if (all->n == VOLUNTEERS_SEEN_MAX || volunteers_find(all, name, domain, interface, protocol) != NULL)
		return NULL;
	if (all->n == all->cap) {
		all->cap = all->cap != 0 ? 2 * all->cap : 16;
		all->v = xrealloc(all->v, all->cap * sizeof(all->v[0]));
	}
	all->v[all->n] = (struct sighting){
		.name = xstrdup(name), .domain = xstrdup(domain), .interface = interface, .protocol = protocol,
	};
	return &all->v[all->n++];
}

static void
clear(struct sighting *s)
{
	free(s->name);
	free(s->domain);
	free(s->address);
	free(s->host);
}

void
volunteers_remove(struct volunteers *all, struct sighting *s)
{
	size_t at = (size_t)(s - all->v);

	clear(s);
	memmove(s, s + 1, (--all->n - at) * sizeof(*s));
}

void
volunteers_free(struct volunteers *all)
{
	for (size_t i = 0; i < all->n; i++)
		clear(&all->v[i]);
	free(all->v);
	*all = (struct volunteers){0};
}

static bool
usable_ipv4(const struct in_addr *a)
{
	uint32_t n = ntohl(a->s_addr);

	return n >> 24 != 0 && n >> 24 < 224;
}

static bool
usable_ipv6(const struct in6_addr *a)
{
	return !IN6_IS_ADDR_UNSPECIFIED(a) && !IN6_IS_ADDR_MULTICAST(a) && !IN6_IS_ADDR_V4MAPPED(a) && !IN6_IS_ADDR_V4COMPAT(a);
}

/* Somebody else's announcement must not lead clients to services of this machine. */
static bool
is_loopback(int family, const void *bytes)
{
	return family == AF_INET ? *(const unsigned char *)bytes == 127 : IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)bytes);
}

static char *
ipv6_text(const struct in6_addr *a, const char *interface_name)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(AF_INET6, a, text, sizeof(text)) == NULL)
		return NULL;
	if (!IN6_IS_ADDR_LINKLOCAL(a))
		return xasprintf("[%s]", text);
	/* means something on that interface alone */
	if (interface_name == NULL || interface_name[strcspn(interface_name, "]/ \t\n#,%")] != '\0')
		return NULL;
	return xasprintf("[%s%%%s]", text, interface_name);
}

void
volunteers_at(struct sighting *s, int family, const void *bytes, const char *interface_name, int port)
{
	char text[INET_ADDRSTRLEN];

	free(s->address);
	s->address = NULL;
	s->family = family;
	s->link_local = false;
	s->loopback = is_loopback(family, bytes);
	s->port = port;
	if (port < 1 || port > 65535 || (s->loopback && !s->own))
		return;
	if (family == AF_INET6 && usable_ipv6(bytes)) {
		s->link_local = IN6_IS_ADDR_LINKLOCAL((const struct in6_addr *)bytes);
		s->address = ipv6_text(bytes, interface_name);
	} else if (family == AF_INET && usable_ipv4(bytes) && inet_ntop(AF_INET, bytes, text, sizeof(text)) != NULL) {
		s->address = xstrdup(text);
	}
}

bool
volunteers_complete(const struct volunteers *all)
{
	for (size_t i = 0; i < all->n; i++) {
		if (!all->v[i].asked)
			return false;
	}
	return true;
}

/* Loopback comes last: a daemon may serve its network alone, and clients here are part of that. */
static int
rank(const struct sighting *s)
{
	if (s->loopback)
		return 3;
	return s->family == AF_INET ? 0 : s->link_local ? 2 : 1;
}

static int
compare_text(const struct sighting *a, const struct sighting *b)
{
	int c = strcmp(a->name, b->name);

	return c != 0 ? c : strcasecmp(a->domain, b->domain);
}

/* Sightings of one volunteer stand together, the best one first. */
static int
by_volunteer(const void *pa, const void *pb)
{
	const struct sighting *a = *(const struct sighting *const *)pa, *b = *(const struct sighting *const *)pb;
	int c = compare_text(a, b);

	if (c == 0)
		c = rank(a) - rank(b);
	return c != 0 ? c : strcmp(a->address, b->address);
}

static int
by_use(const void *pa, const void *pb)
{
	const struct sighting *a = *(const struct sighting *const *)pa, *b = *(const struct sighting *const *)pb;
	int c = (int)a->own - (int)b->own;

	if (c == 0)
		c = b->slots - a->slots;
	if (c == 0)
		c = strcmp(a->address, b->address);
	return c != 0 ? c : a->port - b->port;
}

/* One sighting of each volunteer whose address is known.  Their number. */
static size_t
choose(const struct volunteers *all, struct sighting **v)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (all->v[i].address != NULL)
			v[n++] = &all->v[i];
	}
	qsort(v, n, sizeof(v[0]), by_volunteer);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || compare_text(v[i], v[kept - 1]) != 0)
			v[kept++] = v[i];
	}
	qsort(v, kept, sizeof(v[0]), by_use);
	return kept;
}

void
volunteers_list(const struct volunteers *all, struct buf *out)
{
	struct sighting **v = xcalloc(all->n + 1, sizeof(v[0]));
	size_t n = choose(all, v);

	for (size_t i = 0; i < n && i < DISCOVERED_HOSTS_MAX; i++)
		buf_addf(out, "%s:%d/%d\n", v[i]->address, v[i]->port, v[i]->slots);
	free(v);
}
