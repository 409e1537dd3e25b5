/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each of the words contains one of a few triples of bytes: only where one is found are words compared. */
#include "compiler/cpptext.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "compiler/runs.h"

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

unsigned
cpptext_scan(const char *p, size_t n, struct cpptext_markers *markers)
{
	const char *end = p + n;
	unsigned flags = 0;

	if (markers != NULL && is_marker(p, end))
		add_marker(markers, 0);
	for (const char *at = p; (at = runs()->triple(at, end)) != end; at++)
		flags |= look_at(p, n, (size_t)(at - p), markers);
	return flags;
}

const char *
cpptext_marker(const char *p, const char *end)
{
	if (is_marker(p, end))
		return p;
	for (; (p = runs()->marker(p, end)) != end; p++)
		if (is_marker(p + 1, end))
			return p + 1;
	return end;
}

size_t
cpptext_head(const char *p, size_t n)
{
	const char *end = p + n, *at, *name;
	bool inside = false;

	for (at = cpptext_marker(p, end); at < end; at = cpptext_marker(at + 1, end)) {
		name = memchr(at, '"', (size_t)(end - at));
		if (name == NULL || end - name < 2)
			continue;
		/* the first ones tell of the file itself and of its directory */
		if (name[1] == '<')
			inside = true;
		else if (inside)
			break;
	}
	return (size_t)(at - p);
}
