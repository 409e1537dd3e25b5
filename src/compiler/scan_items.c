/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "compiler/scan_part.h"

/* Before the text of an item: kind, length, line; after it a NUL. */
#define HEAD 8u
#define TEXT_MAX 60000u

/* Items of a file that are compared with a new one. */
#define COMPARED 4096u

static void
put(struct buf *items, enum scan_kind kind, uint32_t line, const char *text, size_t len)
{
	char head[HEAD] = {(char)kind};
	uint16_t n = (uint16_t)len;

	memcpy(head + 2, &n, sizeof(n));
	memcpy(head + 4, &line, sizeof(line));
	buf_add(items, head, sizeof(head));
	buf_add(items, text, len);
	buf_add(items, "", 1);
}

bool
scan_next(const void *items, size_t n, size_t *at, struct scan_item *item)
{
	const char *p;
	uint16_t len;

	if (*at > n || n - *at < HEAD + 1)
		return false;
	p = (const char *)items + *at;
	memcpy(&len, p + 2, sizeof(len));
	if ((unsigned char)p[0] >= SCAN_KINDS || n - *at - HEAD - 1 < len || p[HEAD + len] != '\0')
		return false;
	item->kind = (enum scan_kind)p[0];
	memcpy(&item->line, p + 4, sizeof(item->line));
	item->text = p + HEAD;
	item->len = len;
	*at += HEAD + len + 1;
	return true;
}

static bool
is_known(const struct scanner *s, enum scan_kind kind, const char *text, size_t len)
{
	struct scan_item item;
	size_t at = 0;

	while (at < COMPARED && scan_next(s->items->p, s->items->n, &at, &item))
		if (item.kind == kind && item.len == len && memcmp(item.text, text, len) == 0)
			return true;
	return false;
}

/* The line of p; called for places that go up. */
static uint32_t
line_of(struct scanner *s, const char *p)
{
	const char *nl;

	while (s->counted < p && (nl = memchr(s->counted, '\n', (size_t)(p - s->counted))) != NULL) {
		s->line++;
		s->counted = nl + 1;
	}
	return s->line;
}

void
scan_found(struct scanner *s, const char *place, enum scan_kind kind, const char *text, size_t len)
{
	/* no file has such a name, but one must not think that this is nothing */
	if (len > TEXT_MAX || memchr(text, '\0', len) != NULL) {
		kind = SCAN_STOP;
		text = "a directive with an operand that is no text";
		len = strlen(text);
	}
	if (!is_known(s, kind, text, len))
		put(s->items, kind, line_of(s, place), text, len);
}

void
scan_free(struct scan *s)
{
	buf_free(&s->items);
	buf_free(&s->names);
}
