/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"
#include "compiler/scan_part.h"
#include "compiler/scan_read.h"

/* Can a directive of the assembler begin at p: at the beginning of a line or statement, in the text or in a string of it? */
static bool
begins_statement(const struct scanner *s, const char *p)
{
	char c = p > s->begin ? p[-1] : '\n';

	if (strchr(" \t\n\r\f\v\";:{}|/)(\\", c) != NULL)
		return true;
	return (c == 'n' || c == 't' || c == 'r') && p - s->begin >= 2 && p[-2] == '\\';
}

/* .include, .incbin */
static void
assembler(struct scanner *s, const char *p)
{
	struct scan_read r = {p + 1, s->end};
	enum scan_kind kind;
	char word[24];
	int c;

	if (!begins_statement(s, p))
		return;
	scan_word(&r, word, sizeof(word));
	if (strcasecmp(word, "include") == 0)
		kind = SCAN_ASM_INCLUDE;
	else if (strcasecmp(word, "incbin") == 0)
		kind = SCAN_ASM_INCBIN;
	else
		return;
	scan_blanks(&r);
	/* prose: no assembler takes a name in angle brackets, and no macro begins like that */
	c = scan_peek(&r);
	if (c == '<' || c == ')' || c == ':')
		return;
	if (scan_peek(&r) == '\\')
		scan_take(&r);	/* in a string of C */
	s->word.n = 0;
	if (scan_take(&r) == '"' && scan_until(&r, '"', &s->word)) {
		while (s->word.n > 0 && s->word.p[s->word.n - 1] == '\\')
			s->word.n--;
		if (s->word.n > 0 && memchr(s->word.p, '\\', s->word.n) == NULL) {
			scan_found(s, p, kind, s->word.p, s->word.n);
			return;
		}
	}
	/* prose has words such as ".include files" */
	if (kind == SCAN_ASM_INCBIN)
		scan_found(s, p, SCAN_STOP, ".incbin", strlen(".incbin"));
	else
		scan_found(s, p, SCAN_ASM_INCLUDE, "", 0);
}

/* import x; import <x>; export import x; module x; export module x; at the beginning of a line. */
static void
module_line(struct scanner *s, const char *line)
{
	struct scan_read r = {line, s->end};
	const char *first = line;
	char word[16];
	int c;

	scan_word(&r, word, sizeof(word));
	if (streq(word, "export")) {
		scan_blanks(&r);
		scan_word(&r, word, sizeof(word));
	}
	if (!streq(word, "import") && !streq(word, "module"))
		return;
	scan_blanks(&r);
	c = scan_peek(&r);
	if (c != '<' && c != '"' && c != ';' && c != ':' && !scan_is_word(c))
		return;
	s->word.n = 0;
	scan_rest(&r, &s->word);
	if (s->word.n > 0 && s->word.p[s->word.n - 1] == ';' && scan_state_at(&s->state, line) != SCAN_IN_COMMENT)
		scan_found(s, first, SCAN_MODULE, word, strlen(word));
}

/* Something may begin at p. */
static void
look(struct scanner *s, const char *p)
{
	const char next_char = p + 1 < s->end ? p[1] : '\0';
	struct scan_read r = {p + 1, s->end};

	switch (*p) {
	case '#':
		scan_directive(s, p, p + 1);
		break;
	case '%':
		if (scan_take(&r) == ':')
			scan_directive(s, p, r.p);
		break;
	case '_':
		if (scan_peek(&r) == '_')
			scan_reserved(s, p);
		break;
	case '.':
		assembler(s, p);
		break;
	case '?':
		if (next_char == '?' && p + 2 < s->end && (p[2] == '=' || p[2] == '/'))
			s->trigraphs = true;
		break;
	case '\n':
		module_line(s, p + 1);
		break;
	}
}

/* Two characters at which to look closer. */
static bool
interesting(char a, char b)
{
	switch (a) {
	case '#':
		return true;
	case '%':
		return b == ':' || b == '\\';
	case '_':
		return b == '_' || b == '\\';
	case '.':
		return b == 'i' || b == 'I' || b == '\\';
	case '?':
		return b == '?';
	case '\n':
		return b == 'i' || b == 'm' || b == 'e';
	}
	return false;
}

typedef unsigned char v16 __attribute__((vector_size(16)));

/* The same for 16 places at once: all of none? */
static bool
is_dull(const char *p)
{
	typedef long long v2 __attribute__((vector_size(16)));
	v16 a, b, lower;
	v2 any;

	memcpy(&a, p, sizeof(a));
	memcpy(&b, p + 1, sizeof(b));
	lower = b | 0x20;
	any = (v2)((a == '#') | ((a == '_') & ((b == '_') | (b == '\\'))) | ((a == '%') & ((b == ':') | (b == '\\'))) |
		((a == '.') & ((lower == 'i') | (b == '\\'))) | ((a == '?') & (b == '?')) |
		((a == '\n') & ((b == 'i') | (b == 'm') | (b == 'e'))));
	return (any[0] | any[1]) == 0;
}

static void
scan_once(struct scanner *s, const char *text, size_t n)
{
	const char *p = text;

	s->begin = s->counted = text;
	s->end = text + n;
	scan_state_init(&s->state, text, s->end);
	s->line = 1;
	module_line(s, text);
	while (p < s->end) {
		if (s->end - p > 16 && is_dull(p)) {
			p += 16;
			continue;
		}
		for (int i = 0; i < 16 && p < s->end; i++, p++)
			if (interesting(*p, p + 1 < s->end ? p[1] : '\0'))
				look(s, p);
	}
}

/* A copy with the trigraphs that matter here replaced, lines as they are.  The caller frees. */
static char *
without_trigraphs(const char *p, size_t n, size_t *len)
{
	char *out = xmalloc(n + 1);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		out[k] = p[i];
		if (n - i > 2 && p[i] == '?' && p[i + 1] == '?' && (p[i + 2] == '=' || p[i + 2] == '/')) {
			out[k] = p[i + 2] == '=' ? '#' : '\\';
			i += 2;
		}
		k++;
	}
	*len = k;
	return out;
}

void
scan_text(struct scan *s, const char *p, size_t n)
{
	struct scanner scanner = {.items = &s->items, .names = &s->names};
	char *copy;

	*s = (struct scan){BUF_INIT, BUF_INIT};
	scan_once(&scanner, p, n);
	if (scanner.trigraphs) {
		/* whether the compiler takes them depends on options: both ways count */
		copy = without_trigraphs(p, n, &n);
		scan_once(&scanner, copy, n);
		free(copy);
	}
	buf_free(&scanner.word);
}
