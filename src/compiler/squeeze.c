/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/squeeze.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"
#include "compiler/block.h"
#include "compiler/runs.h"

/* Longer runs are left to memcpy; a multiple of BLOCK. */
#define SHORT 256u

/* Of text that is collected; small enough to stay in the processor's nearest cache. */
#define ROOM 32768u

struct squeeze {
	struct clex lex;
	const char *kept;	/* what lies before is collected or dropped */
	const struct squeeze_sink *sink;
	char *room;		/* what is collected, and not yet the sink's; at first one of the caller's frame, */
	char *grown;		/* then, for a line that is longer, this */
	size_t n, cap;		/* of room; BLOCK bytes more are there */
	bool failed;
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

/* The sink gets whole lines, or (last) all. */
static void
deliver(struct squeeze *s, bool last)
{
	const char *nl = last ? NULL : memrchr(s->room, '\n', s->n);
	size_t n = last ? s->n : nl != NULL ? (size_t)(nl + 1 - s->room) : 0;

	if (n == 0)
		return;
	s->failed = s->failed || !s->sink->take(s->sink->arg, s->room, n);
	s->n -= n;
	memmove(s->room, s->room + n, s->n);
}

static void
make_room(struct squeeze *s, size_t n)
{
	char *p;

	if (s->cap - s->n >= n)
		return;
	deliver(s, false);
	if (s->cap - s->n >= n)
		return;
	s->cap = 2 * s->cap + n;
	p = xrealloc(s->grown, s->cap + BLOCK);
	if (s->grown == NULL)
		memcpy(p, s->room, s->n);
	s->grown = s->room = p;
}

/* Collect what lies before end. */
static void
keep(struct squeeze *s, const char *end)
{
	while (s->kept < end) {
		size_t n = (size_t)(end - s->kept);

		if (n > ROOM / 4)
			n = ROOM / 4;
		make_room(s, n);
		if (n <= SHORT && s->lex.end - end >= (ptrdiff_t)BLOCK) {
			/* by blocks, of which the last goes beyond what is wanted */
			for (size_t i = 0; i < n; i += BLOCK)
				memcpy(s->room + s->n + i, s->kept + i, BLOCK);
		} else {
			memcpy(s->room + s->n, s->kept, n);
		}
		s->n += n;
		s->kept += n;
	}
}

static void
keep_newlines(struct squeeze *s, size_t n)
{
	for (; n > 0; n--) {
		make_room(s, 1);
		s->room[s->n++] = '\n';
	}
}

/* The comment from begin to c->end goes, unless something follows it. */
static void
drop(struct squeeze *s, const char *begin, const struct runs_comment *c)
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
	keep_newlines(s, c->lines);
	s->kept = rest;
}

/* False: what follows cannot be told. */
static bool
block_comment(struct squeeze *s)
{
	const char *begin = s->lex.p;
	struct runs_comment c = runs()->block_comment(begin + 2, s->lex.end);

	if (c.end == NULL)
		return false;
	s->lex.p = c.end;
	if ((c.backslash || c.words) && is_joined(begin, c.end))
		return false;
	if (!c.words || !is_read(begin + 2, (size_t)(c.end - begin) - 4, false))
		drop(s, begin, &c);
	return true;
}

static bool
line_comment(struct squeeze *s)
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

bool
squeeze(const char *text, size_t n, const struct clex_lang *lang, const struct squeeze_sink *sink)
{
	char room[ROOM + BLOCK];
	struct squeeze s = {.lex = {lang, text, text, text + n}, .kept = text, .sink = sink, .room = room, .cap = ROOM};
	bool clear = true;

	while (clear && clex_find(&s.lex))
		clear = *s.lex.p == '/' ? slash(&s) : quote(&s);
	keep(&s, s.lex.end);
	deliver(&s, true);
	free(s.grown);
	return !s.failed;
}
