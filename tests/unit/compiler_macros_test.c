/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/macros.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/util.h"
#include "tests/unit/check.h"

static const struct {
	const char *text, *operand, *headers;	/* joined by blanks; NULL: too much */
} rows[] = {
	{"", "A", ""},
	{"", "\"a.h\" junk", "\"a.h\""},
	{"#define A \"a.h\"", "A", "\"a.h\""},
	{"#define A <a.h>", "A", "<a.h>"},
	{"#define A <a.h>\n#define A \"b.h\"\n#define A <a.h>", "A", "\"b.h\" <a.h>"},
	{"#define A B\n#define B <b.h>", "A", "<b.h>"},
	{"#define A B\n#define B A", "A", ""},
	{"#define A A", "A", ""},
	{"# define A /* x */ <a.h> // y", "A", "<a.h>"},
	{"#define A \\\n  <a.h>", "A", "<a.h>"},
	{"%:define A <a.h>", "A", "<a.h>"},
	{"#define A(x) <x.h>", "A(y)", "<y.h>"},
	{"#define A(x) <x.h>", "A", ""},
	{"#define A(x) <x.h>", "A (y/z)", "<y/z.h>"},
	{"#define A(x) #x", "A(y/z.h)", "\"y/z.h\""},
	{"#define S(x) #x\n#define X(x) S(x)\n#define D dir\n#define F a.h", "X(D/F)", "\"dir/a.h\" \"D/a.h\" \"dir/F\" \"D/F\""},
	{"#define CAT(a, b) a ## b\n#define H_1 <one.h>\n#define H_2 <two.h>", "CAT(H_, 2)", "<two.h>"},
	{"#define CAT(a, b) CAT_I(a, b)\n#define CAT_I(a, b) a##b\n#define N 1\n#define N 2\n#define H_1 <one.h>\n#define H_2 <two.h>", "CAT(H_, N)", "<two.h> <one.h>"},
	{"#define ELEM(n, list) ELEM_##n list\n#define ELEM_2(a, b, c) c\n#define P (3, 4, <x.h>)", "ELEM(2, P)", "<x.h>"},
	{"#define V(...) W(__VA_ARGS__)\n#define W(a, b) <b>", "V(x, y.h)", "<y.h>"},
	{"#define V(a, rest...) <rest>", "V(x, y.h)", "<y.h>"},
	{"#define E() <e.h>", "E()", "<e.h>"},
	{"#define A(x, y) <x>", "A(z.h)", ""},
	{"#define A <a b.h>", "A", "<a b.h>"},
	{"#define A \"a.h\" \"b.h\"", "A", "\"a.h\""},
	{"#define A < a.h >", "A", "< a.h >"},
	{"#define A <linux/x.h>", "A", "<1/x.h> <linux/x.h>"},
	{"#define A <x-__GNUC__.h>", "A", NULL},
	{"#define A(n) <x-n.h>", "A(__LINE__)", NULL},
	{"#define A(x) A(x x)", "A(b)", ""},
	{"", "the __GNUC__ thing", ""},
	{"#define file 1", "this file", ""},
	{"#define A(x B", "A(1)", ""},
	{"#define A(x) <x.h>", "A(\"b)\")", "<\"b)\".h>"},
	{"#define A(x) <x.h>", "A(b", ""},
};

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In an order of their own. */
static bool
same_words(const struct strv *got, const char *want)
{
	struct strv words = STRV_INIT;
	char *copy = xstrdup(want), *p = copy, *end;
	bool same;

	while (*p != '\0') {
		char shut = *p == '"' ? '"' : '>';

		end = strchr(p + 1, shut) + 1;
		strv_push_own(&words, xstrndup(p, (size_t)(end - p)));
		p = *end == ' ' ? end + 1 : end;
	}
	if (words.n > 0)
		qsort(words.v, words.n, sizeof(*words.v), by_text);
	if (got->n > 0)
		qsort(got->v, got->n, sizeof(*got->v), by_text);
	same = words.n == got->n;
	for (size_t i = 0; same && i < got->n; i++)
		same = streq(words.v[i], got->v[i]);
	strv_free(&words);
	free(copy);
	return same;
}

static void
test_rows(void)
{
	struct strv headers = STRV_INIT;
	struct macros *m;
	char *why, *text;
	bool ok;

	for (size_t i = 0; i < countof(rows); i++) {
		m = macros_new(NULL, NULL);
		macros_text(m, rows[i].text, strlen(rows[i].text));
		ok = macros_headers(m, rows[i].operand, &headers, &why);
		CHECK_ROW(rows[i].text, ok == (rows[i].headers != NULL));
		CHECK_ROW(rows[i].operand, ok == (why == NULL));
		if (ok && rows[i].headers != NULL && !same_words(&headers, rows[i].headers)) {
			text = strv_join(headers.v != NULL ? headers.v : (char *[]){NULL});
			printf("  got: %s\n", text);
			free(text);
			CHECK_ROW(rows[i].text, false);
		}
		free(why);
		strv_free(&headers);
		macros_free(m);
	}
}

static void
test_options(void)
{
	static const struct {
		const char *option, *operand, *headers;
	} options[] = {
		{"A=<a.h>", "A", "<a.h>"},
		{"A=\"a.h\"", "A", "\"a.h\""},
		{"A(x)=<x.h>", "A(b)", "<b.h>"},
		{"A", "A", ""},
		{"A=", "A", ""},
	};
	struct strv headers = STRV_INIT;
	struct macros *m;
	char *why;

	for (size_t i = 0; i < countof(options); i++) {
		m = macros_new(NULL, NULL);
		macros_option(m, options[i].option);
		CHECK_ROW(options[i].option, macros_headers(m, options[i].operand, &headers, &why));
		CHECK_ROW(options[i].option, same_words(&headers, options[i].headers));
		CHECK(macros_used(m));
		strv_free(&headers);
		macros_free(m);
	}
}

/* Too many ways are noticed, and soon. */
static void
test_bounds(void)
{
	struct strv headers = STRV_INIT;
	struct buf text = BUF_INIT;
	struct macros *m = macros_new(NULL, NULL);
	char *why;

	for (int i = 0; i < 100; i++)
		buf_addf(&text, "#define A a%d\n#define B b%d\n#define C c%d\n", i, i, i);
	buf_adds(&text, "#define S(x) #x\n#define X(x) S(x)\n#define R R1(R1)\n#define R1(x) x(x x)\n");
	macros_text(m, text.p, text.n);
	CHECK(!macros_headers(m, "X(A/B/C)", &headers, &why));
	CHECK_STR("can mean too many things", why);
	free(why);
	strv_free(&headers);
	buf_free(&text);
	macros_free(m);
}

static int asked;

static void
need(void *arg, struct macros *m, const char *name, uint32_t hash)
{
	asked++;
	CHECK(hash == macros_hash(name, strlen(name)));
	if (streq(name, arg))
		macros_text(m, "#define A B\n#define B <b.h>\n", 27);
}

/* Definitions are asked for when a name is met, once. */
static void
test_need(void)
{
	struct strv headers = STRV_INIT;
	struct macros *m = macros_new(need, (char[]){"A"});
	char *why;

	CHECK(macros_headers(m, "A", &headers, &why));
	CHECK_INT(1, headers.n);
	CHECK_INT(4, asked);	/* A, B, b and h */
	CHECK(macros_headers(m, "A", &headers, &why));
	CHECK_INT(4, asked);
	strv_free(&headers);
	macros_free(m);
}

int
main(void)
{
	test_rows();
	test_options();
	test_bounds();
	test_need();
	return check_done();
}
