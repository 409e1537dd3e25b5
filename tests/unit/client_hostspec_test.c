/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/hostspec.h"

#include <stdlib.h>

#include "tests/unit/check.h"
#include "wire/lzo.h"

static const struct {
	const char *in;
	enum hostspec_kind kind;
	const char *host;
	int port, slots;
	const char *label, *lock;
} good[] = {
	{"localhost", HOST_LOCAL, "localhost", 0, 2, "localhost", "localhost"},
	{"localhost/5", HOST_LOCAL, "localhost", 0, 5, "localhost", "localhost"},
	{"localhost=5", HOST_LOCAL, "localhost", 0, 5, "localhost", "localhost"},
	{"localhost/3,down", HOST_LOCAL, "localhost", 0, 3, "localhost", "localhost"},
	{"localhost:44", HOST_TCP, "localhost", 44, 4, "localhost:44", "tcp_localhost_44"},
	{"localhostbutnot", HOST_TCP, "localhostbutnot", 3632, 4, "localhostbutnot", "tcp_localhostbutnot_3632"},
	{"box", HOST_TCP, "box", 3632, 4, "box", "tcp_box_3632"},
	{"box/7", HOST_TCP, "box", 3632, 7, "box", "tcp_box_3632"},
	{"box:4000", HOST_TCP, "box", 4000, 4, "box:4000", "tcp_box_4000"},
	{"box/7:4000", HOST_TCP, "box", 4000, 7, "box:4000", "tcp_box_4000"},
	{"box:4000/7", HOST_TCP, "box", 4000, 7, "box:4000", "tcp_box_4000"},
	{"box=7:4000", HOST_TCP, "box", 4000, 7, "box:4000", "tcp_box_4000"},
	{"box/2:4000/7", HOST_TCP, "box", 4000, 7, "box:4000", "tcp_box_4000"},
	{"192.0.2.1", HOST_TCP, "192.0.2.1", 3632, 4, "192.0.2.1", "tcp_192.0.2.1_3632"},
	{"[::1]", HOST_TCP, "::1", 3632, 4, "::1", "tcp_::1_3632"},
	{"[::1]/2:41795", HOST_TCP, "::1", 41795, 2, "[::1]:41795", "tcp_::1_41795"},
	{"[fe80::1%eth0]", HOST_TCP, "fe80::1%eth0", 3632, 4, "fe80::1%eth0", "tcp_fe80::1%eth0_3632"},
	{"[::ffff:192.0.2.1]:1", HOST_TCP, "::ffff:192.0.2.1", 1, 4, "[::ffff:192.0.2.1]:1", "tcp_::ffff:192.0.2.1_1"},
	{"box/10000:65535", HOST_TCP, "box", 65535, 10000, "box:65535", "tcp_box_65535"},
	{"@box", HOST_SSH, "box", 0, 4, "@box", "ssh_box"},
	{"joe@box/3", HOST_SSH, "box", 0, 3, "joe@box", "ssh_box"},
	{"joe@[::1]", HOST_SSH, "::1", 0, 4, "joe@::1", "ssh_::1"},
};

static void
test_good(void)
{
	struct hostspec h;
	char *s;
	size_t at;

	for (size_t i = 0; i < countof(good); i++) {
		CHECK_ROW(good[i].in, hostspec_parse(good[i].in, &h, &at) == HOSTSPEC_OK);
		CHECK_ROW(good[i].in, h.kind == good[i].kind);
		CHECK_STR(good[i].in, h.word);
		CHECK_STR(good[i].host, h.host);
		CHECK_INT(good[i].port, h.port);
		CHECK_INT(good[i].slots, h.slots);
		s = hostspec_label(&h);
		CHECK_STR(good[i].label, s);
		free(s);
		s = hostspec_lock_name(&h);
		CHECK_STR(good[i].lock, s);
		free(s);
		hostspec_free(&h);
	}
}

static const struct {
	const char *in;
	enum hostspec_err err;
	size_t at;
} bad[] = {
	{"", HOSTSPEC_EMPTY, 0},
	{"box:70000", HOSTSPEC_PORT, 4},
	{"box:0", HOSTSPEC_PORT, 4},
	{"box:", HOSTSPEC_PORT, 4},
	{"box:x", HOSTSPEC_PORT, 4},
	{"box:-1", HOSTSPEC_PORT, 4},
	{"box:99999999999999999999", HOSTSPEC_PORT, 4},
	{"box:12x", HOSTSPEC_JUNK, 6},
	{"box:12:13", HOSTSPEC_JUNK, 6},
	{"box/4xyz", HOSTSPEC_JUNK, 5},
	{"box/", HOSTSPEC_SLOTS, 4},
	{"box/0", HOSTSPEC_SLOTS, 4},
	{"box/10001", HOSTSPEC_SLOTS, 4},
	{"box/-2", HOSTSPEC_SLOTS, 4},
	{"box:12/0", HOSTSPEC_SLOTS, 7},
	{"box,lz", HOSTSPEC_OPTION, 4},
	{"box,", HOSTSPEC_OPTION, 4},
	{"box,cpp,", HOSTSPEC_OPTION, 8},
	{"box,key", HOSTSPEC_OPTION, 4},
	{"box,cpp=1", HOSTSPEC_JUNK, 7},
	{"box,auth", HOSTSPEC_AUTH, 4},
	{"box,auth=me", HOSTSPEC_AUTH, 4},
	{"localhost/0", HOSTSPEC_SLOTS, 10},
	{"localhost/2x", HOSTSPEC_JUNK, 11},
	{"localhost,foo", HOSTSPEC_OPTION, 10},
	{":4000", HOSTSPEC_HOST, 0},
	{"/4", HOSTSPEC_HOST, 0},
	{",cpp", HOSTSPEC_HOST, 0},
	{"-oProxyCommand=x", HOSTSPEC_HOST, 0},
	{"::1", HOSTSPEC_HOST, 0},
	{"fe80::1", HOSTSPEC_COLONS, 5},
	{"a\001b", HOSTSPEC_HOST, 1},
	{"a]b", HOSTSPEC_JUNK, 1},
	{"[::1", HOSTSPEC_BRACKET, 0},
	{"[]", HOSTSPEC_BRACKET, 0},
	{"[box]", HOSTSPEC_BRACKET, 0},
	{"[::1/2]", HOSTSPEC_BRACKET, 0},
	{"[::1]x", HOSTSPEC_JUNK, 5},
	{"@", HOSTSPEC_HOST, 1},
	{"joe@", HOSTSPEC_HOST, 4},
	{"@-oProxyCommand=x", HOSTSPEC_HOST, 1},
	{"-l@box", HOSTSPEC_USER, 0},
	{"a/b@box", HOSTSPEC_USER, 0},
	{"@box:", HOSTSPEC_COMMAND, 5},
	{"@box:,lzo", HOSTSPEC_COMMAND, 5},
	{"@box@box", HOSTSPEC_JUNK, 4},
	{"@box/x", HOSTSPEC_SLOTS, 5},
	{"--foo", HOSTSPEC_SETTING, 0},
	{"--randomize,", HOSTSPEC_SETTING, 0},
	{"--randomize=2", HOSTSPEC_JUNK, 11},
	{"--localslots", HOSTSPEC_SLOTS, 12},
	{"--localslots=", HOSTSPEC_SLOTS, 13},
	{"--localslots=0", HOSTSPEC_SLOTS, 13},
	{"--localslots_cpp=2,", HOSTSPEC_JUNK, 18},
	{"+zeroconf,lzo", HOSTSPEC_ZEROCONF, 9},
	{"+zeroconf/3", HOSTSPEC_ZEROCONF, 9},
	{"+zeroconfig", HOSTSPEC_ZEROCONF, 9},
};

static void
test_bad(void)
{
	struct hostspec h;
	size_t at;

	for (size_t i = 0; i < countof(bad); i++) {
		at = 999;
		CHECK_ROW(bad[i].in, hostspec_parse(bad[i].in, &h, &at) == bad[i].err);
		CHECK_ROW(bad[i].in, at == bad[i].at);
		CHECK_ROW(bad[i].in, h.word == NULL && h.host == NULL && h.user == NULL && h.command == NULL);
	}
}

static void
test_errors_have_words(void)
{
	for (int err = HOSTSPEC_OK; err <= HOSTSPEC_AUTH; err++) {
		CHECK(hostspec_strerror((enum hostspec_err)err) != NULL);
		CHECK(!streq(hostspec_strerror((enum hostspec_err)err), "unknown error"));
	}
}

static void
test_options(void)
{
	struct hostspec h;
	size_t at;

	CHECK(hostspec_parse("box,cpp,down,plain,cpp", &h, &at) == HOSTSPEC_OK);
	CHECK(h.cpp && h.down && h.plain && !h.lzo);
	hostspec_free(&h);
	if (lzo_available()) {
		CHECK(hostspec_parse("box:1/2,lzo,lzo,cpp", &h, &at) == HOSTSPEC_OK);
		CHECK(h.cpp && h.lzo && !h.down);
		hostspec_free(&h);
	} else {
		CHECK(hostspec_parse("box,cpp,lzo", &h, &at) == HOSTSPEC_LZO);
		CHECK_INT(8, at);
	}
}

static void
test_ssh(void)
{
	struct hostspec h;
	size_t at;

	CHECK(hostspec_parse("joe@box/2:/opt/bin/distccd,cpp", &h, &at) == HOSTSPEC_OK);
	CHECK_STR("joe", h.user);
	CHECK_STR("/opt/bin/distccd", h.command);
	CHECK_INT(2, h.slots);
	CHECK(h.cpp);
	hostspec_free(&h);
	CHECK(hostspec_parse("@box", &h, &at) == HOSTSPEC_OK);
	CHECK(h.user == NULL && h.command == NULL);
	hostspec_free(&h);
}

static void
test_settings(void)
{
	struct hostspec h;
	size_t at;

	CHECK(hostspec_parse("--randomize", &h, &at) == HOSTSPEC_OK && h.kind == HOST_RANDOMIZE);
	hostspec_free(&h);
	CHECK(hostspec_parse("--localslots=3", &h, &at) == HOSTSPEC_OK && h.kind == HOST_LOCALSLOTS && h.slots == 3);
	hostspec_free(&h);
	CHECK(hostspec_parse("--localslots_cpp/9", &h, &at) == HOSTSPEC_OK && h.kind == HOST_LOCALSLOTS_CPP && h.slots == 9);
	hostspec_free(&h);
}

static void
test_same(void)
{
	struct hostspec a, b;
	size_t at;

	CHECK(hostspec_parse("box/2", &a, &at) == HOSTSPEC_OK);
	CHECK(hostspec_parse("box:3632,cpp", &b, &at) == HOSTSPEC_OK);
	CHECK(hostspec_same(&a, &b));
	hostspec_free(&b);
	CHECK(hostspec_parse("@box", &b, &at) == HOSTSPEC_OK);
	CHECK(!hostspec_same(&a, &b));
	hostspec_free(&b);
	hostspec_free(&a);
}

int
main(void)
{
	test_good();
	test_bad();
	test_errors_have_words();
	test_options();
	test_ssh();
	test_settings();
	test_same();
	return check_done();
}
