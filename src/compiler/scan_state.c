/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/scan_state.h"

#include <string.h>

#include "base/util.h"

void
scan_state_init(struct scan_state *s, const char *begin, const char *end)
{
	*s = (struct scan_state){.r = {begin, end}, .where = SCAN_IN_CODE, .before = '\n', .at_line = true};
}

static bool
is_hex_digit(int c)
{
	return c >= 0 && c < 128 && strchr("0123456789abcdefABCDEF", c) != NULL;
}

/* #include <x>, #if __has_include(<x>): what stands in such a name is neither comment nor string. */
static void
begin_directive(struct scan_state *s, const char *behind)
{
	struct scan_read r = {behind, s->r.end};
	char word[16];

	scan_blanks(&r);
	scan_word(&r, word, sizeof(word));
	s->directive = true;
	s->includes = starts_with(word, "include") || streq(word, "import") || streq(word, "embed");
}

static void
begin_line(struct scan_state *s)
{
	s->at_line = true;
	s->directive = s->includes = s->angle = false;
}

/* At a slash. */
static void
begin_comment(struct scan_state *s)
{
	if (scan_peek(&s->r) == '/') {
		s->where = SCAN_IN_LINE_COMMENT;
	} else if (scan_peek(&s->r) == '*') {
		scan_take(&s->r);
		s->where = s->angle ? SCAN_UNSURE : SCAN_IN_COMMENT;
	}
}

static void
in_code(struct scan_state *s, int c)
{
	bool blank = scan_is_blank(c);

	switch (c) {
	case '\n':
		begin_line(s);
		break;
	case '#':
		if (s->at_line)
			begin_directive(s, s->r.p);
		break;
	case '%':
		if (s->at_line && scan_peek(&s->r) == ':')
			begin_directive(s, s->r.p + 1);
		break;
	case '<':
		s->angle = s->directive && (s->includes || s->last == '(');
		break;
	case '>':
		s->angle = false;
		break;
	case '/':
		begin_comment(s);
		break;
	case '"':
		s->where = s->before == 'R' ? SCAN_UNSURE : SCAN_IN_STRING;
		break;
	case '\'':
		s->where = is_hex_digit(s->before) ? SCAN_UNSURE : SCAN_IN_CHARACTER;
		break;
	}
	if (c != '\n' && !blank && s->where != SCAN_IN_COMMENT)
		s->at_line = false;
	s->before = c;
	if (!blank)
		s->last = c;
}

/* A string that is not closed goes to the end of its line. */
static void
in_quotes(struct scan_state *s, int c, int quote)
{
	if (c == '\\' && scan_peek(&s->r) != '\n')
		scan_take(&s->r);
	else if (c == quote)
		s->where = SCAN_IN_CODE;
	s->before = c;
}

static void
step(struct scan_state *s)
{
	int c = scan_take(&s->r);

	if (c == '\n' && s->where != SCAN_IN_COMMENT && s->where != SCAN_UNSURE)
		s->where = SCAN_IN_CODE;
	switch (s->where) {
	case SCAN_IN_CODE:
		in_code(s, c);
		break;
	case SCAN_IN_COMMENT:
		if (c == '*' && scan_peek(&s->r) == '/') {
			scan_take(&s->r);
			s->where = SCAN_IN_CODE;
			s->before = ' ';
		}
		break;
	case SCAN_IN_STRING:
		in_quotes(s, c, '"');
		break;
	case SCAN_IN_CHARACTER:
		in_quotes(s, c, '\'');
		break;
	case SCAN_IN_LINE_COMMENT:
		/* with -std=c90 it is none, and a real one begins here */
		if (c == '/' && scan_peek(&s->r) == '*')
			s->where = SCAN_UNSURE;
		break;
	case SCAN_UNSURE:
		break;
	}
}

enum scan_where
scan_state_at(struct scan_state *s, const char *p)
{
	while (s->r.p < p && s->where != SCAN_UNSURE)
		step(s);
	return s->where;
}
