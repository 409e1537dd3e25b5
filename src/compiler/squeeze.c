/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/squeeze.h"

#include <string.h>
#include <strings.h>

#include "compiler/block.h"
#include "compiler/runs.h"

/* Longer runs are left to memmove; a multiple of BLOCK. */
#define SHORT 256u

struct pass {
	struct clex lex;
	const char *kept;	/* from here on nothing has been moved yet */
	char *out;		/* never beyond kept */
	bool last;		/* there is no more text than this */
	bool cut;		/* what begins at lex.p does not end in this piece */
	/* The last comment or literal with more than one line: its first line, or that of the one which ends there, and so on; and its end. */
	const char *long_line, *long_end;
};

/* What is_read looks closer at. */
static const bool tells[256] = {
	['f'] = true, ['F'] = true, ['/'] = true, ['?'] = true, ['\\'] = true, [0x80 ... 0xff] = true,
};

/* The slow way; p[0..n) is a comment without what begins it. */
static bool
is_read(const char *p, size_t n, bool line_comment)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if (!tells[(unsigned char)c])
			continue;
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

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Move what lies before end. */
static void
keep(struct pass *s, const char *end)
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
drop(struct pass *s, const char *begin, const struct runs_comment *c)
{
	const char *rest = c->end, *code = begin;

	while (rest < s->lex.end && (is_blank(*rest) || *rest == '\r'))
		rest++;
	if (rest < s->lex.end && *rest != '\n')
		return;
	while (code > s->kept && is_blank(code[-1]))
		code--;
	/* a backslash, also in the spelling of old, would join the lines; and blanks alone must not begin to look like it */
	if (code > s->kept && (code[-1] == '\\' || (code[-1] == '/' && code - s->kept > 1 && code[-2] == '?')))
		return;
	keep(s, code);
	for (size_t lines = c->lines; lines > 0; lines--)
		*s->out++ = '\n';
	s->kept = rest;
}

/* Where the line of p begins, or, if that is within a comment or literal, the line where this begins. */
static const char *
line_of(const struct pass *s, const char *p)
{
	const char *nl = memrchr(s->kept, '\n', (size_t)(p - s->kept)), *line = nl != NULL ? nl + 1 : s->kept;

	return line < s->long_end ? s->long_line : line;
}

/* What begins at begin and ends at lex.p has several lines. */
static void
note_long(struct pass *s, const char *begin)
{
	s->long_line = line_of(s, begin);
	s->long_end = s->lex.p;
}

/* What begins at p goes on in the next piece, if there is one. */
static bool
cut(struct pass *s, const char *p)
{
	s->lex.p = p;
	s->cut = !s->last;
	return false;
}

/* False: what follows cannot be told. */
static bool
block_comment(struct pass *s)
{
	const char *begin = s->lex.p;
	struct runs_comment c = runs()->block_comment(begin + 2, s->lex.end);

	if (c.end == NULL)
		return cut(s, begin);
	s->lex.p = c.end;
	if (c.lines > 0)
		note_long(s, begin);
	if ((c.backslash || c.words) && is_joined(begin, c.end))
		return false;
	if (!c.words || !is_read(begin + 2, (size_t)(c.end - begin) - 4, false))
		drop(s, begin, &c);
	return true;
}

static bool
line_comment(struct pass *s)
{
	const char *begin = s->lex.p, *last;
	struct runs_comment c = runs()->line_comment(begin + 2, s->lex.end);

	s->lex.p = c.end;
	if ((!c.words && !c.backslash) || !is_read(begin + 2, (size_t)(c.end - begin) - 2, true)) {
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
slash(struct pass *s)
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
quote(struct pass *s)
{
	const char *begin = s->lex.p;
	bool ended;

	if (clex_is_separator(&s->lex)) {
		s->lex.p++;
		return true;
	}
	if (clex_is_open_raw(&s->lex) && !s->last)
		return cut(s, begin);
	ended = clex_skip_literal(&s->lex);
	if (s->lex.p == s->lex.end && !s->last)
		return cut(s, begin);
	if (ended && memchr(begin, '\n', (size_t)(s->lex.p - begin)) != NULL)
		note_long(s, begin);
	/* ?, ? and a slash are a backslash to some */
	return ended && !has_trigraph(begin, s->lex.p);
}

size_t
squeeze(struct squeeze *sq, char *text, size_t n, bool last, size_t *left)
{
	const char *nl = last ? NULL : memrchr(text, '\n', n);
	struct pass s = {.lex = {&sq->lang, text, text, text + n}, .kept = text, .out = text, .last = last, .long_end = text};
	bool clear = !sq->unclear;

	if (!last)
		s.lex.end = nl == NULL ? text : nl + 1;
	while (clear && clex_find(&s.lex))
		clear = *s.lex.p == '/' ? slash(&s) : quote(&s);
	sq->unclear = !clear && !s.cut;
	keep(&s, s.cut ? line_of(&s, s.lex.p) : s.lex.end);
	*left = (size_t)(s.out - text);
	return (size_t)(s.kept - text);
}
