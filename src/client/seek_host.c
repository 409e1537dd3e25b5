/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/seek_host.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/util.h"
#include "client/hostspec.h"

#define RESOLVER_ATTEMPTS 5	/* glibc takes no more */

bool
seek_is_format(const char *word)
{
	return word[0] != '[' && strchr(word, '%') != NULL;
}

char *
seek_format(const char *format, int number)
{
	const char *percent = strchr(format, '%'), *p;
	int width = 0;
	bool zeros;

	if (percent == NULL || strchr(percent + 1, '%') != NULL)
		return NULL;
	p = percent + 1;
	zeros = *p == '0';
	if (zeros)
		p++;
	if (*p >= '1' && *p <= '9')
		width = *p++ - '0';
	if (*p != 'd')
		return NULL;
	return xasprintf(zeros ? "%.*s%0*d%s" : "%.*s%*d%s", (int)(percent - format), format, width, number, p + 1);
}

/* Address or name: does a domain belong behind it? */
static bool
is_bare(const char *name)
{
	return strpbrk(name, ".:") == NULL;
}

/* Behind the host, whose address may have colons. */
static bool
has_port(const char *word)
{
	const char *bracket = strchr(word, ']');

	return strchr(bracket != NULL ? bracket : word, ':') != NULL;
}

const char *
seek_host_parse(const char *word, int port, const char *domain, struct seek_host *h)
{
	struct hostspec spec;
	enum hostspec_err err;
	size_t at;

	*h = (struct seek_host){0};
	err = hostspec_parse(word, &spec, &at);
	if (err != HOSTSPEC_OK)
		return hostspec_strerror(err);
	if (spec.kind != HOST_TCP && spec.kind != HOST_LOCAL) {
		hostspec_free(&spec);
		return "that is no host that listens on a port";
	}
	h->name = domain != NULL && is_bare(spec.host) ? xasprintf("%s.%s", spec.host, domain) : xstrdup(spec.host);
	h->port = has_port(word) ? spec.port : port;
	h->slots = strpbrk(word, "/=") != NULL ? spec.slots : 0;
	h->lzo = spec.lzo;
	h->cpp = spec.cpp;
	h->plain = spec.plain;
	hostspec_free(&spec);
	return NULL;
}

void
seek_host_free(struct seek_host *h)
{
	free(h->name);
	*h = (struct seek_host){0};
}

char *
seek_resolver(int query_ms)
{
	int s = query_ms / 1000 + (query_ms % 1000 != 0);

	return xasprintf("timeout:%d attempts:%d", s > 1 ? s : 1, RESOLVER_ATTEMPTS);
}

char *
seek_line(const struct seek_host *h, const struct seek_opts *o, const struct seek_result *r)
{
	const char *name = o->numeric ? r->address : h->name;
	struct buf b = BUF_INIT;

	buf_addf(&b, strchr(name, ':') != NULL ? "[%s]" : "%s", name);
	if (h->port != HOSTSPEC_PORT_DEFAULT)
		buf_addf(&b, ":%d", h->port);
	if (h->slots != 0)
		buf_addf(&b, "/%d", h->slots);
	if (h->lzo || o->version > 1)
		buf_adds(&b, ",lzo");
	if (h->cpp || o->version > 2)
		buf_adds(&b, ",cpp");
	if (h->plain)
		buf_adds(&b, ",plain");
	if (r->state != SEEK_UP)
		buf_adds(&b, ",down");
	if (o->latency && r->ms >= 0)
		buf_addf(&b, " %d", r->ms);
	return b.p;
}
