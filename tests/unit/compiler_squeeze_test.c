/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "compiler/ctok.h"
#include "compiler/runs.h"
#include "compiler/squeeze.h"
#include "tests/unit/check.h"

static const struct { const char *text, *left; } texts[] = {
	{"", ""},
	{"int a;\n", "int a;\n"},
	{"int a; /* one */\nint b; // two\n", "int a;\nint b;\n"},
	{"int a;\t /* one */ \t\nint b; // two", "int a;\nint b;"},
	{"/* one\n * two\n */\nint a;\n", "\n\n\nint a;\n"},
	{"\t/* one */\n\t// two\nint a;\n", "\n\nint a;\n"},
	{"int a; /* one\n two */ // three\nint b;\n", "int a; /* one\n two */\nint b;\n"},
	{"/**/\n/***/\n/*/ */\n//\n", "\n\n\n\n"},
	{"/* one *//* two */\n", "/* one */\n"},
	{"# 1 \"a//b\"\nint a; // c\n", "# 1 \"a//b\"\nint a;\n"},
	/* something follows */
	{"/* one */ int a;\nint b /* two */;\n", "/* one */ int a;\nint b /* two */;\n"},
	{"/* one\n */ int a;\n", "/* one\n */ int a;\n"},
	{"a /* one */ \\\nb // c\n", "a /* one */ \\\nb\n"},
	{"a; /* one */ \r\n/* two\r\n */\r\nb; // c\r\n", "a;\n\n\nb;\n"},
	/* a backslash must not come to the end of a line */
	{"a \\ /* one */\nb // c\n", "a \\ /* one */\nb\n"},
	{"a ?\?/ /* one */\nb\n", "a ?\?/ /* one */\nb\n"},
	{"a / /* one */\nb\n", "a /\nb\n"},
	{"a \\\n/* one */\nb // c\n", "a \\\n\nb\n"},
	/* literals */
	{"char *s = \"/* a */\", *t = \"\\\"// b\"; // c\n", "char *s = \"/* a */\", *t = \"\\\"// b\";\n"},
	{"char c = '\"', d = '\\''; // '\nint a = 1'000; // '\n", "char c = '\"', d = '\\'';\nint a = 1'000;\n"},
	{"char *s = R\"x(\" // )\" // )x\"; // c\n", "char *s = R\"x(\" // )\" // )x\";\n"},
	{"char *s = \"a \\\n // b\"; // c\n", "char *s = \"a \\\n // b\";\n"},
	/* comments that somebody reads */
	{"/* FALLTHRU */\n// falls through\n/* Else, Fall-through. */\n/* false */\n", "/* FALLTHRU */\n// falls through\n/* Else, Fall-through. */\n\n"},
	{"/* a /* b */\n// a /* b */\n/* a // b */\n", "/* a /* b */\n// a /* b */\n\n"},
	{"/* \303\251 */\n// \342\200\256\n/* \f */\n/* ~ */\n", "/* \303\251 */\n// \342\200\256\n\n\n"},
	{"// a \\\n still it\n// b\n", "// a \\\n still it\n// b\n"},
	{"// a \\b\n/* a \\*/\nint a;\n", "// a \\b\n\nint a;\n"},
	{"/* eh?\?/ */\n/* eh? */\n", "/* eh?\?/ */\n\n"},
	/* what is not clear stays, and all behind it */
	{"int a; // c\n/* open // d\n", "int a;\n/* open // d\n"},
	{"int a; // c\ndon't // d\n", "int a;\ndon't // d\n"},
	{"// c\nchar *s = \"open // d\n// e\n", "\nchar *s = \"open // d\n// e\n"},
	{"// c\n/\\\n* d */ int a; // e\n", "\n/\\\n* d */ int a; // e\n"},
	{"// c\n/?\?/\n* d */ int a; // e\n", "\n/?\?/\n* d */ int a; // e\n"},
	{"// c\n/* d *\\\n/ int a; /* e */ // f\n", "\n/* d *\\\n/ int a; /* e */ // f\n"},
	{"// c\n/* d *?\?/ \n/ int a; /* e */ // f\n", "\n/* d *?\?/ \n/ int a; /* e */ // f\n"},
	{"/* a *\\ b */\n// c\n", "\n\n"},
	{"// c\n// d \\ \n// e\n", "\n// d \\ \n// e\n"},
	{"// c\n// d ?\?/\n// e\n", "\n// d ?\?/\n// e\n"},
	{"// c\nchar *s = \"?\?/\"; // d\n", "\nchar *s = \"?\?/\"; // d\n"},
	{"// c\nR\"(open // d\n", "\nR\"(open // d\n"},
};

static const struct { const char *text, *left; struct clex_lang lang; } langs[] = {
	{"a //* b */ c\n/* d */\n", "a //* b */ c\n\n", {false, false, false, true}},	/* gcc -std=c90 */
	{"a //* b */ c\n/* d */\n", "a //* b */ c\n\n", {false, false, true, true}},	/* gcc -std=gnu90 */
	{"a //* b */ c\n/* d */\n", "a\n\n", {true, false, true, false}},
	{"R\"(a // b)\" // c\n", "R\"(a // b)\"\n", {false, false, true, false}},
	{"R\"('// b)\" // c\n", "R\"('// b)\"\n", {true, false, true, false}},
	{"1'0 // a'\n", "1'0 // a'\n", {false, false, true, false}},
};

/* All at once; what is left. */
static size_t
squeeze_all(char *text, size_t n, const struct clex_lang *lang)
{
	struct squeeze sq = {*lang, false};
	size_t left;

	CHECK(squeeze(&sq, text, n, true, &left) == n);
	return left;
}

/* By pieces that have room for step bytes at first, in a buffer of its own; what is left goes to out. */
static size_t
squeeze_pieces(const char *text, size_t n, size_t step, char *out, const struct clex_lang *lang)
{
	size_t read = 0, have = 0, max = step, done, left, total = 0, more;
	struct squeeze sq = {*lang, false};
	char *p = malloc(n + 1), *piece;

	do {
		more = n - read < max - have ? n - read : max - have;
		memcpy(p + have, text + read, more);
		have += more;
		read += more;
		piece = malloc(have + 1);
		memcpy(piece, p, have);
		piece = realloc(piece, have > 0 ? have : 1);
		done = squeeze(&sq, piece, have, read == n, &left);
		CHECK(done <= have && left <= done && (read < n || done == have));
		CHECK(read == n || done == 0 || piece[left - 1] == '\n');
		memcpy(out + total, piece, left);
		free(piece);
		total += left;
		have -= done;
		memmove(p, p + done, have);
		if (done == 0)
			max += step;
	} while (read < n);
	free(p);
	return total;
}

/* Whatever the pieces are, the same is left. */
static void
check_pieces(const char *text, size_t n, const struct clex_lang *lang)
{
	char *want = malloc(n + 1), *got = malloc(n + 1);
	size_t left;

	memcpy(want, text, n);
	left = squeeze_all(want, n, lang);
	for (size_t step = 1; step <= n; step += 1 + step / 8)
		CHECK_ROW(text, squeeze_pieces(text, n, step, got, lang) == left && memcmp(want, got, left) == 0);
	free(want);
	free(got);
}

/* The texts of the table one after the other, as far as nothing is unclear. */
static void
check_long_text(const struct clex_lang *lang)
{
	static const char raw[] = "char *r = R\"x(\n // no \" comment\n)x\", *s = \"a \\\n // b\"; // yes\nint MACRO\"a\"; // yes\n"
		"/* one\n */ int b; /* two\n */ char *t = \"\\\n /* \"; /* three\n */ int c; // four\n";
	char text[8192] = "";

	for (size_t i = 0; strncmp(texts[i].text, "int a; // c\n/* open", 19) != 0; i++) {
		strcat(text, texts[i].text);
		if (*text != '\0' && text[strlen(text) - 1] != '\n')
			strcat(text, "\n");
	}
	strcat(text, raw);
	check_pieces(text, strlen(text), lang);
}

static void
check_squeeze(const char *text, const char *left, const struct clex_lang *lang)
{
	size_t n = strlen(text), got;
	char *p = malloc(n + 1);

	memcpy(p, text, n);
	p = realloc(p, n > 0 ? n : 1);
	got = squeeze_all(p, n, lang);
	CHECK_ROW(text, got == strlen(left) && memcmp(p, left, got) == 0);
	free(p);
}

static size_t
line_of(const char *from, const char *to)
{
	size_t n = 0;

	while ((from = memchr(from, '\n', (size_t)(to - from))) != NULL) {
		n++;
		from++;
	}
	return n;
}

/* The same tokens at the same places: what must hold for any text. */
static void
check_tokens(const char *text, size_t n, const struct clex_lang *lang)
{
	struct ctok_stream sa, sb;
	struct ctok a, b;
	char *p = malloc(n + 1);
	size_t m;

	memcpy(p, text, n);
	m = squeeze_all(p, n, lang);
	ctok_start(&sa, text, n);
	ctok_start(&sb, p, m);
	do {
		ctok_next(&sa, &a);
		ctok_next(&sb, &b);
		CHECK(a.type == b.type && a.n == b.n && memcmp(a.p, b.p, a.n) == 0);
		if (a.type != CTOK_END)
			CHECK(a.p - a.line == b.p - b.line && line_of(text, a.p) == line_of(p, b.p));
	} while (a.type != CTOK_END && b.type != CTOK_END);
	free(p);
}

static void
check_all(void)
{
	static const struct clex_lang newest = {true, true, true, false};
	char text[200];

	for (size_t i = 0; i < countof(texts); i++) {
		check_squeeze(texts[i].text, texts[i].left, &newest);
		check_pieces(texts[i].text, strlen(texts[i].text), &newest);
		/* every comment of them further on, beyond the ends of blocks, and cut off anywhere */
		for (size_t shift = 0; shift < 40; shift++) {
			memset(text, ' ', shift);
			strcpy(text + shift, texts[i].text);
			check_tokens(text, strlen(text), &newest);
		}
		for (size_t n = 0; n < strlen(texts[i].text); n++) {
			char *p = malloc(n + 1);

			memcpy(p, texts[i].text, n);
			p = realloc(p, n > 0 ? n : 1);
			CHECK_ROW(texts[i].text, squeeze_all(p, n, &newest) <= n);
			free(p);
		}
	}
	for (size_t i = 0; i < countof(langs); i++)
		check_squeeze(langs[i].text, langs[i].left, &langs[i].lang);
	check_long_text(&newest);
}

int
main(void)
{
	check_all();
	if (runs_use(false))
		check_all();
	return check_done();
}
