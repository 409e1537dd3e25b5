/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The include scanner: nothing is read beyond the end, its list is whole, a directive in front of any text is found, and text
 * behind one hides nothing.  The same text as macros: expansion comes to an end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/strv.h"
#include "base/util.h"
#include "compiler/macros.h"
#include "compiler/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MARK "#include <mark-of-the-fuzzer.h>\n"
#define NAME "mark-of-the-fuzzer.h"

/* All items; is the mark among them? */
static bool
walk(const struct scan *s)
{
	struct scan_item item;
	bool marked = false;
	size_t at = 0;

	while (scan_next(s->items.p, s->items.n, &at, &item)) {
		if (strlen(item.text) != item.len || item.line == 0)
			abort();
		marked = marked || (item.kind == SCAN_ANGLE && streq(item.text, NAME));
	}
	if (at != s->items.n)
		abort();
	return marked;
}

static void
check_mark(const char *p, size_t n, bool in_front)
{
	const size_t mark = sizeof(MARK) - 1;
	char *text = xmalloc(n + mark + 1);
	struct scan s;

	if (in_front) {
		memcpy(text, MARK, mark);
		memcpy(text + mark, p, n);
	} else {
		memcpy(text, p, n);
		text[n] = '\n';
		memcpy(text + n + 1, MARK, mark);
	}
	scan_text(&s, text, n + mark + !in_front);
	if (!walk(&s))
		abort();
	scan_free(&s);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct strv headers = STRV_INIT;
	struct macros *m;
	char *why, *operand;
	struct scan s;

	scan_text(&s, p, size);
	walk(&s);
	scan_free(&s);
	check_mark(p, size, true);
	check_mark(p, size, false);

	m = macros_new(NULL, NULL);
	macros_text(m, p, size);
	operand = xstrndup(p, strnlen(p, size < 64 ? size : 64));
	macros_headers(m, operand, &headers, &why);
	free(why);
	free(operand);
	strv_free(&headers);
	macros_free(m);
	return 0;
}
