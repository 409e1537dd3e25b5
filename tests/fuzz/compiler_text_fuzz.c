/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is looked for in preprocessed text and in sources: nothing is read beyond the end, and cpptext finds what a plain search finds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/cpptext.h"
#include "compiler/indent.h"
#include "compiler/quotes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned
plain(const char *p, size_t n, const char *word, unsigned flag)
{
	return n > 0 && memmem(p, n, word, strlen(word)) != NULL ? flag : 0;
}

/* Between one marker and the next there is none. */
static void
check_markers(const char *p, const char *end)
{
	const char *next;

	for (p = cpptext_marker(p, end); p < end; p = next) {
		next = cpptext_marker(p + 1, end);
		if (p[0] != '#' || next <= p)
			abort();
		for (const char *q = p; q + 4 < next; q++)
			if (memcmp(q, "\n# 1", 4) == 0)
				abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	unsigned flags = cpptext_scan(p, size);
	struct quotes_lang lang;
	unsigned want = plain(p, size, "__DATE__", CPPTEXT_TIME) | plain(p, size, "__TIME__", CPPTEXT_TIME) |
		plain(p, size, "__TIMESTAMP__", CPPTEXT_TIME) | plain(p, size, "__BASE_FILE__", CPPTEXT_MAIN_FILE) |
		plain(p, size, "push_macro", CPPTEXT_PUSH_MACRO) | plain(p, size, "pop_macro", CPPTEXT_PUSH_MACRO) |
		plain(p, size, ".incbin", CPPTEXT_INCBIN) | plain(p, size, "__builtin_COLUMN", CPPTEXT_COLUMN) |
		plain(p, size, "__builtin_source_location", CPPTEXT_COLUMN);

	if ((flags & ~(unsigned)CPPTEXT_INCBIN) != (want & ~(unsigned)CPPTEXT_INCBIN) || (want & ~flags) != 0)
		abort();
	check_markers(p, p + size);
	lang = quotes_lang(p, size);
	quotes_open(p, size, &lang);
	indent_misleads(p, size);
	return 0;
}
