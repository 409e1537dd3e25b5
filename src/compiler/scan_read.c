/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/scan_read.h"

#include <string.h>

/* Behind the end of the line if a backslash at p joins it to the next one, else NULL. */
static const char *
joined(const char *p, const char *end)
{
	p++;
	while (p < end && scan_is_blank(*p))
		p++;
	return p < end && *p == '\n' ? p + 1 : NULL;
}

int
scan_peek(struct scan_read *r)
{
	const char *next;

	while (r->p < r->end && *r->p == '\\') {
		next = joined(r->p, r->end);
		if (next == NULL)
			break;
		r->p = next;
	}
	return r->p < r->end ? (unsigned char)*r->p : SCAN_EOF;
}

int
scan_take(struct scan_read *r)
{
	int c = scan_peek(r);

	if (c != SCAN_EOF)
		r->p++;
	return c;
}

/* At a slash: is it the first half of a comment?  Then pass over all of it; one to the end of the line leaves the newline. */
static bool
skip_comment(struct scan_read *r)
{
	struct scan_read ahead = {r->p + 1, r->end};
	int c = scan_take(&ahead), before = 0;

	if (c == '/') {
		while ((c = scan_peek(&ahead)) != SCAN_EOF && c != '\n')
			scan_take(&ahead);
	} else if (c == '*') {
		while ((c = scan_take(&ahead)) != SCAN_EOF && !(before == '*' && c == '/'))
			before = c;
		if (c == SCAN_EOF)
			return false;	/* no comment then: nothing may hide behind it */
	} else {
		return false;
	}
	*r = ahead;
	return true;
}

void
scan_blanks(struct scan_read *r)
{
	int c;

	for (;;) {
		c = scan_peek(r);
		if (scan_is_blank(c))
			r->p++;
		else if (c != '/' || !skip_comment(r))
			return;
	}
}

size_t
scan_word(struct scan_read *r, char *out, size_t size)
{
	size_t n = 0;
	int c;

	for (; scan_is_word(c = scan_peek(r)); r->p++, n++)
		if (n + 1 < size)
			out[n] = (char)c;
	out[n < size ? n : size - 1] = '\0';
	return n;
}

bool
scan_until(struct scan_read *r, char end, struct buf *out)
{
	struct scan_read start = *r;
	size_t n = out->n;
	char byte;
	int c;

	for (;;) {
		c = scan_take(r);
		if (c == end)
			return true;
		if (c == SCAN_EOF || c == '\n')
			break;
		byte = (char)c;
		buf_add(out, &byte, 1);
	}
	out->n = n;
	*r = start;
	return false;
}

/* depth: parentheses that are open; -1: they do not matter. */
static void
take_text(struct scan_read *r, struct buf *out, int depth)
{
	size_t from = out->n;
	char byte, quote = '\0';
	bool blank = false;
	int c;

	while ((c = scan_peek(r)) != SCAN_EOF && c != '\n') {
		if (quote == '\0' && (scan_is_blank(c) || (c == '/' && skip_comment(r)))) {
			scan_blanks(r);
			blank = out->n > from;
			continue;
		}
		if (depth >= 0 && quote == '\0' && (c == '(' || c == ')')) {
			depth += c == '(' ? 1 : -1;
			if (depth == 0)
				break;
		}
		if (quote != '\0' && c == quote)
			quote = '\0';
		else if (quote == '\0' && c == '"')
			quote = '"';
		if (blank)
			buf_add(out, " ", 1);
		blank = false;
		byte = (char)c;
		buf_add(out, &byte, 1);
		r->p++;
	}
}

void
scan_rest(struct scan_read *r, struct buf *out)
{
	take_text(r, out, -1);
}

void
scan_argument(struct scan_read *r, struct buf *out)
{
	take_text(r, out, 1);
}
