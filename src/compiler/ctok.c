/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/ctok.h"

#include <string.h>

#include "compiler/cpptext.h"
#include "compiler/runs.h"

/* The longest delimiter of a raw string. */
#define DELIMITER_MAX 16

void
ctok_start(struct ctok_stream *s, const char *p, size_t n)
{
	*s = (struct ctok_stream){p, p + n, p, 0};
}

/* What a character may be part of.  UTF-8 beyond ASCII belongs to words. */
enum { OTHER, BLANK, WORD, DIGIT };

static const unsigned char class_of[256] = {
	[' '] = BLANK, ['\t'] = BLANK, ['\r'] = BLANK, ['\f'] = BLANK, ['\v'] = BLANK, ['0' ... '9'] = DIGIT,
	['$'] = WORD, ['A' ... 'Z'] = WORD, ['_'] = WORD, ['a' ... 'z'] = WORD, [0x80 ... 0xff] = WORD,
};

static unsigned
class(char c)
{
	return class_of[(unsigned char)c];
}

static bool
is_word(char c)
{
	return class(c) >= WORD;
}

static bool
next_is(const struct ctok_stream *s, char c)
{
	return s->p + 1 < s->end && s->p[1] == c;
}

/* At the opening quote.  A string that is not closed ends with its line; the compiler complains of it anyway. */
static void
skip_string(struct ctok_stream *s)
{
	char quote = *s->p++;

	for (; s->p < s->end && *s->p != quote; s->p++) {
		if (*s->p == '\n')
			return;
		if (*s->p != '\\' || s->p + 1 == s->end)
			continue;
		if (*++s->p == '\n')
			s->line = s->p + 1;
	}
	if (s->p < s->end)
		s->p++;
}

/* At the quote of R"delimiter(...)delimiter". */
static void
skip_raw_string(struct ctok_stream *s)
{
	const char *delimiter = s->p + 1, *q;
	size_t n;

	q = memchr(delimiter, '(', (size_t)(s->end - delimiter));
	n = q == NULL ? 0 : (size_t)(q - delimiter);
	if (q == NULL || n > DELIMITER_MAX) {
		skip_string(s);
		return;
	}
	for (; q < s->end; q++) {
		if (*q == '\n')
			s->line = q + 1;
		if (*q == ')' && (size_t)(s->end - q) > n + 1 && memcmp(q + 1, delimiter, n) == 0 && q[n + 1] == '"') {
			s->p = q + n + 2;
			return;
		}
	}
	s->p = s->end;
}

static void
skip_comment(struct ctok_stream *s)
{
	const char *star = s->p + 1, *nl;

	do
		star = memchr(star + 1, '*', (size_t)(s->end - star - 1));
	while (star != NULL && star + 1 < s->end && star[1] != '/');
	star = star == NULL || star + 1 == s->end ? s->end : star + 2;
	nl = memrchr(s->p, '\n', (size_t)(star - s->p));
	s->p = star;
	if (nl != NULL)
		s->line = nl + 1;
}

/* The rest of a line, with its continuations. */
static void
skip_line(struct ctok_stream *s)
{
	const char *nl;

	do {
		nl = memchr(s->p, '\n', (size_t)(s->end - s->p));
		s->p = s->line = nl == NULL ? s->end : nl + 1;
	} while (nl != NULL && nl[-1] == '\\');
}

/*
 * A line marker: 12 "file" 1 3.  Flag 3 says system header, of which the compiler does not complain: on to the
 * next marker.
 */
static void
read_marker(struct ctok_stream *s)
{
	const char *nl, *open, *shut;

	nl = memchr(s->p, '\n', (size_t)(s->end - s->p));
	if (nl == NULL)
		nl = s->end;
	open = memchr(s->p, '"', (size_t)(nl - s->p));
	shut = memrchr(s->p, '"', (size_t)(nl - s->p));
	s->file = 0;
	for (; open != NULL && open < shut; open++)
		s->file = s->file * 31 + (unsigned char)*open;
	s->p = s->line = nl < s->end ? nl + 1 : s->end;
	if (shut == NULL || memchr(shut, '3', (size_t)(nl - shut)) == NULL)
		return;
	s->p = s->line = cpptext_marker(s->p, s->end);
}

static void
skip_directive(struct ctok_stream *s)
{
	s->p++;
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
		s->p++;
	if (s->p < s->end && class(*s->p) == DIGIT)
		read_marker(s);
	else
		skip_line(s);
}

static bool
only_blanks_before(const struct ctok_stream *s)
{
	for (const char *q = s->line; q < s->p; q++)
		if (*q != ' ' && *q != '\t')
			return false;
	return true;
}

/* To the next token or the end. */
static void
skip_space(struct ctok_stream *s)
{
	for (;;) {
		while (s->p < s->end && class(*s->p) == BLANK)
			s->p++;
		if (s->p == s->end || is_word(*s->p))
			return;
		if (*s->p == '\n')
			s->line = ++s->p;
		else if (*s->p == '\\' && next_is(s, '\n'))
			s->p++;
		else if (*s->p == '/' && next_is(s, '*'))
			skip_comment(s);
		else if (*s->p == '/' && next_is(s, '/'))
			skip_line(s);
		else if (*s->p == '#' && only_blanks_before(s))
			skip_directive(s);
		else
			return;
	}
}

/* R, u8R, uR, UR, LR before a quote. */
static bool
begins_raw_string(const struct ctok *t)
{
	return t->n <= 3 && t->p[t->n - 1] == 'R' && (t->n == 1 || strchr("uUL8", t->p[t->n - 2]) != NULL);
}

void
ctok_next(struct ctok_stream *s, struct ctok *t)
{
	skip_space(s);
	*t = (struct ctok){CTOK_END, s->p, 0, s->line, s->file};
	if (s->p == s->end)
		return;
	if (class(*s->p) == DIGIT) {
		/* C++ has 1'000 */
		t->type = CTOK_NUMBER;
		while (s->p < s->end && (is_word(*s->p) || *s->p == '.' || (*s->p == '\'' && s->p + 1 < s->end && is_word(s->p[1]))))
			s->p++;
	} else if (is_word(*s->p)) {
		t->type = CTOK_WORD;
		while (s->p < s->end && is_word(*s->p))
			s->p++;
		t->n = (size_t)(s->p - t->p);
		if (s->p < s->end && *s->p == '"' && begins_raw_string(t)) {
			t->type = CTOK_STRING;
			skip_raw_string(s);
		}
	} else if (*s->p == '"' || *s->p == '\'') {
		t->type = CTOK_STRING;
		skip_string(s);
	} else {
		t->type = CTOK_PUNCT;
		s->p++;
	}
	t->n = (size_t)(s->p - t->p);
}

static inline bool
is_bracket(char c)
{
	return c == '(' || c == ')' || c == '[' || c == ']' || c == '{' || c == '}';
}

/* On to what may be a bracket, and the token there. */
static inline void
leap(struct ctok_stream *s, struct ctok *t, bool braces_only)
{
	const char *p = braces_only ? runs()->brace(s->p, s->end) : runs()->bracket(s->p, s->end), *nl;

	/* a quote may belong to the word or number before it */
	if (p < s->end && (*p == '"' || *p == '\''))
		while (p > s->p && (is_word(p[-1]) || p[-1] == '.' || p[-1] == '\''))
			p--;
	nl = memrchr(s->p, '\n', (size_t)(p - s->p));
	if (nl != NULL)
		s->line = nl + 1;
	s->p = p;
	ctok_next(s, t);
}

void
ctok_next_brace(struct ctok_stream *s, struct ctok *t)
{
	do
		leap(s, t, true);
	while (t->type != CTOK_END && !ctok_is(t, "{"));
}

void
ctok_next_bracket(struct ctok_stream *s, struct ctok *t)
{
	do
		leap(s, t, false);
	while (t->type != CTOK_END && (t->type != CTOK_PUNCT || !is_bracket(*t->p)));
}
