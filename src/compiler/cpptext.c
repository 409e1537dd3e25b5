/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each of the words contains one of a few triples of bytes.  A block of text is asked for all of them at once, with
 * the compiler's portable vectors, and only where one is found are words compared.
 */
#include "compiler/cpptext.h"

#include <stdbool.h>
#include <stdlib.h>
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
	WORD("__DATE__", 5, CPPTEXT_TIME),
	WORD("__TIME__", 5, CPPTEXT_TIME),
	WORD("__TIMESTAMP__", 10, CPPTEXT_TIME),
	WORD("__BASE_FILE__", 10, CPPTEXT_MAIN_FILE),
	WORD("push_macro", 6, CPPTEXT_PUSH_MACRO),
	WORD("pop_macro", 5, CPPTEXT_PUSH_MACRO),
	WORD(".incbin", 0, CPPTEXT_INCBIN),
	QUOTED(".include", 0, CPPTEXT_INCBIN),
	WORD("__builtin_source_location", 6, CPPTEXT_COLUMN),
	WORD("__builtin_COLUMN", 6, CPPTEXT_COLUMN),
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

/* "# define" is common in system headers, so the digit matters. */
static bool
is_marker(const char *p, const char *end)
{
	return end - p > 2 && p[0] == '#' && p[1] == ' ' && p[2] >= '0' && p[2] <= '9';
}

static void
add_marker(struct cpptext_markers *m, size_t at)
{
	if (m->n == m->room) {
		m->room = m->room == 0 ? 1024 : 2 * m->room;
		m->at = xrealloc(m->at, m->room * sizeof(*m->at));
	}
	m->at[m->n++] = at;
}

/* What begins at p[i], which may be anything. */
static unsigned
look_at(const char *p, size_t n, size_t i, struct cpptext_markers *markers)
{
	if (p[i] != '\n')
		return words_at(p, n, i);
	if (markers != NULL && is_marker(p + i + 1, p + n))
		add_marker(markers, i + 1);
	return 0;
}

/* Where "E__", "P__", ".in", "tin", "acr" or the first bytes of a marker begin in the block at p. */
static inline unsigned
triples(const char *p)
{
	block first = block_at(p), second = block_at(p + 1), third = block_at(p + 2);
	block names = (second == '_') & (third == '_') & ((first == 'E') | (first == 'P'));
	block in = (second == 'i') & (third == 'n') & ((first == '.') | (first == 't'));
	block macro = (first == 'a') & (second == 'c') & (third == 'r');
	block marker = (first == '\n') & (second == '#') & (third == ' ');

	return block_bits(names | in | macro | marker);
}

unsigned
cpptext_scan(const char *p, size_t n, struct cpptext_markers *markers)
{
	unsigned flags = 0;
	size_t i;

	if (markers != NULL && is_marker(p, p + n))
		add_marker(markers, 0);
	for (i = 0; i + BLOCK + 2 <= n; i += BLOCK) {
		for (unsigned found = triples(p + i); found != 0; found &= found - 1)
			flags |= look_at(p, n, i + (size_t)__builtin_ctz(found), markers);
	}
	for (; i + 2 < n; i++)
		flags |= look_at(p, n, i, markers);
	return flags;
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
