/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/discovered.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tests/unit/check.h"

static void
test_texts(void)
{
	static const struct {
		const char *text, *hosts, *why;
		bool searching;
	} rows[] = {
		{"", "", NULL, false},
		{"10.0.0.1:3632/7\n10.0.0.2:4000/2\n", "10.0.0.1:3632/7 10.0.0.2:4000/2", NULL, false},
		{"[2001:db8::1]:3632/4\n[fe80::1%eth0]:3632/4", "[2001:db8::1]:3632/4 [fe80::1%eth0]:3632/4", NULL, false},
		{"# a comment 10.0.0.1\n10.0.0.2", "10.0.0.2", NULL, false},
		{DISCOVERED_SEARCHING "\n", "", NULL, true},
		{DISCOVERED_SEARCHING "x\n", "", NULL, false},
		{DISCOVERED_NONE "no bus\n", "", "no bus", false},
		{DISCOVERED_NONE "a\033[1mb\n", "", "a?[1mb", false},
		{DISCOVERED_NONE "\n", "", NULL, false},
		/* only what a helper writes: no names, commands, settings, options, nor what is none of these */
		{"box:3632/4 @box joe@box localhost localhost/2 --randomize +zeroconf", "", NULL, false},
		{"10.0.0.1:3632/7,lzo 10.0.0.1:0/7 10.0.0.1:70000/1 10.0.0.1/0 10.0.0.1/x 10.0.0 300.0.0.1", "", NULL, false},
		{"[::1 [eth0] [fe80::1%] 10.0.0.1%eth0", "", NULL, false},
		/* twice the same volunteer */
		{"10.0.0.1:3632/7 10.0.0.1/3", "10.0.0.1:3632/7", NULL, false},
		{"\001\377 10.0.0.9:1/1\r\n", "10.0.0.9:1/1", NULL, false},
	};
	struct discovered d;
	struct buf words;

	for (size_t i = 0; i < countof(rows); i++) {
		words = (struct buf)BUF_INIT;
		discovered_parse(&d, rows[i].text);
		for (size_t k = 0; k < d.n; k++)
			buf_addf(&words, "%s%s", k > 0 ? " " : "", d.v[k].word);
		CHECK_STR(rows[i].hosts, words.p != NULL ? words.p : "");
		CHECK_STR(rows[i].why, d.why);
		CHECK_ROW(rows[i].text, d.searching == rows[i].searching);
		buf_free(&words);
		discovered_free(&d);
	}
}

static void
test_bounds(void)
{
	struct buf text = BUF_INIT;
	struct discovered d;

	for (int i = 0; i < 2 * DISCOVERED_HOSTS_MAX; i++)
		buf_addf(&text, "10.0.%d.%d:3632/5000\n", i / 256, i % 256);
	buf_adds(&text, DISCOVERED_NONE);
	for (int i = 0; i < 1000; i++)
		buf_adds(&text, "x");
	discovered_parse(&d, text.p);
	CHECK_INT(DISCOVERED_HOSTS_MAX, d.n);
	CHECK_INT(DISCOVERED_SLOTS_MAX, d.v[0].slots);
	CHECK(d.why == NULL);
	discovered_free(&d);
	buf_free(&text);
}

int
main(void)
{
	test_texts();
	test_bounds();
	return check_done();
}
