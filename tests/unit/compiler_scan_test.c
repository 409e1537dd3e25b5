/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/scan.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/util.h"
#include "tests/unit/check.h"

/* One letter or word per kind, for the tables. */
static const char *const kinds[SCAN_KINDS] = {
	[SCAN_QUOTE] = "q", [SCAN_ANGLE] = "a", [SCAN_NEXT_QUOTE] = "nq", [SCAN_NEXT_ANGLE] = "na", [SCAN_COMPUTED] = "c",
	[SCAN_HAS_QUOTE] = "hq", [SCAN_HAS_ANGLE] = "ha", [SCAN_HAS_NEXT] = "hn",
	[SCAN_COMPUTED_NEXT] = "nc", [SCAN_COMPUTED_HAS] = "hc", [SCAN_EMBED_QUOTE] = "eq", [SCAN_EMBED_ANGLE] = "ea",
	[SCAN_EMBED_COMPUTED] = "ec", [SCAN_WRAPPER] = "wrapper", [SCAN_CALL] = "call", [SCAN_NAMED] = "named",
	[SCAN_ASM_INCLUDE] = "asm", [SCAN_ASM_INCBIN] = "bin", [SCAN_TIME] = "time", [SCAN_TIMESTAMP] = "stamp",
	[SCAN_MODULE] = "module", [SCAN_STOP] = "stop",
};

static void
describe(const struct scan *s, struct buf *out)
{
	struct scan_item item;
	size_t at = 0;

	buf_adds(out, "");
	while (scan_next(s->items.p, s->items.n, &at, &item))
		buf_addf(out, "%s%s %u %s", out->n > 0 ? "|" : "", kinds[item.kind], (unsigned)item.line, item.text);
	CHECK(at == s->items.n);
}

static const struct {
	const char *text, *items;
} rows[] = {
	{"", ""},
	{"#include \"a.h\"\n", "q 1 a.h"},
	{"#include \"a.h\"", "q 1 a.h"},
	{"#include <a.h>\r\n#include <b.h>\r\n", "a 1 a.h|a 2 b.h"},
	{"#include<a.h>", "a 1 a.h"},
	{"  #  include  \"a.h\"  /* x */", "q 1 a.h"},
	{"\t#\tinclude\t<sys/a b.h>", "a 1 sys/a b.h"},
	{"/* x */ # /* y */ include /* z\n */ \"a.h\"", "q 1 a.h"},
	{"/* open\n */ #include <a.h>", "a 2 a.h"},
	{"/* #include <a.h> */", "a 1 a.h"},
	{"// #include <a.h>", "a 1 a.h"},
	{"const char *s = \"#include <a.h>\";", "a 1 a.h"},
	{"R\"(\n#include <a.h>\n)\"", "a 2 a.h"},
	{"#if 0\n#include <a.h>\n#else\n#include <b.h>\n#endif\n", "a 2 a.h|a 4 b.h"},
	{"'\n#include <a.h>\n'\n", "a 2 a.h"},
	{"\"\n#include <a.h>\n", "a 2 a.h"},
	{"/*\n#include <a.h>\n", "a 2 a.h"},
	{"#\\\ninclude \\\n\"a.h\"", "q 1 a.h"},
	{"#inc\\\nlude <a\\\n.h>", "a 1 a.h"},
	{"#inc\\  \nlude <a.h>", "a 1 a.h"},
	{"#inc\\\r\nlude <a.h>", "a 1 a.h"},
	{"\n\\\n#include <a.h>", "a 3 a.h"},
	{"%:include <a.h>", "a 1 a.h"},
	{"%\\\n:include <a.h>", "a 1 a.h"},
	{"?\?=include <a.h>", "a 1 a.h"},
	{"#inc?\?/\nlude <a.h>", "a 1 a.h"},
	{"\n\n#inc?\?/\nlude <a.h>\n\n#include <b.h>", "a 6 b.h|a 3 a.h"},
	{"#import <a.h>\n#import \"b.h\"", "a 1 a.h|q 2 b.h"},
	{"#include_next <a.h>\n#include_next \"b.h\"", "na 1 a.h|nq 2 b.h"},
	{"#include \"a.h\"\n#include \"a.h\"\n#include <a.h>", "q 1 a.h|a 3 a.h"},
	{"#include \"a\\b.h\"", "q 1 a\\b.h"},
	{"#include <a//b.h>", "a 1 a//b.h"},
	{"#include \"a.h", "c 1 \"a.h"},
	{"#include", ""},
	{"#include \"\"", ""},
	{"#include 12", ""},
	{"#include A", "c 1 A"},
	{"#include A(b, <c.h>) // x", "c 1 A(b, <c.h>)"},
	{"#include A \\\n  B /* x */ C", "c 1 A B C"},
	{"#include_next A", "nc 1 A"},
	{"#include __FILE__", "c 1 __FILE__"},
	{"#embed \"a.bin\" limit(3)\n#embed <b.bin>\n#embed C", "eq 1 a.bin|ea 2 b.bin|ec 3 C"},
	{"#includes <a.h>\n#includ <b.h>\n##include <c.h>", "a 3 c.h"},
	/* a raw string, or a comment, may hide the apostrophe of an #error */
	{"#error don't\n#include <a.h>", "a 2 a.h"},

	{"#if __has_include(<a.h>)", "ha 1 a.h"},
	{"#if defined(X) && __has_include ( \"a.h\" ) && __has_include_next(<b.h>)", "hq 1 a.h|ha 1 b.h|hn 1 b.h"},
	{"#if \\\n  __has_include(<a.h>)", "ha 1 a.h"},
	{"#if __has_include(A)", "hc 1 A"},
	{"#if __has_include(A(b)) && 1", "call 1 A b|hc 1 A(b)"},
	{"#if __has_include__(<a.h>)", "ha 1 a.h"},
	{"#if __has_embed(\"a\") + __has_embed(<b>)", "hq 1 a|ha 1 b|eq 1 a|ea 1 b"},
	{"#ifdef __has_include\n#if defined __has_include\n#endif", ""},
	{"#ifndef __has_include\n#define __has_include(x) 0\n#endif", "hc 2 x"},
	{"#define HAS(x) __has_include(x)", "hc 1 x|wrapper 1 HAS"},
	{"#define HAS \\\n  __has_include", "wrapper 2 HAS"},
	{"%: define HAS __has_include", "wrapper 1 HAS"},
	{"#if HAS(<a.h>) || HAS ( \"b.h\" )", "ha 1 a.h|hq 1 b.h"},
	{"#elif HAS(A_H)", "call 1 HAS A_H"},
	{"#if __has_attribute(x) && defined(Y) && FOO(1)", ""},
	{"#if A < B && C > D", ""},

	{"# 7 \"a.y\"\n#line 8 \"b.y\"\n# 1 \"<built-in>\"\n#line 9", "named 1 a.y|named 2 b.y"},
	{"x = __DATE__ __TIME__;", "time 1 __DATE__|time 1 __TIME__"},
	{"x = __TIMESTAMP__;", "stamp 1 __TIMESTAMP__"},
	{"x = __DA\\\nTE__;", "time 1 __DATE__"},
	{"x = _\\\n_DATE__;", "time 1 __DATE__"},
	{"\t// __DATE__", ""},
	{"/* Define when __DATE__ \" \" __TIME__ can be used */", ""},
	{"a\n  /* __TIMESTAMP__", ""},
	{"/* a */ __DATE__", "time 1 __DATE__"},
	{"x, /* __DATE__ */", ""},
	{"x; // __TIME__ is not asked for", ""},
	{"// joined \\\n__DATE__", ""},
	{"x /* */ __DATE__", "time 1 __DATE__"},
	{"/* of\n * the __DATE__\n */ __TIME__", "time 3 __TIME__"},
	{"/* don't \" */ __TIME__", "time 1 __TIME__"},
	{"x *// __DATE__", ""},
	{"/*\n*// __DATE__", "time 2 __DATE__"},
	{"/\\\n* __DATE__ *\\\n/ __TIME__", "time 3 __TIME__"},
	{"f(\"/*\", __DATE__)", "time 1 __DATE__"},
	{"f('/*', __DATE__)", "time 1 __DATE__"},
	{"f('\"', __DATE__)", "time 1 __DATE__"},
	{"f(\"\\\\\", __DATE__)", "time 1 __DATE__"},
	{"f(\"\\\"__DATE__\")", ""},
	{"f(\"__DATE__\" __TIME__)", "time 1 __TIME__"},
	{"// c90: /*\n\" */ __DATE__ \"", "time 2 __DATE__"},
	{"don't\n__DATE__", "time 2 __DATE__"},
	{"a \"b\n__DATE__ \"", "time 2 __DATE__"},
	{"a \"b \\\n__DATE__ \"", ""},
	{"_Pragma(\"message(__DATE__)\")", "time 1 __DATE__"},
	{"#error don't /* say\n__DATE__ */", "time 2 __DATE__"},
	{"#include </*>\n__DATE__ /**/", "a 1 /*|time 2 __DATE__"},
	{"#if __has_include(</*>)\n__DATE__ /**/", "ha 1 /*|time 2 __DATE__"},
	{"#if (X < 3) /* __DATE__ */", ""},
	{"R\"(\n/* )\" x __DATE__", "time 2 __DATE__"},
	{"1'000 \"x\" '__DATE__'", "time 1 __DATE__"},
	{"\"x?\?/\n\" __DATE__ \"", "time 2 __DATE__"},
	{"/*/ __DATE__", ""},
	{"//* a */ __DATE__", "time 1 __DATE__"},
	{"x = \\\n/* __DATE__ */", ""},
	{"x *\\ \n/* __DATE__ */", ""},
	{"R\"(\n/* )\" __DATE__", "time 2 __DATE__"},
	{"R\"x(\n// )x\" __DATE__", "time 2 __DATE__"},
	{" * __DATE__", "time 1 __DATE__"},
	{"# if defined(__DATE__) && defined __TIME__\n#elif !defined ( __TIMESTAMP__ )", ""},
	{"#ifdef __DATE__\n #\tifndef __TIME__", ""},
	{"x = defined(__DATE__);", "time 1 __DATE__"},
	{"#if defined(X) && __DATE__", "time 1 __DATE__"},
	{"#if undefined(__DATE__)", "call 1 undefined __DATE__|time 1 __DATE__"},
	{"#define D defined(__DATE__)", "time 1 __DATE__"},
	{"#ifdef X __DATE__", "time 1 __DATE__"},
	{"x \\\n#ifdef __DATE__", "time 2 __DATE__"},
	{"__DATE__", "time 1 __DATE__"},
	{"char *u = \"http://x\" __DATE__;", "time 1 __DATE__"},
	{"my__DATE__ = __DATE__x + X__TIME__;", ""},

	{"asm(\".incbin \\\"a.bin\\\"\");", "bin 1 a.bin"},
	{"asm(\"x\\n.incbin \\\"a.bin\\\", 1, 2\\n\");", "bin 1 a.bin"},
	{".incbin \"a.bin\"\n.include \"b.s\"\n\t.INCBIN \"c.bin\"", "bin 1 a.bin|asm 2 b.s|bin 3 c.bin"},
	{"asm(\".incbin \\\"\" FILE \"\\\"\");", "stop 1 .incbin"},
	{"asm(\".incbin \" FILE);", "stop 1 .incbin"},
	{"x.include = 3; foo.incbin(4);", ""},
	{".include FILE", "asm 1 "},
	{"/* from C by asm(\".include <a.h>\") */", ""},
	{".incbin < a.bin", ""},
	{"(or .incbin) and .incbin: prose", ""},

	{"#pragma GCC dependency \"a\"", "stop 1 #pragma GCC dependency"},
	{"#pragma   GCC  pch_preprocess \"a\"", "stop 1 #pragma GCC pch_preprocess"},
	{"#pragma once\n#pragma GCC system_header", ""},
	{"import a;\nexport import b.c;\nimport <d>;\nmodule;\nexport module e;", "module 1 import|module 4 module"},
	{"import a\nimported;\nmodule_x;\nexport int y;", ""},
	{"\nimport \"x.h\";", "module 2 import"},
};

static void
test_rows(void)
{
	struct buf out = BUF_INIT;
	struct scan s;

	for (size_t i = 0; i < countof(rows); i++) {
		out.n = 0;
		scan_text(&s, rows[i].text, strlen(rows[i].text));
		describe(&s, &out);
		if (!streq(out.p, rows[i].items))
			printf("  got: %s\n", out.p);
		CHECK_ROW(rows[i].text, streq(out.p, rows[i].items));
		scan_free(&s);
	}
	buf_free(&out);
}

/* The search goes 16 bytes at a time: a directive must be found wherever it stands. */
static void
test_places(void)
{
	static const char directive[] = "#include <a.h>\n";
	char text[128];
	struct buf out = BUF_INIT;
	struct scan s;

	for (size_t at = 0; at < 60; at++) {
		for (size_t behind = 0; behind < 40; behind++) {
			size_t n = at + sizeof(directive) - 1 + behind;

			memset(text, ' ', sizeof(text));
			memcpy(text + at, directive, sizeof(directive) - 1);
			out.n = 0;
			scan_text(&s, text, n);
			describe(&s, &out);
			CHECK_ROW("places", streq(out.p, "a 1 a.h"));
			scan_free(&s);
		}
	}
	buf_free(&out);
}

static void
test_bytes(void)
{
	static const char nul[] = "#include <a\0b>\n#include <c.h>\n";
	struct buf out = BUF_INIT;
	struct scan s;
	char *big;

	scan_text(&s, nul, sizeof(nul) - 1);
	describe(&s, &out);
	CHECK_STR("stop 1 a directive with an operand that is no text|a 2 c.h", out.p);
	scan_free(&s);

	/* a name of more bytes than an item has room for */
	big = xmalloc(100000);
	memset(big, 'x', 100000);
	memcpy(big, "#include <", 10);
	memcpy(big + 99990, ">\n#if 1 \n", 9);
	out.n = 0;
	scan_text(&s, big, 100000);
	describe(&s, &out);
	CHECK_STR("stop 1 a directive with an operand that is no text", out.p);
	scan_free(&s);
	free(big);
	buf_free(&out);
}

/* A list from a damaged cache ends early, and nothing is read behind it. */
static void
test_damaged(void)
{
	struct scan_item item;
	struct scan s;
	size_t at, found;
	char *copy;

	scan_text(&s, "#include <a.h>\n#include <b.h>\n", 30);
	for (size_t n = 0; n < s.items.n; n++) {
		copy = xmalloc(n + 1);
		memcpy(copy, s.items.p, n);
		at = found = 0;
		while (scan_next(copy, n, &at, &item))
			found++;
		CHECK(found <= 1);
		free(copy);
	}
	s.items.p[0] = (char)SCAN_KINDS;
	at = 0;
	CHECK(!scan_next(s.items.p, s.items.n, &at, &item));
	at = s.items.n + 1;
	CHECK(!scan_next(s.items.p, s.items.n, &at, &item));
	scan_free(&s);
}

int
main(void)
{
	test_rows();
	test_places();
	test_bytes();
	test_damaged();
	return check_done();
}
