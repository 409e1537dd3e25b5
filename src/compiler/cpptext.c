/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each of the words contains one of a few triples of bytes.  A block of text is asked for all of them at once, with
 * the compiler's portable vectors, and only where one is found are words compared.
 */
#include "compiler/cpptext.h"

#include <stdbool.h>
#include <string.h>

#include "base/util.h"
#include "compiler/block.h"

#define WORD(text, at, flag) {text, sizeof(text) - 1, at, flag, false}
#define QUOTED(text, at, flag) {text, sizeof(text) - 1, at, flag, true}

static const struct word {
	const char *text;
	unsigned char len;
	unsigned char at;	/* where in text the triple is */
	unsigned char flag;
	bool quoted;		/* counts only before a quoted name */
} words[] = {
	WORD("__DATE__", 0, CPPTEXT_TIME),
	WORD("__TIME__", 0, CPPTEXT_TIME),
	WORD("__TIMESTAMP__", 0, CPPTEXT_TIME),
	WORD("__BASE_FILE__", 0, CPPTEXT_MAIN_FILE),
	WORD("push_macro", 4, CPPTEXT_PUSH_MACRO),
	WORD("pop_macro", 3, CPPTEXT_PUSH_MACRO),
	WORD(".incbin", 0, CPPTEXT_INCBIN),
	QUOTED(".include", 0, CPPTEXT_INCBIN),
	WORD("__builtin_source_location", 0, CPPTEXT_COLUMN),
	WORD("__builtin_COLUMN", 0, CPPTEXT_COLUMN),
};

/* Blanks and a name in quotes, as an asm statement has it: .include \"file\" */
static bool
quoted_name_at(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (p[i] == ' ' || p[i] == '\t'))
		i++;
	return i < n && (p[i] == '\\' || p[i] == '"');
}

/* The words whose triple is at p[i]. */
static unsigned
words_at(const char *p, size_t n, size_t i)
{
	unsigned flags = 0;

	for (size_t w = 0; w < countof(words); w++) {
		const struct word *word = &words[w];
		size_t begin = i - word->at, end = begin + word->len;

		/* most often it is another */
		if (memcmp(p + i, word->text + word->at, 3) != 0)
			continue;
		if (i < word->at || n - begin < word->len || memcmp(p + begin, word->text, word->len) != 0)
			continue;
		if (!word->quoted || quoted_name_at(p + end, n - end))
			flags |= word->flag;
	}
	return flags;
}

static unsigned
scan_bytes(const char *p, size_t n, size_t from, size_t to)
{
	unsigned flags = 0;

	for (size_t i = from; i < to && i + 2 < n; i++) {
		if (p[i] == '_' || p[i] == '.')
			flags |= words_at(p, n, i);
	}
	return flags;
}

/* "__D", "__T", "__B", "__b", "_ma" or ".in" begins in the block at p. */
static bool
has_triple(const char *p)
{
	block first = block_at(p), second = block_at(p + 1), third = block_at(p + 2);
	block names = (second == '_') & ((third == 'D') | (third == 'T') | (third == 'B') | (third == 'b'));
	block found = ((first == '_') & (names | ((second == 'm') & (third == 'a')))) |
		((first == '.') & (second == 'i') & (third == 'n'));

	return block_any(found);
}

unsigned
cpptext_scan(const char *p, size_t n)
{
	unsigned flags = 0;
	size_t i;

	for (i = 0; i + BLOCK + 2 <= n; i += BLOCK) {
		if (has_triple(p + i))
			flags |= scan_bytes(p, n, i, i + BLOCK);
	}
	return flags | scan_bytes(p, n, i, n);
}

/* "# define" is common in system headers, so the digit matters. */
static bool
is_marker(const char *p, const char *end)
{
	return end - p > 2 && p[0] == '#' && p[1] == ' ' && p[2] >= '0' && p[2] <= '9';
}

const char *
cpptext_marker(const char *p, const char *end)
{
	const char *stop;

	if (is_marker(p, end))
		return p;
	while (end - p > 3) {
		stop = end - 3;
		if (end - p >= (ptrdiff_t)BLOCK + 2) {
			stop = p + BLOCK;
			if (!block_any((block_at(p) == '\n') & (block_at(p + 1) == '#') & (block_at(p + 2) == ' '))) {
				p = stop;
				continue;
			}
		}
		for (; p < stop; p++)
			if (*p == '\n' && is_marker(p + 1, end))
				return p + 1;
	}
	return end;
}
