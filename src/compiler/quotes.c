/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/quotes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/strv.h"
#include "base/util.h"
#include "compiler/cpptext.h"

/* More is no source that anyone wrote. */
#define SOURCE_MAX (64u << 20)
#define DELIMITER_MAX 16

/* The built-in macros come first; no need to look through megabytes of headers. */
#define LOOK_AT_MOST 65536

struct source {
	const struct quotes_lang *lang;
	const char *begin, *p, *end;
	bool open;
};

/* Where something may begin that is more than the next character. */
static const unsigned char begins[256] = {['"'] = 1, ['\''] = 1, ['/'] = 1, ['#'] = 1};

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool
at(const struct source *s, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(s->end - s->p) >= n && memcmp(s->p, text, n) == 0;
}

static void
skip_comment(struct source *s)
{
	const char *star = s->p + 1;

	do
		star = memchr(star + 1, '*', (size_t)(s->end - star - 1));
	while (star != NULL && star + 1 < s->end && star[1] != '/');
	if (star == NULL || star + 1 == s->end) {
		s->p = s->end;	/* not closed: that is an error in any case */
		return;
	}
	s->open = s->open || star[-1] == '\\';
	s->p = star + 2;
}

/* Does a backslash before the newline at nl, of whichever kind, join the lines? */
static bool
continues(const struct source *s, const char *nl)
{
	if (nl > s->begin && nl[-1] == '\r')
		nl--;
	return nl > s->begin && nl[-1] == '\\';
}

/* To the end of the line, or of the last one when they are continued. */
static void
skip_line(struct source *s)
{
	const char *nl;

	do {
		nl = memchr(s->p, '\n', (size_t)(s->end - s->p));
		s->p = nl == NULL ? s->end : nl + 1;
	} while (nl != NULL && continues(s, nl));
}

/* At a quote.  False if the literal is still open at the end of the line. */
static bool
skip_literal(struct source *s)
{
	char quote = *s->p++;

	for (; s->p < s->end; s->p++) {
		if (*s->p == quote) {
			s->p++;
			return true;
		}
		if (*s->p == '\n' && !continues(s, s->p))
			return false;
		if (*s->p == '\\' && s->p + 1 < s->end && s->p[1] != '\r')
			s->p++;
	}
	return false;
}

/* The first character of the word or number that ends before p. */
static const char *
word_before(const struct source *s, const char *p, bool number)
{
	while (p > s->begin && (is_word(p[-1]) || (number && (p[-1] == '\'' || p[-1] == '.'))))
		p--;
	return p;
}

/* R"x(...)x", perhaps with one of the prefixes. */
static bool
skip_raw_string(struct source *s)
{
	const char *word = word_before(s, s->p, false), *delimiter = s->p + 1, *q;
	size_t prefix = (size_t)(s->p - word), n;

	if (!s->lang->raw_strings || prefix == 0 || prefix > 3 || s->p[-1] != 'R' || (prefix > 1 && strchr("uUL", *word) == NULL))
		return false;
	q = memchr(delimiter, '(', (size_t)(s->end - delimiter));
	n = q == NULL ? 0 : (size_t)(q - delimiter);
	if (q == NULL || n > DELIMITER_MAX)
		return false;
	for (; (size_t)(s->end - q) > n + 1; q++)
		if (*q == ')' && memcmp(q + 1, delimiter, n) == 0 && q[n + 1] == '"') {
			s->p = q + n + 2;
			return true;
		}
	return false;
}

/* 1'000 */
static bool
is_digit_separator(const struct source *s)
{
	const char *word;

	if (!s->lang->separators || s->p + 1 == s->end || !is_word(s->p[1]))
		return false;
	word = word_before(s, s->p, true);
	return word < s->p && isdigit((unsigned char)*word);
}

/* A directive is read line by line even with -fdirectives-only, but a comment may begin in it. */
static void
skip_directive(struct source *s)
{
	const char *from;

	while (s->p < s->end && (*s->p != '\n' || continues(s, s->p))) {
		from = s->p;
		if (at(s, "/*")) {
			skip_comment(s);
		} else if (s->lang->line_comments && at(s, "//")) {
			skip_line(s);
			return;
		} else if ((*from != '"' && *from != '\'') || !skip_literal(s)) {
			s->p = from + 1;	/* an apostrophe by itself: "#error don't" */
		}
	}
}

static bool
begins_line(const struct source *s)
{
	const char *p = s->p;

	while (p > s->begin && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return p == s->begin || p[-1] == '\n' || (p - s->begin >= 2 && p[-1] == '/' && p[-2] == '*');
}

bool
quotes_open(const char *p, size_t n, const struct quotes_lang *lang)
{
	struct source s = {lang, p, p, p + n, false};

	while (!s.open) {
		while (s.p < s.end && !begins[(unsigned char)*s.p])
			s.p++;
		if (s.p == s.end)
			return false;
		if (at(&s, "/*"))
			skip_comment(&s);
		else if (lang->line_comments && at(&s, "//"))
			skip_line(&s);
		else if (*s.p == '#' && begins_line(&s))
			skip_directive(&s);
		else if (*s.p == '/' || *s.p == '#' || (*s.p == '\'' && is_digit_separator(&s)))
			s.p++;
		else if (*s.p == '\'' || !skip_raw_string(&s))
			s.open = !skip_literal(&s);
	}
	return true;
}

/* The value of a predefined macro such as 201710L; 0: it is not defined. */
static long
macro_value(const char *text, size_t n, const char *define)
{
	const char *hit = memmem(text, n, define, strlen(define)), *end = text + n;
	long value = 0;

	if (hit == NULL)
		return 0;
	for (hit += strlen(define); hit < end && isdigit((unsigned char)*hit) && value < 1000000; hit++)
		value = value * 10 + (*hit - '0');
	return value;
}

struct quotes_lang
quotes_lang(const char *text, size_t n)
{
	long cxx, c;
	bool strict;

	if (n > LOOK_AT_MOST)
		n = LOOK_AT_MOST;
	cxx = macro_value(text, n, "#define __cplusplus ");
	c = macro_value(text, n, "#define __STDC_VERSION__ ");
	strict = macro_value(text, n, "#define __STRICT_ANSI__ ") != 0;
	if (cxx != 0)
		return (struct quotes_lang){cxx >= 201103, cxx >= 201402, true};
	return (struct quotes_lang){c >= 199901 && !strict, c >= 202000, c >= 199901 || !strict};
}

static bool
file_open(const char *name, const struct quotes_lang *lang)
{
	struct buf b = BUF_INIT;
	bool open = false;

	if (buf_read_file(&b, name, SOURCE_MAX) == 0 && b.n > 0)
		open = quotes_open(b.p, b.n, lang);
	buf_free(&b);
	return open;
}

/* The name between the quotes of a line marker, where a backslash keeps the next character as it is. */
static char *
marker_name(const char *open, const char *shut)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (const char *p = open + 1; p < shut; p++) {
		if (*p == '\\' && p + 1 < shut)
			p++;
		buf_add(&b, p, 1);
	}
	return b.p;
}

/* A file that the marker at p ("# 1 "file" 1", up to nl) enters, if it is one to look at; first: the main file. */
static char *
entered_file(const char *p, const char *nl, bool first)
{
	const char *open = memchr(p, '"', (size_t)(nl - p)), *shut = memrchr(p, '"', (size_t)(nl - p));

	if (open == NULL || open == shut || open[1] == '<' || shut[-1] == '/')
		return NULL;
	if (memchr(shut, '3', (size_t)(nl - shut)) != NULL || (!first && memmem(shut, (size_t)(nl - shut), " 1", 2) == NULL))
		return NULL;
	return marker_name(open, shut);
}

char *
quotes_open_file(const char *text, size_t n)
{
	struct quotes_lang lang = quotes_lang(text, n);
	const char *end = text + n, *p, *nl;
	struct strv seen = STRV_INIT;
	char *name, *bad = NULL;

	for (p = cpptext_marker(text, end); p < end && bad == NULL; p = cpptext_marker(nl, end)) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		name = entered_file(p, nl, p == text);
		if (name != NULL && !strv_has(&seen, name)) {
			if (file_open(name, &lang))
				bad = xstrdup(name);
			strv_push(&seen, name);
		}
		free(name);
	}
	strv_free(&seen);
	return bad;
}
