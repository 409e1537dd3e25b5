/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/origin.h"

#include "tests/unit/check.h"

/* d: the directory /d matters; result: the text afterwards; NULL: not clear */
static const struct { const char *text, *name; bool d; const char *result; } texts[] = {
	/* told already */
	{"# 0 \"x.c\"\n# 0 \"<built-in>\"\nint x;\n", "n.i", false, "# 0 \"x.c\"\n# 0 \"<built-in>\"\nint x;\n"},
	{"# 1 \"x.c\"\n# 1 \"/d//\"\nint x;\n", "n.i", true, "# 1 \"x.c\"\n# 1 \"/d//\"\nint x;\n"},
	{"# 1 \"x.c\"\n# 1 \"/other//\"\nint x;\n", "n.i", true, "# 1 \"x.c\"\n# 1 \"/other//\"\nint x;\n"},
	{"# 1 \"x.c\"\r\n# 1 \"/d//\"\r\nint x;\n", "n.i", true, "# 1 \"x.c\"\r\n# 1 \"/d//\"\r\nint x;\n"},
	{"# 1 \"x.c\"", "n.i", false, "# 1 \"x.c\""},
	/* the directory is missing */
	{"# 0 \"x.c\"\n# 0 \"<built-in>\"\nint x;\n", "n.i", true, "# 0 \"x.c\"\n# 1 \"/d//\"\n# 0 \"<built-in>\"\nint x;\n"},
	{"# 5 \"x.c\" 3\nint x;\n", "n.i", true, "# 5 \"x.c\" 3\n# 1 \"/d//\"\n# 5 \"x.c\" 3\nint x;\n"},
	{"# 1 \"x.c\"\n", "n.i", true, "# 1 \"x.c\"\n# 1 \"/d//\"\n# 1 \"x.c\"\n"},
	{"# 1 \"x.c\"\n# 1 \"/d/\"\n", "n.i", true, "# 1 \"x.c\"\n# 1 \"/d//\"\n# 1 \"/d/\"\n"},
	{"# 1 \"x.c\"", "n.i", true, NULL},
	/* nothing is told */
	{"int x;\n", "n.i", false, "# 1 \"n.i\"\nint x;\n"},
	{"int x;\n", "sub/n.i", true, "# 1 \"sub/n.i\"\n# 1 \"/d//\"\n# 1 \"sub/n.i\"\nint x;\n"},
	{"\n\n \tint x;", "n.i", false, "# 1 \"n.i\"\n\n\n \tint x;"},
	/* not clear what the compiler would make of it */
	{"", "n.i", false, NULL},
	{"\n\n", "n.i", false, NULL},
	{"\n# 1 \"x.c\"\n", "n.i", false, NULL},
	{"/* */\n# 1 \"x.c\"\n", "n.i", false, NULL},
	{"#pragma once\n", "n.i", false, NULL},
	{"#1 \"x.c\"\n", "n.i", false, NULL},
	{"# 1 x.c\n", "n.i", false, NULL},
	{"%: 1 \"x.c\"\n", "n.i", false, NULL},
	{"?\?= 1 \"x.c\"\n", "n.i", false, NULL},
	{"\\\n# 1 \"x.c\"\n", "n.i", false, NULL},
	{"int x;\n", "n\"1.i", false, NULL},
	{"int x;\n", "n\\1.i", false, NULL},
	{"int x;\n", "n\n1.i", false, NULL},
};

static void
test_texts(void)
{
	for (size_t i = 0; i < countof(texts); i++) {
		const char *text = texts[i].text;
		struct buf insert = BUF_INIT, result = BUF_INIT;
		size_t at = 12345, n = strlen(text);
		bool ok = origin_complete(text, n, texts[i].name, texts[i].d ? "/d" : NULL, &at, &insert);

		CHECK_ROW(text, ok == (texts[i].result != NULL));
		if (ok) {
			CHECK_ROW(text, at <= n);
			buf_add(&result, text, at);
			buf_add(&result, insert.p, insert.n);
			buf_add(&result, text + at, n - at);
			CHECK_STR(texts[i].result, result.p);
		}
		buf_free(&insert);
		buf_free(&result);
	}
}

int
main(void)
{
	struct buf insert = BUF_INIT;
	size_t at;

	test_texts();
	CHECK(!origin_complete("int x;\n", 7, "n.i", "/a\"b", &at, &insert));
	CHECK_INT(0, insert.n);
	return check_done();
}
