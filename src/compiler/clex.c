/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/clex.h"

#include <ctype.h>
#include <string.h>
#include <sys/types.h>

#include "compiler/runs.h"

#define DELIMITER_MAX 16

/* The built-in macros come first; no need to look through megabytes of headers. */
#define LOOK_AT_MOST 65536

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
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

struct clex_lang
clex_lang(const char *text, size_t n)
{
	long cxx, c;
	bool strict;

	if (n > LOOK_AT_MOST)
		n = LOOK_AT_MOST;
	cxx = macro_value(text, n, "#define __cplusplus ");
	c = macro_value(text, n, "#define __STDC_VERSION__ ");
	strict = macro_value(text, n, "#define __STRICT_ANSI__ ") != 0;
	if (cxx != 0)
		return (struct clex_lang){cxx >= 201103, cxx >= 201402, true, false};
	return (struct clex_lang){c >= 199901 && !strict, c >= 202000, c >= 199901 || !strict, c < 199901};
}

bool
clex_find(struct clex *s)
{
	s->p = runs()->lexeme(s->p, s->end);
	return s->p < s->end;
}

bool
clex_continues(const struct clex *s, const char *nl)
{
	if (nl > s->begin && nl[-1] == '\r')
		nl--;
	return nl > s->begin && nl[-1] == '\\';
}

void
clex_skip_line(struct clex *s)
{
	const char *nl;

	do {
		nl = memchr(s->p, '\n', (size_t)(s->end - s->p));
		s->p = nl == NULL ? s->end : nl + 1;
	} while (nl != NULL && clex_continues(s, nl));
}

/* The first character of the word or number that ends before p. */
static const char *
word_before(const struct clex *s, const char *p, bool number)
{
	while (p > s->begin && (is_word(p[-1]) || (number && (p[-1] == '\'' || p[-1] == '.'))))
		p--;
	return p;
}

bool
clex_is_separator(const struct clex *s)
{
	const char *word;

	if (!s->lang->separators || *s->p != '\'' || s->p + 1 == s->end || !is_word(s->p[1]))
		return false;
	word = word_before(s, s->p, true);
	return word < s->p && isdigit((unsigned char)*word);
}

/* R"x(...)x", perhaps with one of the prefixes: how long is x?  -1: it is another literal. */
static ssize_t
raw_delimiter(const struct clex *s)
{
	const char *word, *x = s->p + 1, *q;
	size_t prefix, n = (size_t)(s->end - x);

	if (!s->lang->raw_strings || *s->p != '"' || s->p == s->begin || s->p[-1] != 'R')
		return -1;
	word = word_before(s, s->p, false);
	prefix = (size_t)(s->p - word);
	if (prefix > 3 || (prefix > 1 && strchr("uUL", *word) == NULL))
		return -1;
	if (n > DELIMITER_MAX + 1)
		n = DELIMITER_MAX + 1;
	q = memchr(x, '(', n);
	return q == NULL || memchr(x, '\n', (size_t)(q - x)) != NULL ? -1 : q - x;
}

/* At the quote, with that delimiter. */
static bool
skip_raw_string(struct clex *s, size_t n)
{
	const char *delimiter = s->p + 1, *q = delimiter + n;

	for (; (size_t)(s->end - q) > n + 1; q++)
		if (*q == ')' && memcmp(q + 1, delimiter, n) == 0 && q[n + 1] == '"') {
			s->p = q + n + 2;
			return true;
		}
	return false;
}

static bool
skip_plain_literal(struct clex *s)
{
	char quote = *s->p++;

	for (;; s->p++) {
		s->p = runs()->literal(s->p, s->end, quote);
		if (s->p == s->end)
			return false;
		if (*s->p == quote) {
			s->p++;
			return true;
		}
		if (*s->p == '\n' && !clex_continues(s, s->p))
			return false;
		if (*s->p == '\\' && s->p + 1 < s->end && s->p[1] != '\r')
			s->p++;
	}
}

bool
clex_is_open_raw(const struct clex *s)
{
	ssize_t n = raw_delimiter(s);
	struct clex ahead = *s;

	return n >= 0 && !skip_raw_string(&ahead, (size_t)n);
}

bool
clex_skip_literal(struct clex *s)
{
	ssize_t n = raw_delimiter(s);

	return (n >= 0 && skip_raw_string(s, (size_t)n)) || skip_plain_literal(s);
}
