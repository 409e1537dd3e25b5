/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/access.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/util.h"

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static const char *const private_nets[] = {
	"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16",
	"fe80::/10", "fc00::/7", "::1",
};

static void
key_from_v4(const struct in_addr *in, unsigned char key[ACCESS_KEY_LEN])
{
	memcpy(key, mapped, sizeof(mapped));
	memcpy(key + sizeof(mapped), in, 4);
}

static bool
is_v4(const unsigned char key[ACCESS_KEY_LEN])
{
	return memcmp(key, mapped, sizeof(mapped)) == 0;
}

void
access_key(const struct sockaddr *sa, unsigned char key[ACCESS_KEY_LEN])
{
	memset(key, 0, ACCESS_KEY_LEN);
	if (sa->sa_family == AF_INET)
		key_from_v4(&((const struct sockaddr_in *)sa)->sin_addr, key);
	else if (sa->sa_family == AF_INET6)
		memcpy(key, &((const struct sockaddr_in6 *)sa)->sin6_addr, ACCESS_KEY_LEN);
}

/* text[0..len) as an address; brackets around IPv6 are tolerated. */
static bool
parse_addr(const char *text, size_t len, unsigned char key[ACCESS_KEY_LEN])
{
	char word[INET6_ADDRSTRLEN];
	struct in_addr in;

	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(word))
		return false;
	memcpy(word, text, len);
	word[len] = '\0';
	if (inet_pton(AF_INET, word, &in) == 1) {
		key_from_v4(&in, key);
		return true;
	}
	return inet_pton(AF_INET6, word, key) == 1;
}

enum access_err
access_parse(const char *text, struct access_rule *out)
{
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	struct access_rule rule;
	bool dotted = memchr(text, ':', len) == NULL;
	long bits = dotted ? 32 : 128;

	if (!parse_addr(text, len, rule.addr))
		return ACCESS_ADDRESS;
	if (slash != NULL && !num_parse(slash + 1, 0, bits, &bits))
		return ACCESS_MASK;
	rule.bits = (unsigned)bits + (dotted ? 96 : 0);
	rule.v4 = is_v4(rule.addr) && rule.bits >= 96;
	*out = rule;
	return ACCESS_OK;
}

void
access_add(struct access *a, const struct access_rule *rule)
{
	a->rules = xrealloc(a->rules, (a->n + 1) * sizeof(*a->rules));
	a->rules[a->n++] = *rule;
}

bool
access_add_addr(struct access *a, const struct sockaddr *sa)
{
	struct access_rule rule = {.bits = 128};

	if (sa->sa_family != AF_INET && sa->sa_family != AF_INET6)
		return false;
	access_key(sa, rule.addr);
	rule.v4 = is_v4(rule.addr);
	access_add(a, &rule);
	return true;
}

void
access_add_private(struct access *a)
{
	struct access_rule rule;

	for (size_t i = 0; i < countof(private_nets); i++) {
		if (access_parse(private_nets[i], &rule) == ACCESS_OK)
			access_add(a, &rule);
	}
}

void
access_add_all(struct access *a, const struct access *more)
{
	for (size_t i = 0; i < more->n; i++)
		access_add(a, &more->rules[i]);
}

static bool
rule_fits(const struct access_rule *rule, const unsigned char key[ACCESS_KEY_LEN])
{
	unsigned whole = rule->bits / 8, rest = rule->bits % 8;
	unsigned char mask = (unsigned char)(0xff00 >> rest);

	if (rule->v4 != is_v4(key))
		return false;
	if (memcmp(rule->addr, key, whole) != 0)
		return false;
	return rest == 0 || ((rule->addr[whole] ^ key[whole]) & mask) == 0;
}

bool
access_admits(const struct access *a, const struct sockaddr *sa)
{
	unsigned char key[ACCESS_KEY_LEN];

	if (sa->sa_family != AF_INET && sa->sa_family != AF_INET6)
		return false;
	access_key(sa, key);
	for (size_t i = 0; i < a->n; i++) {
		if (rule_fits(&a->rules[i], key))
			return true;
	}
	return false;
}

void
access_free(struct access *a)
{
	free(a->rules);
	a->rules = NULL;
	a->n = 0;
}
