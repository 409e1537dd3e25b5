/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/squeeze.h"

#include <string.h>
#include <strings.h>

#include "compiler/block.h"

/* Longer runs are left to memmove; a multiple of BLOCK. */
#define SHORT 256u

struct squeeze {
	struct clex lex;
	const char *kept;	/* from here on nothing has been moved yet */
	char *out;		/* never beyond kept */
};

/* Bytes where a comment begins to be one that somebody may read: a first look. */
static inline block
odd_at(const char *p)
{
	typedef signed char lanes __attribute__((vector_size(BLOCK)));
	block b = block_at(p), next = block_at(p + 1), third = block_at(p + 2);
	block fal = ((b | ' ') == 'f') & ((next | ' ') == 'a') & ((third | ' ') == 'l');

	return (block)((lanes)b < 0) | fal | (b == '\\') | ((b == '/') & (next == '*')) | ((b == '?') & (next == '?'));
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

/* A comment, as far as one look at it tells. */
struct comment {
	const char *end;	/* NULL: it has none */
	size_t lines;		/* newlines in it */
	bool odd;		/* it is worth a closer look; then lines is not counted */
};

static struct comment
look_at_block_comment(const struct clex *s)
{
	const char *p = s->p + 2;
	struct comment c = {.odd = true};
	block seen = {0}, b, here;
	size_t at, lines = 0;

	while (s->end - p >= (ptrdiff_t)BLOCK + 2) {
		b = block_at(p);
		at = block_first((b == '*') & (block_at(p + 1) == '/'));
		here = odd_at(p);
		if (at == BLOCK) {
			seen |= here;
			lines += block_count(b == '\n');
			p += BLOCK;
			continue;
		}
		c.odd = block_any(seen | first_bytes(here, at));
		c.lines = lines + block_count(first_bytes(b == '\n', at));
		c.end = p + at + 2;
		return c;
	}
	for (; s->end - p >= 2; p++)
		if (p[0] == '*' && p[1] == '/') {
			c.end = p + 2;
			return c;
		}
	return c;
}

/* A line comment ends with its line; whether that is continued is for the closer look. */
static struct comment
look_at_line_comment(const struct clex *s)
{
	const char *p = s->p + 2;
	struct comment c = {.odd = true};
	block seen = {0}, here;
	size_t at;

	while (s->end - p >= (ptrdiff_t)BLOCK + 2) {
		at = block_first(block_at(p) == '\n');
		here = odd_at(p);
		if (at == BLOCK) {
			seen |= here;
			p += BLOCK;
			continue;
		}
		c.odd = block_any(seen | first_bytes(here, at));
		c.end = p + at;
		return c;
	}
	c.end = memchr(p, '\n', (size_t)(s->end - p));
	if (c.end == NULL)
		c.end = s->end;
	return c;
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

	if (s->out == s->kept) {
		s->out += n;
	} else if (n <= SHORT && end - s->out >= (ptrdiff_t)SHORT && s->lex.end - end >= (ptrdiff_t)BLOCK) {
		/* by blocks, of which the last goes beyond what is wanted, but not to what is still to be looked at */
		for (size_t i = 0; i < n; i += BLOCK) {
			block b = block_at(s->kept + i);

			memcpy(s->out + i, &b, sizeof(b));
		}
		s->out += n;
	} else {
		memmove(s->out, s->kept, n);
		s->out += n;
	}
	s->kept = end;
}

/* The comment from begin to c->end goes, unless something follows it. */
static void
drop(struct squeeze *s, const char *begin, const struct comment *c)
{
	const char *rest = c->end, *code = begin;
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
	lines = c->odd ? count_newlines(begin, c->end) : c->lines;
	keep(s, code);
	for (; lines > 0; lines--)
		*s->out++ = '\n';
	s->kept = rest;
}

/* False: what follows cannot be told. */
static bool
block_comment(struct squeeze *s)
{
	const char *begin = s->lex.p;
	struct comment c = look_at_block_comment(&s->lex);

	if (c.end == NULL)
		return false;
	s->lex.p = c.end;
	if (c.odd && is_joined(begin, c.end))
		return false;
	if (!c.odd || !is_read(begin + 2, (size_t)(c.end - begin) - 4, false))
		drop(s, begin, &c);
	return true;
}

static bool
line_comment(struct squeeze *s)
{
	const char *begin = s->lex.p, *last;
	struct comment c = look_at_line_comment(&s->lex);

	s->lex.p = c.end;
	if (!c.odd || !is_read(begin + 2, (size_t)(c.end - begin) - 2, true)) {
		/* for C90 they are something new */
		if (!s->lex.lang->c90)
			drop(s, begin, &c);
		return true;
	}
	for (last = c.end; is_blank(last[-1]) || last[-1] == '\r'; last--)
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
