/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/seek_host.h"

#include <stdlib.h>

#include "tests/unit/check.h"
#include "wire/lzo.h"

static const struct {
	const char *format;
	int number;
	const char *want;	/* NULL: that is none */
} formats[] = {
	{"distcc%d", 1, "distcc1"},
	{"%d", 7, "7"},
	{"box%d.example.org", 12, "box12.example.org"},
	{"box%02d", 7, "box07"},
	{"box%02d", 123, "box123"},
	{"box%2d", 7, "box 7"},
	{"box%2d", 42, "box42"},
	{"box%0d", 7, "box7"},
	{"box%9d", 123456789, "box123456789"},
	{"box%d:4000/2", 3, "box3:4000/2"},
	{"", 1, NULL},
	{"box", 1, NULL},
	{"box%s", 1, NULL},
	{"box%n", 1, NULL},
	{"box%", 1, NULL},
	{"box%0", 1, NULL},
	{"box%%d", 1, NULL},
	{"box%d%d", 1, NULL},
	{"box%d%s", 1, NULL},
	{"box%d%%", 1, NULL},
	{"box%s%d", 1, NULL},
	{"box%ld", 1, NULL},
	{"box%-2d", 1, NULL},
	{"box%+d", 1, NULL},
	{"box%*d", 1, NULL},
	{"box%.2d", 1, NULL},
	{"box%1$d", 1, NULL},
	{"box%10d", 1, NULL},
	{"box%00d", 1, NULL},
	{"box%x", 1, NULL},
};

static void
test_formats(void)
{
	char *got;

	for (size_t i = 0; i < countof(formats); i++) {
		got = seek_format(formats[i].format, formats[i].number);
		CHECK_STR(formats[i].want, got);
		free(got);
	}
	CHECK(seek_is_format("box%d"));
	CHECK(seek_is_format("%"));
	CHECK(!seek_is_format("box"));
	CHECK(!seek_is_format("[fe80::1%eth0]"));
}

static const struct {
	const char *word, *domain, *name;	/* name NULL: refused */
	int port, slots;
} words[] = {
	{"box", NULL, "box", 4000, 0},
	{"box:3632", NULL, "box", 3632, 0},
	{"box/4", NULL, "box", 4000, 4},
	{"box/4:5000", NULL, "box", 5000, 4},
	{"box:5000/4,lzo", NULL, "box", 5000, 4},
	{"box=7", NULL, "box", 4000, 7},
	{"localhost", NULL, "localhost", 4000, 0},
	{"localhost/3", NULL, "localhost", 4000, 3},
	{"localhost:5000", NULL, "localhost", 5000, 0},
	{"192.0.2.1:5000", NULL, "192.0.2.1", 5000, 0},
	{"[::1]", NULL, "::1", 4000, 0},
	{"[::1]:5000", NULL, "::1", 5000, 0},
	{"[::1]/2", NULL, "::1", 4000, 2},
	{"box", "example.org", "box.example.org", 4000, 0},
	{"box:5000/4", "example.org", "box.example.org", 5000, 4},
	{"box.lan", "example.org", "box.lan", 4000, 0},
	{"[::1]", "example.org", "::1", 4000, 0},
	{"192.0.2.1", "example.org", "192.0.2.1", 4000, 0},
	{"", NULL, NULL, 0, 0},
	{"::1", NULL, NULL, 0, 0},
	{"-x", NULL, NULL, 0, 0},
	{"box 1", NULL, NULL, 0, 0},
	{"box\n", NULL, NULL, 0, 0},
	{"box:0", NULL, NULL, 0, 0},
	{"box,lz", NULL, NULL, 0, 0},
	{"@box", NULL, NULL, 0, 0},
	{"joe@box", NULL, NULL, 0, 0},
	{"+zeroconf", NULL, NULL, 0, 0},
	{"--randomize", NULL, NULL, 0, 0},
	{"--localslots=3", NULL, NULL, 0, 0},
};

static void
test_words(void)
{
	struct seek_host h;

	for (size_t i = 0; i < countof(words); i++) {
		const char *why;

		if (strstr(words[i].word, ",lzo") != NULL && !lzo_available())
			continue;
		why = seek_host_parse(words[i].word, 4000, words[i].domain, &h);
		CHECK_ROW(words[i].word, (why == NULL) == (words[i].name != NULL));
		CHECK_STR(words[i].name, h.name);
		CHECK_INT(words[i].port, h.port);
		CHECK_INT(words[i].slots, h.slots);
		seek_host_free(&h);
	}
}

/* Of the host box with address 192.0.2.1, and the IPv6 one with 2001:db8::1. */
static const struct {
	const char *word;
	int version;
	enum seek_state state;
	int ms;			/* -1: none */
	bool latency, numeric;
	const char *want;
} lines[] = {
	{"box", 1, SEEK_UP, 5, false, false, "box"},
	{"box:3632", 1, SEEK_UP, 5, false, false, "box"},
	{"box:4000", 1, SEEK_UP, 5, false, false, "box:4000"},
	{"box", 2, SEEK_UP, 5, false, false, "box,lzo"},
	{"box:4000", 3, SEEK_UP, 5, false, false, "box:4000,lzo,cpp"},
	{"box", 1, SEEK_UP, 5, true, false, "box 5"},
	{"box", 3, SEEK_UP, 0, true, true, "192.0.2.1,lzo,cpp 0"},
	{"box:4000", 1, SEEK_UP, -1, true, true, "192.0.2.1:4000"},
	{"box", 1, SEEK_DOWN, 900, false, false, "box,down"},
	{"box:4000", 3, SEEK_DOWN, 900, true, false, "box:4000,lzo,cpp,down 900"},
	{"box/4", 1, SEEK_UP, 5, false, false, "box/4"},
	{"box/4:4000", 2, SEEK_UP, 5, false, false, "box:4000/4,lzo"},
	{"box/4", 1, SEEK_UP, 5, false, true, "192.0.2.1/4"},
	{"box,plain", 2, SEEK_UP, 5, false, false, "box,lzo,plain"},
	{"box,cpp", 1, SEEK_UP, 5, false, false, "box,cpp"},
	{"box,down", 1, SEEK_UP, 5, false, false, "box"},
	{"box,down", 1, SEEK_DOWN, 5, false, false, "box,down"},
	{"[2001:db8::1]", 1, SEEK_UP, 5, false, false, "[2001:db8::1]"},
	{"[2001:db8::1]:4000", 2, SEEK_UP, 5, false, true, "[2001:db8::1]:4000,lzo"},
};

static void
test_lines(void)
{
	for (size_t i = 0; i < countof(lines); i++) {
		struct seek_opts o = {.version = lines[i].version, .latency = lines[i].latency, .numeric = lines[i].numeric};
		struct seek_result r = {.state = lines[i].state, .ms = lines[i].ms};
		struct seek_host h;
		char *line;

		snprintf(r.address, sizeof(r.address), "%s", lines[i].word[0] == '[' ? "2001:db8::1" : "192.0.2.1");
		CHECK_ROW(lines[i].word, seek_host_parse(lines[i].word, 3632, NULL, &h) == NULL);
		line = seek_line(&h, &o, &r);
		CHECK_STR(lines[i].want, line);
		free(line);
		seek_host_free(&h);
	}
}

static void
test_resolver(void)
{
	static const struct { int ms; const char *want; } times[] = {
		{0, "timeout:1 attempts:5"}, {500, "timeout:1 attempts:5"}, {1000, "timeout:1 attempts:5"},
		{1001, "timeout:2 attempts:5"}, {30000, "timeout:30 attempts:5"},
	};
	char *got;

	for (size_t i = 0; i < countof(times); i++) {
		got = seek_resolver(times[i].ms);
		CHECK_STR(times[i].want, got);
		free(got);
	}
}

int
main(void)
{
	test_formats();
	test_words();
	test_lines();
	test_resolver();
	return check_done();
}
