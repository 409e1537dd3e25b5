/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "compiler/cpptext.h"
#include "tests/unit/check.h"

static const struct { const char *text; unsigned flags; } texts[] = {
	{"", 0},
	{"int main(void) { return 0; }\n", 0},
	{"__DATE__", CPPTEXT_TIME},
	{"__TIME__", CPPTEXT_TIME},
	{"__TIMESTAMP__", CPPTEXT_TIME},
	{"x = __TIME__;", CPPTEXT_TIME},
	{"__DATE_", 0},
	{"_TIME__", 0},
	{"__BASE_FILE__", CPPTEXT_MAIN_FILE},
	{"#pragma push_macro(\"X\")", CPPTEXT_PUSH_MACRO},
	{"#pragma pop_macro(\"X\")", CPPTEXT_PUSH_MACRO},
	{"macro macros push_macr op_macro", 0},
	{"asm(\".incbin \\\"x\\\"\");", CPPTEXT_INCBIN},
	{".incbi", 0},
	{"incbin", 0},
	{"asm(\".include \\\"x\\\"\");", CPPTEXT_INCBIN},
	{"R\"(.include\t\"x\")\"", CPPTEXT_INCBIN},
	{"// see foo.include for more", 0},
	{".include", 0},
	{"__builtin_source_location()", CPPTEXT_COLUMN},
	{"__builtin_COLUMN()", CPPTEXT_COLUMN},
	{"__builtin_LINE() __builtin_FILE()", 0},
	{"__FILE__ __LINE__ __COUNTER__ __INCLUDE_LEVEL__", 0},
	{"__DATE__ .incbin __builtin_COLUMN", CPPTEXT_TIME | CPPTEXT_INCBIN | CPPTEXT_COLUMN},
	{"__DATE____TIME____BASE_FILE__", CPPTEXT_TIME | CPPTEXT_MAIN_FILE},
};

static const struct { const char *text; unsigned flag; } words[] = {
	{"__DATE__", CPPTEXT_TIME}, {"__TIME__", CPPTEXT_TIME}, {"__TIMESTAMP__", CPPTEXT_TIME},
	{"__BASE_FILE__", CPPTEXT_MAIN_FILE}, {"push_macro", CPPTEXT_PUSH_MACRO}, {"pop_macro", CPPTEXT_PUSH_MACRO},
	{".incbin", CPPTEXT_INCBIN}, {"__builtin_source_location", CPPTEXT_COLUMN}, {"__builtin_COLUMN", CPPTEXT_COLUMN},
	{"\n# 1 \"a.h\" 1\n", 0}, {"\n# define X\n", 0}, {"# 2 \"b\"\n", 0},
};

/* The same lines as one by one? */
static bool
has_markers(const char *p, size_t n, const struct cpptext_markers *m)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		if ((i > 0 && p[i - 1] != '\n') || n - i < 3 || p[i] != '#' || p[i + 1] != ' ' || p[i + 2] < '0' || p[i + 2] > '9')
			continue;
		if (found == m->n || m->at[found++] != i)
			return false;
	}
	return found == m->n;
}

/* A text of which exactly so many bytes are there. */
static bool
scan(const char *p, size_t n, unsigned flags)
{
	struct cpptext_markers m = CPPTEXT_NO_MARKERS;
	bool ok = cpptext_scan(p, n, NULL) == flags && cpptext_scan(p, n, &m) == flags && has_markers(p, n, &m);

	free(m.at);
	return ok;
}

/* More of them than there is room for at first, at all distances to the ends of blocks. */
static void
check_many_markers(void)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < 5000; i++)
		buf_addf(&b, "# %zu \"%.*s\"\n", i, (int)(i % 37), "a/name/that/is/longer/than/two/blocks");
	CHECK(scan(b.p, b.n, 0));
	buf_free(&b);
}

static unsigned
naive(const char *p, size_t n)
{
	unsigned flags = 0;

	for (size_t i = 0; i < countof(words); i++)
		if (memmem(p, n, words[i].text, strlen(words[i].text)) != NULL)
			flags |= words[i].flag;
	return flags;
}

/* Texts made of pieces of the patterns, so that nearly everything nearly matches; the buffer is exactly as long. */
static void
check_random(void)
{
	uint32_t seed = 1;
	size_t n, len, from;
	char *p;

	for (int round = 0; round < 20000; round++) {
		p = malloc(64);
		for (n = 0; n < 40; n += len) {
			const char *w;

			seed = seed * 1664525 + 1013904223;
			w = words[(seed >> 8) % countof(words)].text;
			from = (seed >> 16) % 3 == 0 ? 0 : (seed >> 20) % strlen(w);
			len = 1 + (seed >> 24) % (strlen(w) - from);
			if (seed >> 31)
				len = strlen(w) - from;
			if (n + len > 64)
				break;
			memcpy(p + n, w + from, len);
		}
		p = realloc(p, n);
		if (!scan(p, n, naive(p, n)))
			CHECK_ROW(p, false);
		else
			check_passed++;
		free(p);
	}
}

static const struct { const char *text; size_t head; } heads[] = {
	{"", 0},
	{"int a;\n", 7},
	{"# 0 \"a.c\"\n# 0 \"<built-in>\"\n#define A 1\n# 0 \"<command-line>\"\n#define B 1\n# 1 \"a.c\"\nint a;\n# 1 \"b.h\" 1\n", 72},
	{"# 1 \"a.c\"\n# 1 \"<built-in>\"\n#define A 1\n# 1 \"/usr/include/stdc-predef.h\" 1 3 4\n# 1 \"<command-line>\" 2\n", 39},
	{"# 0 \"a.c\"\n# 0 \"<built-in>\"\n#define A 1\n", 39},
	{"# 0 \"a.c\"\n# 1", 13},
	{"# 0 \"a.c\"\n# 1 \"/dir//\"\n# 0 \"<built-in>\"\n#define A 1\n# 1 \"a.c\"\n", 52},
	{"# 1 \"a.c\"\nint a;\n# 1 \"b.h\" 1\n", 29},
};

int
main(void)
{
	for (size_t i = 0; i < countof(heads); i++)
		CHECK_INT(heads[i].head, cpptext_head(heads[i].text, strlen(heads[i].text)));
	for (size_t i = 0; i < countof(texts); i++)
		CHECK_ROW(texts[i].text, scan(texts[i].text, strlen(texts[i].text), texts[i].flags));
	check_random();
	check_many_markers();
	return check_done();
}
