/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both makes find what a look at each byte finds, in texts of which nearly all matters. */
#include "compiler/runs.h"

#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

#include "tests/unit/check.h"

static bool
begins(const char *p, const char *end, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(end - p) >= n && memcmp(p, what, n) == 0;
}

static bool
begins_one_of(const char *p, const char *end, const char *const *what)
{
	for (; *what != NULL; what++)
		if (begins(p, end, *what))
			return true;
	return false;
}

static const char *
naive(const char *p, const char *end, const char *const *what)
{
	while (p < end && !begins_one_of(p, end, what))
		p++;
	return p;
}

static const char *const lexemes[] = {"\"", "'", "//", "/*", "/\\", "/?", NULL};
static const char *const triples[] = {"E__", "P__", ".in", "tin", "acr", "\n# ", NULL};
static const char *const markers[] = {"\n# ", NULL};
static const char *const brackets[] = {"(", ")", "[", "]", "{", "}", "\"", "'", "/", "#", NULL};
static const char *const braces[] = {"{", "\"", "'", "/", "#", NULL};
static const char *const literals[] = {"'", "\\", "\n", NULL};
static const char *const ends[] = {"*/", NULL};
static const char *const newlines[] = {"\n", NULL};

/* What is there must be told of; what is not may be. */
static void
check_comment(const struct runs_comment *c, const char *p, const char *end, bool line)
{
	const char *stop = naive(p, end, line ? newlines : ends);
	bool words = false, backslash = false;
	size_t lines = 0;

	CHECK(c->end == (line ? stop : stop == end ? NULL : stop + 2));
	if (c->end == NULL)
		return;
	for (const char *q = p; q < stop; q++) {
		words = words || (*q & 0x80) != 0 || (stop - q > 3 && strncasecmp(q, "fall", 4) == 0) || begins(q, stop, "/*") || begins(q, stop, "?" "?");
		backslash = backslash || *q == '\\';
		lines += *q == '\n';
	}
	CHECK(c->words || !words);
	CHECK(c->backslash == backslash);
	CHECK_INT(lines, c->lines);
}

static void
check_text(const struct runs *r, const char *p, const char *end)
{
	struct runs_comment block = r->block_comment(p, end), line = r->line_comment(p, end);

	check_comment(&block, p, end, false);
	check_comment(&line, p, end, true);
	CHECK(r->lexeme(p, end) == naive(p, end, lexemes));
	CHECK(r->triple(p, end) == naive(p, end, triples));
	CHECK(r->marker(p, end) == naive(p, end, markers));
	CHECK(r->bracket(p, end) == naive(p, end, brackets));
	CHECK(r->brace(p, end) == naive(p, end, braces));
	CHECK(r->literal(p, end, '\'') == naive(p, end, literals));
}

/* Of pieces between long runs of nothing; the buffer is exactly as long. */
static void
check_random(const struct runs *r)
{
	static const char *const pieces[] = {
		"\"", "'", "/", "*", "*/", "/*", "//", "?", "?\?", "\\", "\n", "\n# ", "E__", "P_", ".in", "ti", "tin", "acr", "ac", "(", "]", "{", "#",
		"FALL", "fal", "fa", "\303\251", " ", "                      ", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	};
	uint32_t seed = 1;
	char text[256], *p;
	size_t n, len;

	for (int round = 0; round < 4000; round++) {
		seed = seed * 1664525 + 1013904223;
		len = (seed >> 8) % 200;
		for (n = 0; n < len; n += strlen(text + n)) {
			seed = seed * 1664525 + 1013904223;
			strcpy(text + n, pieces[(seed >> 8) % ((seed >> 30) == 0 ? countof(pieces) : 4) + ((seed >> 30) == 0 ? 0 : countof(pieces) - 4)]);
		}
		p = malloc(n + 1);
		memcpy(p, text, n);
		p = realloc(p, n > 0 ? n : 1);
		check_text(r, p, p + n);
		free(p);
	}
}

int
main(void)
{
	CHECK(runs_use(false));
	check_random(runs());
	if (runs_use(true)) {
		CHECK(runs() == runs_wide);
		check_random(runs());
	}
	return check_done();
}
