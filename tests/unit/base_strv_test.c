/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "base/strv.h"
#include "check.h"

static char *const words[] = {(char *)"a", (char *)"b", (char *)"c", NULL};

/* The vector as one word, and the promise that it ends with NULL. */
static void
check_is(const struct strv *a, const char *want)
{
	char *s = strv_join(a->v);

	CHECK_STR(want, s);
	CHECK(a->v == NULL || a->v[a->n] == NULL);
	free(s);
}

static void
test_edit(void)
{
	struct strv a = STRV_INIT;

	check_is(&a, "");
	strv_push_all(&a, NULL);
	check_is(&a, "");
	strv_push_all(&a, words);
	check_is(&a, "a b c");
	strv_insert(&a, 0, "x");
	strv_insert(&a, 2, "y");
	strv_insert(&a, 5, "z");
	check_is(&a, "x a y b c z");
	strv_replace(&a, 1, a.v[1]);
	strv_replace(&a, 5, "Z");
	check_is(&a, "x a y b c Z");
	strv_remove(&a, 5);
	strv_remove(&a, 0);
	strv_remove(&a, 1);
	check_is(&a, "a b c");
	CHECK(strv_has(&a, "b"));
	CHECK(!strv_has(&a, "bb"));
	CHECK(!strv_has(&a, ""));
	strv_pushf(&a, "-o%s%d", "x", 12);
	check_is(&a, "a b c -ox12");
	strv_free(&a);
	CHECK_INT(0, a.n);
	strv_insert(&a, 0, "again");
	check_is(&a, "again");
	strv_free(&a);
}

static void
test_many(void)
{
	struct strv a = STRV_INIT;

	for (int i = 0; i < 5000; i++)
		strv_insert(&a, (size_t)i / 2, "w");
	CHECK_INT(5000, a.n);
	CHECK(a.v[a.n] == NULL);
	while (a.n > 0)
		strv_remove(&a, a.n - 1);
	CHECK(a.v[0] == NULL);
	strv_free(&a);
}

static void
test_join(void)
{
	static const struct {
		const char *word, *want;
	} rows[] = {
		{"gcc", "gcc"},
		{"-DX=1", "-DX=1"},
		{"/usr/bin/g++", "/usr/bin/g++"},
		{"", "''"},
		{"a b", "'a b'"},
		{"it's", "'it'\\''s'"},
		{"$(rm)", "'$(rm)'"},
		{"a\nb", "'a\nb'"},
		{"~", "'~'"},
		{"-DS=\"x\"", "'-DS=\"x\"'"},
		{"\xc3\xa4", "'\xc3\xa4'"},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		char *v[] = {(char *)rows[i].word, NULL};
		char *s = strv_join(v);

		CHECK_STR(rows[i].want, s);
		free(s);
	}
}

int
main(void)
{
	test_edit();
	test_many();
	test_join();
	return check_done();
}
