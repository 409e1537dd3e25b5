/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/squeeze.h"

#include <string.h>
#include <strings.h>

#include "compiler/block.h"

struct squeeze {
	struct clex lex;
	const char *kept;	/* from here on nothing has been moved yet */
	char *out;		/* never beyond kept */
};

/* Bytes where a comment begins to be one that somebody may read: a first look. */
static inline block
odd_at(const char *p)
{
	block b = block_at(p), next = block_at(p + 1), third = block_at(p + 2);
	block fal = ((b | ' ') == 'f') & ((next | ' ') == 'a') & ((third | ' ') == 'l');

	return (b & 0x80) | fal | (b == '\\') | ((b == '/') & (next == '*')) | ((b == '?') & (next == '?'));
}

/* The first n bytes of b, of BLOCK at most. */
static inline block
first_bytes(block b, size_t n)
{
	typedef signed char lanes __attribute__((vector_size(BLOCK)));
	static const lanes lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

	return b & (block)(lane < (signed char)n);
}

/* The slow way; p[0..n) is a comment without what begins it. */
static bool
is_read(const char *p, size_t n, bool line_comment)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if ((c & 0x80) != 0)
			return true;
		if (n - i > 1 && ((c == '/' && p[i + 1] == '*') || (c == '?' && p[i + 1] == '?')))
			return true;
		if (c == '\\' && line_comment)
			return true;
		if ((c | ' ') == 'f' && n - i >= 4 && strncasecmp(p + i, "fall", 4) == 0)
			return true;
	}
	return false;
}

/* At a block comment: its end, or NULL.  odd: it is worth a closer look. */
static const char *
block_comment_end(const struct clex *s, bool *odd)
{
	const char *p = s->p + 2;
	block seen = {0}, end;
	size_t at;

	while (s->end - p >= (ptrdiff_t)BLOCK + 2) {
		end = (block_at(p) == '*') & (block_at(p + 1) == '/');
		at = block_first(end);
		seen |= first_bytes(odd_at(p), at);
		p += at;
		if (at < BLOCK) {
			*odd = block_any(seen);
			return p + 2;
		}
	}
	*odd = true;
	for (; s->end - p >= 2; p++)
		if (p[0] == '*' && p[1] == '/')
			return p + 2;
	return NULL;
}

/* Is the line comment from p to end worth a closer look? */
static bool
line_is_odd(const struct clex *s, const char *p, const char *end)
{
	block seen = {0};

	for (; p < end && s->end - p >= (ptrdiff_t)BLOCK + 2; p += BLOCK)
		seen |= first_bytes(odd_at(p), end - p < (ptrdiff_t)BLOCK ? (size_t)(end - p) : BLOCK);
	return p < end || block_any(seen);
}

/* Does a backslash, perhaps in the spelling of old, before the end of a line come between a star and what may be its slash? */
static bool
is_joined(const char *p, const char *end)
{
	for (; (p = memchr(p, '*', (size_t)(end - p))) != NULL; p++) {
		const char *q = p + 1;

		if (end - q > 3 && memcmp(q, "?\?/", 3) == 0)
			q += 3;
		else if (q < end && *q == '\\')
			q++;
		else
			continue;
		while (q < end && (*q == ' ' || *q == '\t' || *q == '\r'))
			q++;
		if (q < end && *q == '\n')
			return true;
	}
	return false;
}

static size_t
count_newlines(const char *p, const char *end)
{
	size_t n = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Move what lies before end. */
static void
keep(struct squeeze *s, const char *end)
{
	size_t n = (size_t)(end - s->kept);

	if (s->out != s->kept)
		memmove(s->out, s->kept, n);
	s->out += n;
	s->kept = end;
}

/* The comment from begin to end goes, unless something follows it. */
static void
drop(struct squeeze *s, const char *begin, const char *end)
{
	const char *rest = end, *code = begin;
	size_t lines;

	while (rest < s->lex.end && (is_blank(*rest) || *rest == '\r'))
		rest++;
	if (rest < s->lex.end && *rest != '\n')
		return;
	while (code > s->kept && is_blank(code[-1]))
		code--;
	/* a backslash, also in the spelling of old, would join the lines; and blanks alone must not begin to look like it */
	if (code > s->kept && (code[-1] == '\\' || (code[-1] == '/' && code - s->kept > 1 && code[-2] == '?')))
		return;
	lines = count_newlines(begin, end);
	keep(s, code);
	memset(s->out, '\n', lines);
	s->out += lines;
	s->kept = rest;
}

/* False: what follows cannot be told. */
static bool
block_comment(struct squeeze *s)
{
	const char *begin = s->lex.p, *end;
	bool odd;

	end = block_comment_end(&s->lex, &odd);
	if (end == NULL)
		return false;
	s->lex.p = end;
	if (odd && is_joined(begin, end))
		return false;
	if (!odd || !is_read(begin + 2, (size_t)(end - begin) - 4, false))
		drop(s, begin, end);
	return true;
}

static bool
line_comment(struct squeeze *s)
{
	const char *begin = s->lex.p, *end = memchr(begin, '\n', (size_t)(s->lex.end - begin)), *last;

	if (end == NULL)
		end = s->lex.end;
	s->lex.p = end;
	if (!line_is_odd(&s->lex, begin + 2, end) || !is_read(begin + 2, (size_t)(end - begin) - 2, true)) {
		/* for C90 they are something new */
		if (!s->lex.lang->c90)
			drop(s, begin, end);
		return true;
	}
	for (last = end; is_blank(last[-1]) || last[-1] == '\r'; last--)
		;
	return last[-1] != '\\' && !(last[-1] == '/' && last[-2] == '?');
}

/* At a slash that may begin a comment. */
static bool
slash(struct squeeze *s)
{
	char next = s->lex.p[1];

	if (next == '*')
		return block_comment(s);
	if (next == '/' && s->lex.lang->line_comments)
		return line_comment(s);
	s->lex.p++;
	return next != '\\' && next != '?';
}

static bool
has_trigraph(const char *p, const char *end)
{
	for (; end - p >= 3; p++)
		if (*p == '?' && p[1] == '?' && p[2] == '/')
			return true;
	return false;
}

static bool
quote(struct squeeze *s)
{
	const char *begin = s->lex.p;

	if (clex_is_separator(&s->lex)) {
		s->lex.p++;
		return true;
	}
	/* ?, ? and a slash are a backslash to some */
	return clex_skip_literal(&s->lex) && !has_trigraph(begin, s->lex.p);
}

size_t
squeeze(char *text, size_t n, const struct clex_lang *lang)
{
	struct squeeze s = {.lex = {lang, text, text, text + n}, .kept = text, .out = text};
	bool clear = true;

	while (clear && clex_find(&s.lex))
		clear = *s.lex.p == '/' ? slash(&s) : quote(&s);
	keep(&s, s.lex.end);
	return (size_t)(s.out - text);
}
