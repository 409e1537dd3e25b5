/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is looked for in preprocessed text and in sources: nothing is read beyond the end, and cpptext finds what a plain search finds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/cpptext.h"
#include "compiler/ctok.h"
#include "compiler/indent.h"
#include "compiler/quotes.h"
#include "compiler/squeeze.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned
plain(const char *p, size_t n, const char *word, unsigned flag)
{
	return n > 0 && memmem(p, n, word, strlen(word)) != NULL ? flag : 0;
}

/* Between one marker and the next there is none, and one pass over the text finds the same. */
static void
check_markers(const char *p, const char *end)
{
	struct cpptext_markers m = CPPTEXT_NO_MARKERS;
	const char *begin = p, *next;
	size_t i = 0;

	cpptext_scan(p, (size_t)(end - p), &m);
	for (p = cpptext_marker(p, end); p < end; p = next) {
		if (i == m.n || begin + m.at[i++] != p)
			abort();
		next = cpptext_marker(p + 1, end);
		if (p[0] != '#' || next <= p)
			abort();
		for (const char *q = p; q + 4 < next; q++)
			if (memcmp(q, "\n# 1", 4) == 0)
				abort();
	}
	if (i != m.n)
		abort();
	free(m.at);
}

/* The bytes of a text that are neither blank nor of a comment.  It knows nothing of what joins lines. */
static size_t
naive_code(const char *p, size_t n, char *out)
{
	const char *end = p + n;
	size_t m = 0;
	char quote;

	while (p < end) {
		if (*p == '"' || *p == '\'') {
			for (quote = *p, out[m++] = *p++; p < end && *p != quote; p++) {
				out[m++] = *p;
				if (*p == '\\' && p + 1 < end)
					out[m++] = *++p;
			}
			if (p < end)
				out[m++] = *p++;
		} else if (end - p > 1 && p[0] == '/' && p[1] == '*') {
			for (p += 2; end - p > 1 && (p[0] != '*' || p[1] != '/'); p++)
				;
			p = end - p > 1 ? p + 2 : end;
		} else if (end - p > 1 && p[0] == '/' && p[1] == '/') {
			while (p < end && *p != '\n')
				p++;
		} else {
			if (*p != ' ' && *p != '\t' && *p != '\r')
				out[m++] = *p;
			p++;
		}
	}
	return m;
}

/* By pieces of so many bytes, more where it must be: the same is left as of the whole. */
static void
check_pieces(const char *p, size_t n, const char *want, size_t nwant, size_t step)
{
	struct squeeze sq = {{true, true, true, false}, false};
	size_t read = 0, have = 0, max = step, total = 0, done, left, more;
	char *piece = malloc(n + 1);

	do {
		more = n - read < max - have ? n - read : max - have;
		memcpy(piece + have, p + read, more);
		have += more;
		read += more;
		done = squeeze(&sq, piece, have, read == n, &left);
		if (total + left > nwant || memcmp(want + total, piece, left) != 0)
			abort();
		total += left;
		have -= done;
		memmove(piece, piece + done, have);
		if (done == 0)
			max += step;
	} while (read < n);
	if (total != nwant || have != 0)
		abort();
	free(piece);
}

static void
check_whole(const char *p, size_t n)
{
	struct squeeze sq = {{true, true, true, false}, false};
	char *text = malloc(n + 1);
	size_t left;

	memcpy(text, p, n);
	if (squeeze(&sq, text, n, true, &left) != n)
		abort();
	check_pieces(p, n, text, left, 1 + n % 7);
	check_pieces(p, n, text, left, 40);
	free(text);
}

/* Squeezing changes nothing but blanks and comments, and no line. */
static void
check_squeeze(const char *p, size_t n)
{
	static const struct clex_lang lang = {false, false, true, false};
	char *text = malloc(n + 1), *before = malloc(n + 1), *after = malloc(n + 1);
	struct squeeze sq = {lang, false};
	size_t m, lines = 0, b, a;

	memcpy(text, p, n);
	if (squeeze(&sq, text, n, true, &m) != n)
		abort();
	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	for (size_t i = 0; i < m; i++)
		lines -= text[i] == '\n';
	b = naive_code(p, n, before);
	a = naive_code(text, m, after);
	if (m > n || lines != 0)
		abort();
	/* newlines of dropped comments are outside of them now */
	for (size_t i = 0, j = 0; i < b || j < a; i++, j++) {
		while (j < a && after[j] == '\n')
			j++;
		while (i < b && before[i] == '\n')
			i++;
		if ((i < b) != (j < a) || (i < b && before[i] != after[j]))
			abort();
	}
	free(text);
	free(before);
	free(after);
}

static bool
is_bracket(const struct ctok *t)
{
	return t->type == CTOK_PUNCT && memchr("(){}[]", *t->p, 6) != NULL;
}

/* The same brackets, or braces, step by step and in leaps. */
static void
check_leaps(const char *p, size_t n, bool braces)
{
	struct ctok_stream steps, leaps;
	struct ctok a, b;

	ctok_start(&steps, p, n);
	ctok_start(&leaps, p, n);
	do {
		do
			ctok_next(&steps, &a);
		while (a.type != CTOK_END && (braces ? !ctok_is(&a, "{") : !is_bracket(&a)));
		if (braces)
			ctok_next_brace(&leaps, &b);
		else
			ctok_next_bracket(&leaps, &b);
		if (a.type != b.type || a.p != b.p || a.line != b.line || a.file != b.file)
			abort();
	} while (a.type != CTOK_END);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	unsigned flags = cpptext_scan(p, size, NULL);
	struct clex_lang lang;
	unsigned want = plain(p, size, "__DATE__", CPPTEXT_TIME) | plain(p, size, "__TIME__", CPPTEXT_TIME) |
		plain(p, size, "__TIMESTAMP__", CPPTEXT_TIME) | plain(p, size, "__BASE_FILE__", CPPTEXT_MAIN_FILE) |
		plain(p, size, "push_macro", CPPTEXT_PUSH_MACRO) | plain(p, size, "pop_macro", CPPTEXT_PUSH_MACRO) |
		plain(p, size, ".incbin", CPPTEXT_INCBIN) | plain(p, size, "__builtin_COLUMN", CPPTEXT_COLUMN) |
		plain(p, size, "__builtin_source_location", CPPTEXT_COLUMN);

	if ((flags & ~(unsigned)CPPTEXT_INCBIN) != (want & ~(unsigned)CPPTEXT_INCBIN) || (want & ~flags) != 0)
		abort();
	check_markers(p, p + size);
	lang = clex_lang(p, size);
	quotes_open(p, size, &lang);
	indent_misleads(p, size);
	check_squeeze(p, size);
	check_whole(p, size);
	check_leaps(p, size, true);
	check_leaps(p, size, false);
	return 0;
}
