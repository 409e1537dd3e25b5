/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/discovered.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/util.h"

#define WHY_MAX 200

/* "192.0.2.1", "2001:db8::1", "fe80::1%eth0" */
static bool
is_address(const char *host)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	size_t len = strcspn(host, "%");
	char plain[INET6_ADDRSTRLEN];

	if (len >= sizeof(plain) || (host[len] == '%' && host[len + 1] == '\0'))
		return false;
	memcpy(plain, host, len);
	plain[len] = '\0';
	if (inet_pton(AF_INET6, plain, bytes) == 1)
		return true;
	return host[len] == '\0' && inet_pton(AF_INET, plain, bytes) == 1;
}

static bool
known(const struct discovered *d, const struct hostspec *h)
{
	for (size_t i = 0; i < d->n; i++) {
		if (hostspec_same(&d->v[i], h))
			return true;
	}
	return false;
}

static void
take_host(struct discovered *d, const char *word)
{
	struct hostspec h;
	size_t at;

	if (d->n == DISCOVERED_HOSTS_MAX || hostspec_parse(word, &h, &at) != HOSTSPEC_OK)
		return;
	if (h.kind != HOST_TCP || !is_address(h.host) || strchr(word, ',') != NULL || known(d, &h)) {
		hostspec_free(&h);
		return;
	}
	if (h.slots > DISCOVERED_SLOTS_MAX)
		h.slots = DISCOVERED_SLOTS_MAX;
	d->v = xrealloc(d->v, (d->n + 1) * sizeof(d->v[0]));
	d->v[d->n++] = h;
}

static void
take_comment(struct discovered *d, const char *text, size_t len)
{
	size_t prefix = strlen(DISCOVERED_NONE);

	if (len == strlen(DISCOVERED_SEARCHING) && strncmp(text, DISCOVERED_SEARCHING, len) == 0) {
		d->searching = true;
	} else if (d->why == NULL && len > prefix && len - prefix <= WHY_MAX && starts_with(text, DISCOVERED_NONE)) {
		d->why = xstrndup(text + prefix, len - prefix);
		for (char *p = d->why; *p != '\0'; p++) {
			if ((unsigned char)*p < ' ' || *p == 0x7f)
				*p = '?';
		}
	}
}

void
discovered_parse(struct discovered *d, const char *text)
{
	size_t len;
	char *word;

	*d = (struct discovered){0};
	for (const char *p = text; *p != '\0'; p += len) {
		len = strcspn(p, *p == '#' ? "\n" : " \t\r\n#");
		if (*p == '#') {
			take_comment(d, p, len);
		} else if (len == 0) {
			len = 1;
		} else {
			word = xstrndup(p, len);
			take_host(d, word);
			free(word);
		}
	}
}

void
discovered_free(struct discovered *d)
{
	for (size_t i = 0; i < d->n; i++)
		hostspec_free(&d->v[i]);
	free(d->v);
	free(d->why);
	*d = (struct discovered){0};
}
