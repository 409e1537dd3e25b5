/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cppsum.h"

#include <stdlib.h>

#include "tests/unit/check.h"

static char option_g[] = "-g", option_t[] = "-trigraphs", empty[] = "", gt[] = "-g-trigraphs";
static char *none[] = {NULL}, *one[] = {option_g, NULL}, *two[] = {option_g, option_t, NULL}, *joined[] = {gt, NULL},
	    *with_empty[] = {empty, NULL};

/* What is written before the declaration that no compiler takes. */
static const struct { const char *text, *markers; } names[] = {
	{"", ""},
	{"int x;\n", ""},
	{"# 0 \"x.c\"\n# 1 \"/cwd//\"\n# 0 \"<built-in>\"\nint x;\n",
		"# 1 \"/cwd//\"\n# 1 \"<built-in>\"\n# 1 \"x.c\"\n"},
	/* each once; the flag of system headers stays */
	{"# 1 \"x.c\"\n# 1 \"a.h\" 1\nint a;\n# 2 \"x.c\" 2\n# 1 \"b.h\" 1 3 4\n# 3 \"x.c\" 2\n# 1 \"a.h\" 1\n",
		"# 1 \"a.h\"\n# 1 \"b.h\" 3\n# 1 \"x.c\"\n"},
	{"# 1 \"dir3/x.c\" 1\n", "# 1 \"dir3/x.c\"\n"},
	{"# 1 \"x.c\" 13\n", "# 1 \"x.c\" 3\n"},
	{"# 1 \"a \\\"b\\\" c.h\" 2 3\n", "# 1 \"a \\\"b\\\" c.h\" 3\n"},
	{"# 1 \"x\"", "# 1 \"x\"\n"},
	/* no line markers */
	{" # 1 \"x\"\n", ""},
	{"#1 \"x\"\n", ""},
	{"# x \"y\"\n", ""},
	{"# 1\n# 12 x\n# 12 \"\n#", ""},
	{"#define A 1\n#pragma once \"x\"\n", ""},
	{"int x; # 1 \"y\"\n", ""},
	/* a name that begins another */
	{"# 1 \"ab\"\n# 1 \"a\"\n# 1 \"abc\"\n", "# 1 \"a\"\n# 1 \"ab\"\n# 1 \"abc\"\n"},
	/* beyond one block of the search, and across two */
	{"0123456789abcde\n# 1 \"x\"\n0123456789abcdef01234\n# 1 \"y\"\n", "# 1 \"x\"\n# 1 \"y\"\n"},
};

static void
test_names(void)
{
	for (size_t i = 0; i < countof(names); i++) {
		struct buf out = BUF_INIT;
		char *end;

		cppsum_write(names[i].text, strlen(names[i].text), none, &out);
		end = strstr(out.p, "int text_of_distcc_cpp");
		CHECK_ROW(names[i].text, end != NULL);
		if (end != NULL)
			*end = '\0';
		CHECK_STR(names[i].markers, out.p);
		buf_free(&out);
	}
}

/* Every offset of a marker in the blocks of the search. */
static void
test_offsets(void)
{
	for (int before = 0; before < 40; before++) {
		struct buf text = BUF_INIT, out = BUF_INIT;

		buf_addf(&text, "%*s\n# 7 \"here\" 1\n%*s", before, "", before % 20, "");
		cppsum_write(text.p, text.n, none, &out);
		CHECK_INT(0, strncmp(out.p, "# 1 \"here\"\nint ", 15));
		buf_free(&text);
		buf_free(&out);
	}
}

static char *
digest(const char *text, char *const *words)
{
	struct buf out = BUF_INIT;
	char *line;

	cppsum_write(text, strlen(text), words, &out);
	line = xstrdup(strstr(out.p, "[-1];\n") + 6);
	buf_free(&out);
	return line;
}

static const struct { const char *text; char *const *words; const char *other; char *const *other_words; bool equal; } pairs[] = {
	{"int x;\n", none, "int x;\n", none, true},
	{"int x;\n", none, "int y;\n", none, false},
	{"int x;\n", none, "int x;\n\n", none, false},
	{"int x;\n", one, "int x;\n", none, false},
	{"int x;\n", two, "int x;\n", one, false},
	{"int x;\n", two, "int x;\n", joined, false},
	{"int x;\n", with_empty, "int x;\n", none, false},
	/* lines count, and so do places */
	{"# 1 \"x.c\"\nint x;\n", none, "# 2 \"x.c\"\nint x;\n", none, false},
	{"# 1 \"x.c\"\nint x;\n", none, "# 1 \"y.c\"\nint x;\n", none, false},
	/* the working directory is for ccache to judge, where gcc writes it */
	{"# 1 \"x.c\"\n# 1 \"/a//\"\nint x;\n", none, "# 1 \"x.c\"\n# 1 \"/b//\"\nint x;\n", none, true},
	{"# 1 \"x.c\"\n# 1 \"/a//\"\nint x;\n", none, "# 1 \"x.c\"\nint x;\n", none, false},
	{"# 1 \"x.c\"\nint x;\n# 1 \"/a//\"\n", none, "# 1 \"x.c\"\nint x;\n# 1 \"/b//\"\n", none, false},
	{"# 1 \"x.c\"\n# 1 \"/a/b\"\nint x;\n", none, "# 1 \"x.c\"\n# 1 \"/b/b\"\nint x;\n", none, false},
};

static void
test_digests(void)
{
	for (size_t i = 0; i < countof(pairs); i++) {
		char *a = digest(pairs[i].text, pairs[i].words), *b = digest(pairs[i].other, pairs[i].other_words);

		CHECK_INT(65, strlen(a));
		CHECK_ROW(pairs[i].other, streq(a, b) == pairs[i].equal);
		free(a);
		free(b);
	}
}

static const struct { const char *name; bool system; const char *line; } single[] = {
	{"x.h", false, "# 1 \"x.h\"\n"},
	{"../a b/x.h", true, "# 1 \"../a b/x.h\" 3\n"},
	{"\303\244.h", false, "# 1 \"\303\244.h\"\n"},
	{"a\"b.h", false, NULL}, {"a\\b.h", false, NULL}, {"a\nb.h", false, NULL}, {"a\177.h", false, NULL},
};

static void
test_pieces(void)
{
	struct buf out = BUF_INIT;
	struct digest d = {{0}};

	for (size_t i = 0; i < countof(single); i++) {
		CHECK_ROW(single[i].name, cppsum_marker(single[i].name, single[i].system, &out) == (single[i].line != NULL));
		buf_add(&out, "", 1);
		CHECK_STR(single[i].line != NULL ? single[i].line : "", out.p);
		buf_free(&out);
	}
	/* behind them the same as where there is text, which no compiler takes */
	cppsum_end(&d, &out);
	buf_add(&out, "", 1);
	CHECK(strstr(out.p, "[-1];\n00000000") != NULL);
	buf_free(&out);
}

int
main(void)
{
	test_pieces();
	test_names();
	test_offsets();
	test_digests();
	return check_done();
}
