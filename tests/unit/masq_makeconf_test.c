/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/makeconf.h"

#include <stdlib.h>

#include "base/buf.h"
#include "masq/confblock.h"
#include "masq/confcheck.h"
#include "tests/unit/check.h"

/* What a text makes of one variable; NULL: nothing. */
static const struct {
	const char *text, *name, *value;
	unsigned line;
} values[] = {
	{"FEATURES=\"a b\"\n", "FEATURES", "a b", 1},
	{"FEATURES='a b'\n", "FEATURES", "a b", 1},
	{"FEATURES=a\n", "FEATURES", "a", 1},
	{"FEATURES=a", "FEATURES", "a", 1},
	{"\n\n  FEATURES=\"a\"   # comment\n", "FEATURES", "a", 3},
	{"# FEATURES=\"a\"\n", "FEATURES", NULL, 0},
	{"export MAKEOPTS=\"-j9\"\n", "MAKEOPTS", "-j9", 1},
	{"MAKEOPTS = \"-j9\"\n", "MAKEOPTS", "-j9", 1},
	{"A=1 B=2\n", "B", "2", 1},
	{"A=\"x\"\nA=\"y\"\n", "A", "y", 2},
	{"A=\"x\"\nA=\"${A} y\"\n", "A", "x y", 2},
	{"A=\"x\"\nB=\"$A/y\"\n", "B", "x/y", 2},
	{"B=\"${NONE}y\"\n", "B", "y", 1},
	{"B=\"\\${NONE}y\"\n", "B", "${NONE}y", 1},
	{"B=\"$ y ${ $(x)\"\n", "B", "$ y ${ $(x)", 1},
	{"USE=\"a\n  b\n  c\"\nX=1\n", "USE", "a   b   c", 1},
	{"USE=\"a\n  b\n  c\"\nX=1\n", "X", "1", 4},
	{"USE=\"a \\\n  b\"\nX=1\n", "USE", "a   b", 1},
	{"USE=\"a \\\n  b\"\nX=1\n", "X", "1", 3},
	{"USE=a\\\nb\n", "USE", "ab", 1},
	{"A=\"say \\\"hi\\\" # no comment\"\n", "A", "say \"hi\" # no comment", 1},
	{"A='it''s'\"x\"y\n", "A", "itsxy", 1},
	{"A=\"x\"\r\nB=\"y\"\r\n", "B", "y", 2},
	{"A=x\r\nB=y\r\n", "A", "x", 1},
	{"\xef\xbb\xbf" "A=x\n", "A", "x", 1},
	{"A=\"\"\n", "A", "", 1},
	{"A=''\nB=1\n", "B", "1", 2},
	{"A=\nB=\"1\"\n", "A", "", 1},
	{"A=\nB=\"1\"\n", "B", "1", 2},
	{"A+=\"x\"\nB=1\n", "A", NULL, 0},
	{"A+=\"x\"\nB=1\n", "B", "1", 2},
	{"1A=x\nB=1\n", "B", "1", 2},
	{"ACCEPT_LICENSE=\"* -@EULA\"\nPORTDIR=/var/db/repos/gentoo\nL10N=\"de en\"\n", "PORTDIR", "/var/db/repos/gentoo", 2},
	{"GENTOO_MIRRORS=\"http://a/ http://b/\"#x\nCHOST=x86_64-pc-linux-gnu\n", "CHOST", "x86_64-pc-linux-gnu", 2},
	{"", "A", NULL, 0},
	{"#", "A", NULL, 0},
};

static void
test_values(void)
{
	for (size_t i = 0; i < countof(values); i++) {
		struct makeconf c = {0};
		const struct makeconf_var *v;

		makeconf_parse(&c, values[i].text, "make.conf", NULL, NULL);
		CHECK_ROW(values[i].text, makeconf_fatal(&c) == NULL);
		v = makeconf_find(&c, values[i].name, false);
		CHECK_ROW(values[i].text, (v == NULL) == (values[i].value == NULL));
		if (v != NULL) {
			CHECK_STR(values[i].value, v->value);
			CHECK_INT(values[i].line, v->line);
		}
		makeconf_free(&c);
	}
}

static const struct {
	const char *text;
	enum makeconf_trouble trouble;
	unsigned line;
	bool fatal;
} troubles[] = {
	{"A=1\nB=\"x\nC=2\n", MAKECONF_QUOTE, 2, true},
	{"A='x\n", MAKECONF_QUOTE, 1, true},
	{"A=\"x\\\"\n", MAKECONF_QUOTE, 1, true},
	{"source \"x\n", MAKECONF_QUOTE, 1, true},
	{"A=1\nnonsense\nB=2\n", MAKECONF_JUNK, 2, true},
	{"if true; then\nA=1\nfi\n", MAKECONF_JUNK, 1, true},
	{"A=-j$(nproc)\n", MAKECONF_JUNK, 1, true},
	{"=x\n", MAKECONF_JUNK, 1, true},
	{"A=1\n[\n", MAKECONF_JUNK, 2, true},
	{"A+=\"x\"\n", MAKECONF_APPEND, 1, false},
	{"A-B=\"x\"\n", MAKECONF_NAME, 1, false},
	{"A=\nB=1\n", MAKECONF_EMPTY, 1, false},
	{"A=", MAKECONF_EMPTY, 1, false},
};

static void
test_troubles(void)
{
	for (size_t i = 0; i < countof(troubles); i++) {
		struct makeconf c = {0};

		makeconf_parse(&c, troubles[i].text, "make.conf", NULL, NULL);
		CHECK_ROW(troubles[i].text, c.nproblems == 1);
		if (c.nproblems > 0) {
			CHECK_ROW(troubles[i].text, c.problems[0].trouble == troubles[i].trouble);
			CHECK_INT(troubles[i].line, c.problems[0].line);
		}
		CHECK_ROW(troubles[i].text, (makeconf_fatal(&c) != NULL) == troubles[i].fatal);
		makeconf_free(&c);
	}
}

static void
read_other(struct makeconf *c, const char *name, void *arg)
{
	(*(int *)arg)++;
	CHECK_STR("/etc/portage/other", name);
	makeconf_parse(c, "A=\"other ${A}\"\n", name, read_other, arg);
}

static void
test_source(void)
{
	struct makeconf c = {0};
	int calls = 0;

	makeconf_parse(&c, "D=/etc/portage\nA=1\nsource \"${D}/other\"\nB=\"$A\"\n", "make.conf", read_other, &calls);
	CHECK_INT(1, calls);
	CHECK_STR("other 1", makeconf_value(&c, "B", false));
	CHECK_STR("/etc/portage/other", makeconf_find(&c, "A", false)->file);
	makeconf_free(&c);
}

static void
test_ours(void)
{
	struct makeconf c = {0};

	makeconf_parse(&c, "F=\"a\"\n" CONFBLOCK_BEGIN " x\nF=\"${F} distcc\"\n" CONFBLOCK_END "\nM=1\n", "make.conf", NULL, NULL);
	CHECK_STR("a distcc", makeconf_value(&c, "F", false));
	CHECK_STR("a", makeconf_value(&c, "F", true));
	CHECK(!makeconf_find(&c, "M", false)->ours);
	makeconf_free(&c);
}

/* It would fill the memory. */
static void
test_doubling(void)
{
	struct makeconf c = {0};
	struct buf text = BUF_INIT;

	buf_adds(&text, "A=\"0123456789\"\n");
	for (int i = 0; i < 100; i++)
		buf_adds(&text, "A=\"$A$A\"\n");
	makeconf_parse(&c, text.p, "make.conf", NULL, NULL);
	CHECK(strlen(makeconf_value(&c, "A", false)) < 1000000);
	makeconf_free(&c);
	buf_free(&text);
}

static const struct {
	const char *list, *word;
	bool has;
} lists[] = {
	{"a distcc b", "distcc", true},
	{"distcc", "distcc", true},
	{"", "distcc", false},
	{"distcc-pump", "distcc", false},
	{"distcc -distcc", "distcc", false},
	{"-distcc distcc", "distcc", true},
	{"distcc -*", "distcc", false},
	{"-* distcc", "distcc", true},
	{"distcc -ccache", "distcc", true},
	{" \n\tdistcc\n", "distcc", true},
};

static const struct {
	const char *opts;
	int jobs, load;
} numbers[] = {
	{"-j5", 5, -1},
	{"-j 5 -l4", 5, 4},
	{"-j5 -l 4.5", 5, 4},
	{"--jobs=12 --load-average=3", 12, 3},
	{"--jobs 12 --load-average 3.9", 12, 3},
	{"-s -j", 1000, -1},
	{"-j -l2", 1000, 2},
	{"--jobs --load-average=2", 1000, 2},
	{"-j3 -j7", 7, -1},
	{"", -1, -1},
	{"-k --silent", -1, -1},
};

int
main(void)
{
	test_values();
	test_troubles();
	test_source();
	test_ours();
	test_doubling();
	for (size_t i = 0; i < countof(lists); i++)
		CHECK_ROW(lists[i].list, makeconf_has(lists[i].list, lists[i].word) == lists[i].has);
	for (size_t i = 0; i < countof(numbers); i++) {
		CHECK_INT(numbers[i].jobs, confcheck_number(numbers[i].opts, 'j', 1000));
		CHECK_INT(numbers[i].load, confcheck_number(numbers[i].opts, 'l', -1));
	}
	return check_done();
}
