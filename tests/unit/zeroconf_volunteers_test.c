/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zeroconf/volunteers.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "client/discovered.h"
#include "tests/unit/check.h"

/* One sighting of a table. */
struct row {
	const char *name;
	int interface;
	const char *address, *interface_name;
	int port, slots;
	bool own;
};

static void
see(struct volunteers *all, const struct row *r)
{
	bool six = strchr(r->address, ':') != NULL;
	unsigned char bytes[16];
	struct sighting *s = volunteers_add(all, r->name, "local", r->interface, six);

	CHECK_ROW(r->name, s != NULL && inet_pton(six ? AF_INET6 : AF_INET, r->address, bytes) == 1);
	s->own = r->own;
	s->slots = r->slots;
	s->asked = true;
	volunteers_at(s, six ? AF_INET6 : AF_INET, bytes, r->interface_name, r->port);
}

static void
test_lists(void)
{
	static const struct {
		struct row rows[5];
		const char *text;
	} cases[] = {
		{.text = ""},
		{{{"a", 2, "10.0.0.1", "lan", 3632, 4, false}}, "10.0.0.1:3632/4\n"},
		/* the same machine by several ways: the best one */
		{{{"a", 2, "fe80::1", "lan", 3632, 4, false}, {"a", 2, "10.0.0.1", "lan", 3632, 4, false},
			{"a", 3, "2001:db8::1", "wifi", 3632, 4, false}}, "10.0.0.1:3632/4\n"},
		{{{"a", 2, "fe80::1", "lan", 3632, 4, false}, {"a", 3, "2001:db8::1", "wifi", 3632, 4, false}}, "[2001:db8::1]:3632/4\n"},
		{{{"a", 2, "fe80::1", "lan", 3632, 4, false}}, "[fe80::1%lan]:3632/4\n"},
		/* a link-local address without a link; names of interfaces are no way into the file */
		{{{"a", 2, "fe80::1", NULL, 3632, 4, false}, {"b", 2, "fe80::2", "x]\n10.0.0.6", 3632, 4, false}}, ""},
		/* big ones first, this machine last */
		{{{"me", 1, "127.0.0.1", "lo", 3632, 9, true}, {"a", 2, "10.0.0.1", "lan", 3632, 2, false},
			{"b", 2, "10.0.0.2", "lan", 4000, 8, false}}, "10.0.0.2:4000/8\n10.0.0.1:3632/2\n127.0.0.1:3632/9\n"},
		{{{"me", 1, "127.0.0.1", "lo", 3632, 9, true}, {"me", 2, "10.0.0.3", "lan", 3632, 9, true}}, "10.0.0.3:3632/9\n"},
		/* what nobody can be */
		{{{"a", 2, "127.0.0.1", "lan", 3632, 4, false}, {"b", 2, "::1", "lan", 3632, 4, false},
			{"c", 2, "224.0.0.1", "lan", 3632, 4, false}, {"d", 2, "0.0.0.0", "lan", 3632, 4, false},
			{"e", 2, "255.255.255.255", "lan", 3632, 4, false}}, ""},
		{{{"a", 2, "ff02::1", "lan", 3632, 4, false}, {"b", 2, "::", "lan", 3632, 4, false},
			{"c", 2, "::ffff:127.0.0.1", "lan", 3632, 4, false}, {"d", 2, "10.0.0.1", "lan", 0, 4, false},
			{"e", 2, "10.0.0.2", "lan", 65536, 4, false}}, ""},
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct volunteers all = {0};
		struct buf text = BUF_INIT;

		for (size_t k = 0; k < 5 && cases[i].rows[k].name != NULL; k++)
			see(&all, &cases[i].rows[k]);
		volunteers_list(&all, &text);
		CHECK_STR(cases[i].text, text.p != NULL ? text.p : "");
		buf_free(&text);
		volunteers_free(&all);
	}
}

static void
test_adding_and_removing(void)
{
	struct volunteers all = {0};
	struct sighting *s = volunteers_add(&all, "a", "local", 2, 0);

	CHECK(s != NULL && !volunteers_complete(&all));
	CHECK(volunteers_add(&all, "a", "LOCAL", 2, 0) == NULL);
	CHECK(volunteers_add(&all, "a", "local", 3, 0) != NULL);
	CHECK(volunteers_add(&all, "A", "local", 2, 0) != NULL);
	for (size_t i = 0; i < all.n; i++)
		all.v[i].asked = true;
	CHECK(volunteers_complete(&all));
	volunteers_remove(&all, volunteers_find(&all, "a", "local", 2, 0));
	CHECK_INT(2, all.n);
	CHECK(volunteers_find(&all, "a", "local", 2, 0) == NULL);
	CHECK(volunteers_find(&all, "a", "local", 3, 0) != NULL);
	volunteers_free(&all);
	CHECK_INT(0, all.n);
}

static void
test_bounds(void)
{
	struct volunteers all = {0};
	struct buf text = BUF_INIT;
	int lines = 0;
	char name[16];

	for (int i = 0; i < 2 * VOLUNTEERS_SEEN_MAX; i++) {
		unsigned char bytes[4] = {10, 0, (unsigned char)(i / 256), (unsigned char)(i % 256)};
		struct sighting *s;

		snprintf(name, sizeof(name), "v%d", i);
		s = volunteers_add(&all, name, "local", 2, 0);
		CHECK((s != NULL) == (i < VOLUNTEERS_SEEN_MAX));
		if (s != NULL) {
			s->slots = 1;
			volunteers_at(s, AF_INET, bytes, "lan", 3632);
		}
	}
	volunteers_list(&all, &text);
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	CHECK_INT(DISCOVERED_HOSTS_MAX, lines);
	CHECK(text.n < DISCOVERED_TEXT_MAX);
	buf_free(&text);
	volunteers_free(&all);
}

int
main(void)
{
	test_lists();
	test_adding_and_removing();
	test_bounds();
	return check_done();
}
