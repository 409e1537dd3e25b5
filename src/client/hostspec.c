/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/hostspec.h"

#include <stdlib.h>

#include "base/num.h"
#include "base/util.h"
#include "wire/lzo.h"

#define DEFAULT_SLOTS 4
#define DEFAULT_LOCAL_SLOTS 2

/* Where we are in the word. */
struct cursor {
	const char *word, *p;
};

static const struct {
	const char *name;
	enum hostspec_kind kind;
	bool number;
} settings[] = {
	{"--randomize", HOST_RANDOMIZE, false},
	{"--localslots", HOST_LOCALSLOTS, true},
	{"--localslots_cpp", HOST_LOCALSLOTS_CPP, true},
};

static const struct {
	const char *name;
	size_t flag;		/* offset of the bool in struct hostspec; NO_FLAG: not built in */
	enum hostspec_err err;
} options[] = {
#define NO_FLAG ((size_t)-1)
	{"cpp", offsetof(struct hostspec, cpp), HOSTSPEC_OK},
	{"down", offsetof(struct hostspec, down), HOSTSPEC_OK},
	{"lzo", offsetof(struct hostspec, lzo), HOSTSPEC_OK},
	{"plain", offsetof(struct hostspec, plain), HOSTSPEC_OK},
	{"auth", NO_FLAG, HOSTSPEC_AUTH},
};

static const char *const errors[] = {
	[HOSTSPEC_OK] = "no error",
	[HOSTSPEC_EMPTY] = "the word is empty",
	[HOSTSPEC_HOST] = "no host name here (an IPv6 address is written in [brackets])",
	[HOSTSPEC_BRACKET] = "no IPv6 address in brackets",
	[HOSTSPEC_USER] = "not a user name",
	[HOSTSPEC_SLOTS] = "the number of slots is not from 1 to 10000",
	[HOSTSPEC_PORT] = "the port is not from 1 to 65535",
	[HOSTSPEC_COLONS] = "no port is here, and an IPv6 address is written in [brackets]",
	[HOSTSPEC_COMMAND] = "a command is missing behind the colon",
	[HOSTSPEC_OPTION] = "no such host option (there are ,lzo ,cpp ,down ,plain)",
	[HOSTSPEC_SETTING] = "no such setting (there are --randomize --localslots=N --localslots_cpp=N)",
	[HOSTSPEC_JUNK] = "unexpected text",
	[HOSTSPEC_ZEROCONF] = "+zeroconf stands alone: volunteers announce their slots, and options are for hosts that are named",
	[HOSTSPEC_LZO] = "this distcc was built without LZO compression",
	[HOSTSPEC_AUTH] = "this distcc has no GSS-API authentication",
};

const char *
hostspec_strerror(enum hostspec_err err)
{
	return (size_t)err < countof(errors) ? errors[err] : "unknown error";
}

/* Digits at the cursor as a number; what follows them is looked at by the caller. */
static bool
take_number(struct cursor *c, long max, int *out)
{
	size_t len = strspn(c->p, "0123456789");
	long n;

	if (!num_parse_n(c->p, len, 1, max, &n))
		return false;
	*out = (int)n;
	c->p += len;
	return true;
}

/* ["/"N], with "=" for "/" as stock allows. */
static enum hostspec_err
take_slots(struct cursor *c, struct hostspec *h)
{
	if (*c->p != '/' && *c->p != '=')
		return HOSTSPEC_OK;
	c->p++;
	return take_number(c, HOSTSPEC_SLOTS_MAX, &h->slots) ? HOSTSPEC_OK : HOSTSPEC_SLOTS;
}

static enum hostspec_err
take_ipv6(struct cursor *c, struct hostspec *h)
{
	size_t len = strcspn(c->p, "]");
	size_t digits = strspn(c->p + 1, "0123456789abcdefABCDEF:.");

	if (c->p[len] == '\0' || len < 3 || len > HOSTSPEC_NAME_MAX)
		return HOSTSPEC_BRACKET;
	if (digits != len - 1 && c->p[digits + 1] != '%')	/* a zone may follow: fe80::1%eth0 */
		return HOSTSPEC_BRACKET;
	if (memchr(c->p, '/', len) != NULL)
		return HOSTSPEC_BRACKET;
	h->host = xstrndup(c->p + 1, len - 1);
	c->p += len + 1;
	return HOSTSPEC_OK;
}

static enum hostspec_err
take_host(struct cursor *c, struct hostspec *h)
{
	size_t len;

	if (*c->p == '[')
		return take_ipv6(c, h);
	len = strcspn(c->p, "/=:,@[]");
	/* ssh would take a leading '-' as an option */
	if (len == 0 || len > HOSTSPEC_NAME_MAX || *c->p == '-')
		return HOSTSPEC_HOST;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)c->p[i] <= ' ' || c->p[i] == 0x7f) {
			c->p += i;
			return HOSTSPEC_HOST;
		}
	h->host = xstrndup(c->p, len);
	c->p += len;
	return HOSTSPEC_OK;
}

static enum hostspec_err
take_option(struct cursor *c, struct hostspec *h)
{
	size_t len = strcspn(c->p, ",");
	size_t name = strcspn(c->p, ",=");

	for (size_t i = 0; i < countof(options); i++) {
		if (strlen(options[i].name) != name || strncmp(c->p, options[i].name, name) != 0)
			continue;
		if (options[i].flag == NO_FLAG)
			return options[i].err;
		if (name != len) {
			c->p += name;
			return HOSTSPEC_JUNK;
		}
		if (options[i].flag == offsetof(struct hostspec, lzo) && !lzo_available())
			return HOSTSPEC_LZO;
		*(bool *)((char *)h + options[i].flag) = true;
		c->p += len;
		return HOSTSPEC_OK;
	}
	return HOSTSPEC_OPTION;
}

/* { ","NAME } up to the end of the word. */
static enum hostspec_err
take_options(struct cursor *c, struct hostspec *h)
{
	enum hostspec_err err;

	while (*c->p == ',') {
		c->p++;
		err = take_option(c, h);
		if (err != HOSTSPEC_OK)
			return err;
	}
	return *c->p == '\0' ? HOSTSPEC_OK : HOSTSPEC_JUNK;
}

static enum hostspec_err
parse_setting(struct cursor *c, struct hostspec *h)
{
	size_t len = strcspn(c->p, "=/");

	for (size_t i = 0; i < countof(settings); i++) {
		if (strlen(settings[i].name) != len || strncmp(c->p, settings[i].name, len) != 0)
			continue;
		h->kind = settings[i].kind;
		c->p += len;
		if (!settings[i].number)
			return *c->p == '\0' ? HOSTSPEC_OK : HOSTSPEC_JUNK;
		if (*c->p != '\0')
			c->p++;
		if (!take_number(c, HOSTSPEC_SLOTS_MAX, &h->slots))
			return HOSTSPEC_SLOTS;
		return *c->p == '\0' ? HOSTSPEC_OK : HOSTSPEC_JUNK;
	}
	return HOSTSPEC_SETTING;
}

static enum hostspec_err
parse_local(struct cursor *c, struct hostspec *h)
{
	enum hostspec_err err;

	h->kind = HOST_LOCAL;
	h->slots = DEFAULT_LOCAL_SLOTS;
	h->host = xstrdup("localhost");
	c->p += strlen("localhost");
	err = take_slots(c, h);
	return err != HOSTSPEC_OK ? err : take_options(c, h);
}

static enum hostspec_err
parse_tcp(struct cursor *c, struct hostspec *h)
{
	enum hostspec_err err;

	h->kind = HOST_TCP;
	h->port = HOSTSPEC_PORT_DEFAULT;
	h->slots = DEFAULT_SLOTS;
	err = take_host(c, h);
	if (err == HOSTSPEC_OK)
		err = take_slots(c, h);
	if (err == HOSTSPEC_OK && *c->p == ':') {
		c->p++;
		if (!take_number(c, 65535, &h->port))
			return strchr(c->p, ':') != NULL ? HOSTSPEC_COLONS : HOSTSPEC_PORT;
		err = take_slots(c, h);
	}
	return err != HOSTSPEC_OK ? err : take_options(c, h);
}

static enum hostspec_err
parse_ssh(struct cursor *c, struct hostspec *h)
{
	size_t user = strcspn(c->p, "@"), len;
	enum hostspec_err err;

	h->kind = HOST_SSH;
	h->slots = DEFAULT_SLOTS;
	if (user > 0) {
		if (*c->p == '-' || strcspn(c->p, "/=:,[]") < user)
			return HOSTSPEC_USER;
		h->user = xstrndup(c->p, user);
	}
	c->p += user + 1;
	err = take_host(c, h);
	if (err == HOSTSPEC_OK)
		err = take_slots(c, h);
	if (err == HOSTSPEC_OK && *c->p == ':') {
		c->p++;
		len = strcspn(c->p, ",");
		if (len == 0)
			return HOSTSPEC_COMMAND;
		h->command = xstrndup(c->p, len);
		c->p += len;
	}
	return err != HOSTSPEC_OK ? err : take_options(c, h);
}

static enum hostspec_err
parse_zeroconf(struct cursor *c, struct hostspec *h)
{
	h->kind = HOST_ZEROCONF;
	c->p += strlen("+zeroconf");
	return *c->p == '\0' ? HOSTSPEC_OK : HOSTSPEC_ZEROCONF;
}

/* "localhost" alone or before slots or options; "localhost:44" is a volunteer like any other. */
static bool
is_localhost(const char *word)
{
	size_t len = strlen("localhost");

	return starts_with(word, "localhost") && (word[len] == '\0' || strchr("/=,", word[len]) != NULL);
}

enum hostspec_err
hostspec_parse(const char *word, struct hostspec *h, size_t *at)
{
	struct cursor c = {word, word};
	enum hostspec_err err;

	*h = (struct hostspec){0};
	if (word[0] == '\0')
		err = HOSTSPEC_EMPTY;
	else if (starts_with(word, "--"))
		err = parse_setting(&c, h);
	else if (starts_with(word, "+zeroconf"))
		err = parse_zeroconf(&c, h);
	else if (is_localhost(word))
		err = parse_local(&c, h);
	else if (strchr(word, '@') != NULL)
		err = parse_ssh(&c, h);
	else
		err = parse_tcp(&c, h);
	if (err != HOSTSPEC_OK) {
		*at = (size_t)(c.p - word);
		hostspec_free(h);
		return err;
	}
	h->word = xstrdup(word);
	return HOSTSPEC_OK;
}

void
hostspec_free(struct hostspec *h)
{
	free(h->word);
	free(h->host);
	free(h->user);
	free(h->command);
	*h = (struct hostspec){0};
}

char *
hostspec_label(const struct hostspec *h)
{
	bool ipv6 = h->host != NULL && strchr(h->host, ':') != NULL;

	switch (h->kind) {
	case HOST_TCP:
		if (h->port == HOSTSPEC_PORT_DEFAULT)
			return xstrdup(h->host);
		return xasprintf(ipv6 ? "[%s]:%d" : "%s:%d", h->host, h->port);
	case HOST_SSH:
		return xasprintf("%s@%s", h->user != NULL ? h->user : "", h->host);
	default:
		return xstrdup(h->host != NULL ? h->host : h->word);
	}
}

char *
hostspec_lock_name(const struct hostspec *h)
{
	switch (h->kind) {
	case HOST_TCP:
		return xasprintf("tcp_%s_%d", h->host, h->port);
	case HOST_SSH:
		return xasprintf("ssh_%s", h->host);
	default:
		return xstrdup("localhost");
	}
}

bool
hostspec_same(const struct hostspec *a, const struct hostspec *b)
{
	return a->kind == b->kind && a->port == b->port && streq(a->host, b->host);
}
