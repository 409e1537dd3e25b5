/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cpptext.h"
#include "compiler/quotes.h"
#include "tests/unit/check.h"

static const struct { const char *text; bool open; } texts[] = {
	{"", false},
	{"int a;\n", false},
	{"char c = 'x', d = '\\'', e = '\"', f = '\\\\';\n", false},
	{"char *s = \"it's\", *t = \"\\\"\", *u = \"\\\\\", *v = \"/*\", *w = \"//\";\n", false},
	{"/* don't\n * can't */ int a; // isn't\n// isn't \\\n won't\nint b;\n", false},
	{"#define X don't\n#error it's\n # pragma it's\nint a;\n", false},
	{"#define X 1 /* it's\n don't */\nint a;\n", false},
	{"#define X 1 // it's\nint a;\n", false},
	{"#define X a \\\n don't\nint a;\n", false},
	{"#define X don't /* begins\n it's */ int a;\n", false},
	{"#define X a \\\r\n don't\r\nint a;\r\nchar *s = \"a\\\r\nb\"; // c \\\r\n it's\r\n", false},
	{"#include \"a/*b\"\nint a; /* it's */\n", false},
	{"/* c */ # define X don't\n", false},
	{"char *s = \"a\\\nb\";\n", false},
	{"int a = 1'000'000, b = 0x1'f, c = 0b1'0;\n", false},
	{"char *s = R\"x(it's \" )\" \n ' )x\"; char *t = u8R\"(')\";\n", false},
	{"int a; // no newline", false},
	{"/**/ /***/ int a;\n", false},
	{"#if 0\ndon't\n#endif\n", true},
	{"#if 0\n\"open\n#endif\n", true},
	{"don't", true},
	{"a # it's\n", true},
	{"int x1'a\n", true},
	{"FOOR\"(it)\" 'x\n", true},
	{"char *s = \"a\\\nb;\n", true},
	{"/* back \\*/ int a;\n", true},
	{"/* back \\ */ int a;\n", false},
	{"#define X 1 /* back \\*/\n", true},
	{"#if 0\nR\"(never closed\n", true},
};

/* The beginning of a text; then raw strings, separators, line comments. */
static const struct { const char *text; bool raw, separators, comments; } langs[] = {
	{"", false, false, true},	/* gnu89 */
	{"#define __STRICT_ANSI__ 1\n", false, false, false},
	{"#define __STRICT_ANSI__ 1\n#define __STDC_VERSION__ 199901L\n", false, false, true},
	{"#define __STDC_VERSION__ 199901L\n", true, false, true},
	{"#define __STDC_VERSION__ 201710L\n", true, false, true},
	{"#define __STDC_VERSION__ 202000L\n", true, true, true},
	{"#define __cplusplus 199711L\n", false, false, true},
	{"#define __cplusplus 201103L\n", true, false, true},
	{"#define __STRICT_ANSI__ 1\n#define __cplusplus 201402L\n", true, true, true},
	{"#define __cplusplus 201402", true, true, true},
	{"#define __cplusplus ", false, false, true},
	{"#define __cplusplus 99999999999999999999L\n", true, true, true},
};

/* What the markers of a text enter; b.h and its like are bad. */
static const struct { const char *text; const char *bad; } markers[] = {
	{"# 0 \"a.c\"\nint a;\n", NULL},
	{"# 1 \"b.h\"\nint a;\n", "b.h"},
	{"# 0 \"a.c\"\n# 0 \"<built-in>\"\n#define X 1\n# 1 \"b.h\" 1\n", "b.h"},
	{"# 0 \"a.c\"\n# define X\n# 1 \"b.h\" 1 3 4\n# 2 \"a.c\" 2\n", NULL},
	{"# 0 \"a.c\"\n# 7 \"b.h\"\n# 8 \"b.h\" 2\n", NULL},	/* named by a #line, or on the way back */
	{"# 0 \"a.c\"\n# 1 \"/home/x//\"\n# 1 \"missing.h\" 1\n", NULL},
	{"# 0 \"a.c\"\n# 1 \"a.c\" 1\n# 1 \"quo\\\"te.h\" 1", "quo\"te.h"},
	{"int a;\n", NULL},
	{"# 1", NULL},
	{"# 1 \"\n# 1 \"\" 1\n", NULL},
	{"", NULL},
};

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

/* Each place in a text of blanks is found, whatever its distance to the ends of blocks. */
static void
check_markers(void)
{
	char text[100];

	for (size_t at = 0; at + 3 < sizeof(text); at++) {
		memset(text, ' ', sizeof(text));
		memcpy(text + at, "# 1", 3);
		if (at > 0)
			text[at - 1] = '\n';
		CHECK(cpptext_marker(text, text + sizeof(text)) == text + at);
		CHECK(cpptext_marker(text, text + at + 2) == text + at + 2);
		text[at + 2] = 'd';
		CHECK(cpptext_marker(text, text + sizeof(text)) == text + sizeof(text));
	}
}

static char *
open_file(const char *text, size_t n, const struct quotes_memory *memory)
{
	struct cpptext_markers m = CPPTEXT_NO_MARKERS;
	struct clex_lang lang = clex_lang(text, n);
	struct strv names = STRV_INIT;
	const char *bad;
	char *copy;

	cpptext_scan(text, n, &m);
	quotes_add_names(&names, text, n, &m, true);
	free(m.at);
	bad = quotes_open_file(&names, &lang, memory);
	copy = bad != NULL ? xstrdup(bad) : NULL;
	strv_free(&names);
	return copy;
}

/* What was added; has says yes to the main file only. */
static size_t learned;

static bool
memory_has(void *arg, const struct stat *st, unsigned kind)
{
	(void)kind;
	return arg != NULL && ((struct stat *)arg)->st_ino == st->st_ino;
}

static void
memory_add(void *arg, const struct stat *st, unsigned kind)
{
	(void)arg;
	(void)st;
	(void)kind;
	learned++;
}

/* In a directory where a.c is in order and b.h is not. */
static void
check_memory(void)
{
	static const char text[] = "# 0 \"a.c\"\n# 1 \"b.h\" 1\n";
	struct quotes_memory none = {memory_has, memory_add, NULL}, knows = none;
	struct stat st;

	learned = 0;
	free(open_file(text, sizeof(text) - 1, &none));
	CHECK_INT(1, learned);
	CHECK(stat("b.h", &st) == 0);
	knows.arg = &st;
	CHECK(open_file(text, sizeof(text) - 1, &knows) == NULL);
	CHECK_INT(2, learned);
	CHECK(stat("a.c", &st) == 0);
	free(open_file(text, sizeof(text) - 1, &knows));
	CHECK_INT(2, learned);
}

int
main(void)
{
	struct quotes_memory none = {memory_has, memory_add, NULL};
	static const struct clex_lang newest = {true, true, true, false}, oldest = {false, false, false, true};
	char dir[] = "/tmp/quotes_test.XXXXXX", *bad;

	for (size_t i = 0; i < countof(langs); i++) {
		struct clex_lang got = clex_lang(langs[i].text, strlen(langs[i].text));

		CHECK_ROW(langs[i].text, got.raw_strings == langs[i].raw);
		CHECK_ROW(langs[i].text, got.separators == langs[i].separators);
		CHECK_ROW(langs[i].text, got.line_comments == langs[i].comments);
		CHECK_ROW(langs[i].text, got.c90 == (i <= 1 || i == 10));
	}
	CHECK(quotes_open("// isn't\n", 9, &oldest));
	CHECK(quotes_open("int a = 1'000;\n", 15, &oldest));
	CHECK(quotes_open("char *s = R\"(' \")\";\n", 21, &oldest));

	for (size_t i = 0; i < countof(texts); i++) {
		CHECK_ROW(texts[i].text, quotes_open(texts[i].text, strlen(texts[i].text), &newest) == texts[i].open);
		/* Exactly so many bytes are there. */
		for (size_t n = 0; n < strlen(texts[i].text); n++) {
			char *part = malloc(n + 1);

			memcpy(part, texts[i].text, n);
			part = realloc(part, n > 0 ? n : 1);
			quotes_open(part, n, &newest);
			free(part);
		}
	}
	check_markers();

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 77;
	put("a.c", "int a; /* don't */\n");
	put("b.h", "#if 0\ndon't\n#endif\n");
	put("quo\"te.h", "#if 0\ndon't\n#endif\n");
	for (size_t i = 0; i < countof(markers); i++) {
		bad = open_file(markers[i].text, strlen(markers[i].text), &none);
		CHECK_STR(markers[i].bad, bad);
		free(bad);
	}
	check_memory();
	if (system("rm -rf *") == -1 || chdir("/") == -1 || rmdir(dir) == -1)
		return 1;
	return check_done();
}
