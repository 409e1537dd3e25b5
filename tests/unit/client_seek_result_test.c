/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/seek_result.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "tests/unit/check.h"

/* One letter a name: a(sked), m(issing), d(own), u(p). */
static size_t
results(const char *text, struct seek_result *r)
{
	static const char letters[] = "amdu";
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		r[i] = (struct seek_result){.state = (enum seek_state)(strchr(letters, text[i]) - letters)};
	return n;
}

static const struct {
	const char *states;
	size_t allowed, count;
	int first;	/* -1: none */
} lists[] = {
	{"", 0, 0, -1},
	{"m", 0, 0, -1},
	{"m", 1, 1, -1},
	{"uum", 0, 2, 0},
	{"uumum", 0, 2, 0},
	{"uumum", 1, 4, 0},
	{"uumumuum", 2, 7, 0},
	{"mmud", 1, 1, 2},
	{"mmud", 2, 4, 2},
	{"ddu", 0, 3, 0},
	{"adu", 0, 3, 1},
};

static void
test_lists(void)
{
	struct seek_result r[16];
	const struct seek_result *first;
	size_t n;

	for (size_t i = 0; i < countof(lists); i++) {
		n = results(lists[i].states, r);
		CHECK_INT(lists[i].count, seek_count(r, n, lists[i].allowed));
		first = seek_first(r, n);
		CHECK_ROW(lists[i].states, lists[i].first == -1 ? first == NULL : first == &r[lists[i].first]);
	}
}

/* An address as the resolver gives it. */
static void
take(const char *text, struct seek_result *r)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

	*r = (struct seek_result){0};
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		seek_result_address(r, (const struct sockaddr *)&in, sizeof(in));
	else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		seek_result_address(r, (const struct sockaddr *)&in6, sizeof(in6));
}

static const struct {
	const char *a, *b;
	int bits;
	bool near;
} pairs[] = {
	{"192.0.2.1", "192.0.2.1", 32, true},
	{"192.0.2.1", "192.0.2.1", 128, true},
	{"192.0.2.1", "192.0.2.2", 32, false},
	{"192.0.2.2", "192.0.2.3", 31, true},
	{"192.0.2.1", "192.0.2.2", 31, false},
	{"192.0.2.1", "192.0.2.2", 30, true},
	{"192.0.2.1", "192.0.2.129", 24, true},
	{"192.0.2.1", "192.0.2.129", 25, false},
	{"192.0.2.1", "192.0.3.1", 24, false},
	{"192.0.2.1", "192.0.3.1", 23, true},
	{"192.0.2.1", "64.0.2.1", 1, false},
	{"192.0.2.1", "64.0.2.1", 0, true},
	{"2001:db8::1", "2001:db8::2", 64, true},
	{"2001:db8::1", "2001:db9::1", 31, true},
	{"2001:db8::1", "2001:db9::1", 32, false},
	{"2001:db8::1", "2001:db8::2", 128, false},
	{"192.0.2.1", "2001:db8::1", 0, true},
	{"192.0.2.1", "2001:db8::1", 1, false},
};

static void
test_near(void)
{
	struct seek_result a, b;

	for (size_t i = 0; i < countof(pairs); i++) {
		take(pairs[i].a, &a);
		take(pairs[i].b, &b);
		CHECK_STR(pairs[i].a, a.address);
		CHECK_ROW(pairs[i].b, seek_is_near(&a, &b, pairs[i].bits) == pairs[i].near);
		CHECK_ROW(pairs[i].b, seek_is_near(&b, &a, pairs[i].bits) == pairs[i].near);
	}
}

/* What is no address on the internet has text all the same, and is near to nothing. */
static void
test_other_family(void)
{
	struct sockaddr sa = {.sa_family = AF_UNSPEC};
	struct seek_result a, b;

	take("192.0.2.1", &a);
	b = a;
	seek_result_address(&b, &sa, sizeof(sa));
	CHECK_STR("unknown", b.address);
	CHECK_INT(0, b.n_bytes);
	CHECK(!seek_is_near(&a, &b, 8));
}

int
main(void)
{
	test_lists();
	test_near();
	test_other_family();
	return check_done();
}
