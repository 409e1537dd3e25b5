/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/socks.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/util.h"

#define VERSION 5
#define NO_AUTHENTICATION 0
#define CONNECT 1
#define SUCCEEDED 0
#define HEAD_LEN 5	/* of a reply: version, code, 0, address type, and the length if that is a name */
#define PORT_LEN 2

enum { ADDRESS_IPV4 = 1, ADDRESS_NAME = 3, ADDRESS_IPV6 = 4 };

static const unsigned char greeting[] = {VERSION, 1, NO_AUTHENTICATION};

static const struct {
	enum socks_blame blame;
	const char *why;
} codes[] = {
	[1] = {SOCKS_BLAME_NOBODY, "the proxy says: general failure"},
	[2] = {SOCKS_BLAME_NOBODY, "the proxy says: not allowed by its rules"},
	[3] = {SOCKS_BLAME_HOST, "the proxy says: network unreachable"},
	[4] = {SOCKS_BLAME_HOST, "the proxy says: host unreachable, or no such name"},
	[5] = {SOCKS_BLAME_HOST, "the proxy says: connection refused"},
	[6] = {SOCKS_BLAME_HOST, "the proxy says: host too far away"},
	[7] = {SOCKS_BLAME_PROXY, "the proxy says: it makes no connections"},
	[8] = {SOCKS_BLAME_PROXY, "the proxy says: it takes no names"},
};

/* "host", "host:port", "[v6]", "[v6]:port"; more than one colon without brackets is an IPv6 address. */
static bool
split_host(const char *text, struct socks_proxy *p)
{
	const char *host = text, *end, *port = NULL;
	long n = SOCKS_PORT_DEFAULT;

	if (text[0] == '[') {
		host = text + 1;
		end = strchr(host, ']');
		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return false;
		port = end[1] == ':' ? end + 2 : NULL;
	} else {
		end = strchr(text, ':');
		if (end != NULL && strchr(end + 1, ':') == NULL)
			port = end + 1;
		else
			end = text + strlen(text);
	}
	if (end == host || memchr(host, '/', (size_t)(end - host)) != NULL || (port != NULL && !num_parse(port, 1, 65535, &n)))
		return false;
	p->host = xstrndup(host, (size_t)(end - host));
	p->port = (int)n;
	return true;
}

bool
socks_proxy_parse(const char *text, struct socks_proxy *p)
{
	*p = (struct socks_proxy){0};
	if (text[0] != '/')
		return split_host(text, p);
	p->path = xstrdup(text);
	return true;
}

void
socks_proxy_free(struct socks_proxy *p)
{
	free(p->path);
	free(p->host);
	*p = (struct socks_proxy){0};
}

static void
fail(struct socks *s, enum socks_blame blame, const char *why)
{
	s->step = SOCKS_FAILED;
	s->blame = blame;
	s->why = why;
}

void
socks_begin(struct socks *s, const char *host, int port)
{
	size_t len = strlen(host);
	unsigned char *p = s->request;

	*s = (struct socks){.step = SOCKS_GREETING};
	if (len == 0 || len > SOCKS_HOST_MAX) {
		fail(s, SOCKS_BLAME_NOBODY, "the name is too long for a proxy");
		return;
	}
	*p++ = VERSION;
	*p++ = CONNECT;
	*p++ = 0;
	*p++ = ADDRESS_NAME;
	*p++ = (unsigned char)len;
	memcpy(p, host, len);
	p += len;
	*p++ = (unsigned char)(port >> 8);
	*p++ = (unsigned char)port;
	s->request_len = (size_t)(p - s->request);
}

const unsigned char *
socks_message(const struct socks *s, size_t *len)
{
	*len = s->step == SOCKS_GREETING ? sizeof(greeting) : s->request_len;
	return s->step == SOCKS_GREETING ? greeting : s->request;
}

/* The length of the reply to CONNECT whose head is there; 0: no such address type. */
static size_t
reply_len(const struct socks *s)
{
	switch (s->reply[3]) {
	case ADDRESS_IPV4:
		return HEAD_LEN - 1 + 4 + PORT_LEN;
	case ADDRESS_NAME:
		return HEAD_LEN + s->reply[4] + PORT_LEN;
	case ADDRESS_IPV6:
		return HEAD_LEN - 1 + 16 + PORT_LEN;
	default:
		return 0;
	}
}

size_t
socks_wanted(const struct socks *s)
{
	if (s->step == SOCKS_GREETING)
		return 2 - s->have;
	if (s->have < HEAD_LEN)
		return HEAD_LEN - s->have;
	return reply_len(s) - s->have;
}

static void
take_greeting(struct socks *s)
{
	if (s->reply[0] != VERSION) {
		fail(s, SOCKS_BLAME_PROXY, "the proxy does not speak SOCKS 5");
	} else if (s->have == 2 && s->reply[1] != NO_AUTHENTICATION) {
		fail(s, SOCKS_BLAME_PROXY, "the proxy wants a user and a password");
	} else if (s->have == 2) {
		s->step = SOCKS_CONNECT;
		s->have = 0;
	}
}

static void
take_reply(struct socks *s)
{
	unsigned code = s->reply[1];

	if (s->reply[0] != VERSION)
		fail(s, SOCKS_BLAME_PROXY, "the proxy answered nonsense");
	else if (s->have >= 2 && code != SUCCEEDED && code < countof(codes))
		fail(s, codes[code].blame, codes[code].why);	/* it need not say more than that */
	else if (s->have >= 2 && code != SUCCEEDED)
		fail(s, SOCKS_BLAME_NOBODY, "the proxy says: failure, for a reason of its own");
	else if (s->have >= HEAD_LEN && reply_len(s) == 0)
		fail(s, SOCKS_BLAME_PROXY, "the proxy answered nonsense");
	else if (s->have >= HEAD_LEN && s->have == reply_len(s))
		s->step = SOCKS_OPEN;
}

void
socks_take(struct socks *s, size_t got)
{
	s->have += got;
	if (s->step == SOCKS_GREETING)
		take_greeting(s);
	else if (s->step == SOCKS_CONNECT)
		take_reply(s);
}
