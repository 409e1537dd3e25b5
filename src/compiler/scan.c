/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"
#include "compiler/macros.h"
#include "compiler/scan_read.h"

/* Before the text of an item: kind, length, line; after it a NUL. */
#define HEAD 8u
#define TEXT_MAX 60000u

/* Items of a file that are compared with a new one. */
#define COMPARED 4096u

struct scanner {
	struct buf *items, *names;
	const char *begin, *end;
	const char *counted;	/* lines are counted up to here */
	uint32_t line;
	bool trigraphs;		/* one was seen that matters */
	struct buf word;	/* scratch */
};

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

static void
found(struct scanner *s, const char *place, enum scan_kind kind, const char *text, size_t len)
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

/* Does it name something that may be a macro? */
static bool
has_name(const struct buf *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (scan_is_word((unsigned char)b->p[i]) && (b->p[i] < '0' || b->p[i] > '9'))
			return true;
	return false;
}

/* The kinds that an operand has when quoted, in angle brackets, computed. */
struct operand_kinds {
	enum scan_kind quote, angle, computed;
};
static const struct operand_kinds plain = {SCAN_QUOTE, SCAN_ANGLE, SCAN_COMPUTED};
static const struct operand_kinds next = {SCAN_NEXT_QUOTE, SCAN_NEXT_ANGLE, SCAN_COMPUTED_NEXT};
static const struct operand_kinds has = {SCAN_QUOTE, SCAN_ANGLE, SCAN_COMPUTED_HAS};
static const struct operand_kinds has_next = {SCAN_NEXT_QUOTE, SCAN_NEXT_ANGLE, SCAN_COMPUTED_HAS};
static const struct operand_kinds embed = {SCAN_EMBED_QUOTE, SCAN_EMBED_ANGLE, SCAN_EMBED_COMPUTED};

/* A name in quotes or brackets at r.  False: there is none. */
static bool
literal(struct scanner *s, struct scan_read *r, const char *place, const struct operand_kinds *k)
{
	int c = scan_peek(r);
	struct scan_read ahead = *r;

	if (c != '"' && c != '<')
		return false;
	scan_take(&ahead);
	s->word.n = 0;
	if (!scan_until(&ahead, c == '"' ? '"' : '>', &s->word) || s->word.n == 0)
		return false;
	*r = ahead;
	found(s, place, c == '"' ? k->quote : k->angle, s->word.p, s->word.n);
	return true;
}

static void
directive_operand(struct scanner *s, struct scan_read *r, const char *place, const struct operand_kinds *k)
{
	scan_blanks(r);
	if (literal(s, r, place, k))
		return;
	s->word.n = 0;
	scan_rest(r, &s->word);
	if (has_name(&s->word))
		found(s, place, k->computed, s->word.p, s->word.n);
}

/* #line 7 "x", # 7 "x": behind the number. */
static void
named(struct scanner *s, struct scan_read *r, const char *place)
{
	scan_blanks(r);
	if (scan_take(r) != '"')
		return;
	s->word.n = 0;
	if (scan_until(r, '"', &s->word) && s->word.n > 0 && s->word.p[0] != '<')
		found(s, place, SCAN_NAMED, s->word.p, s->word.n);
}

/* Macros that ask for something else than a file. */
static bool
is_harmless_call(const char *name)
{
	static const char *const names[] = {
		"defined", "__has_attribute", "__has_builtin", "__has_cpp_attribute", "__has_c_attribute", "__has_extension",
		"__has_feature", "__has_warning", "__has_declspec_attribute", "__has_include", "__has_include_next", "__has_embed",
		"if", "elif", "__is_identifier", "__building_module",
	};

	for (size_t i = 0; i < countof(names); i++)
		if (streq(name, names[i]))
			return true;
	return false;
}

/*
 * The condition of #if: what stands in a call may be the operand of a macro that stands for __has_include.  That one may be
 * defined in another file, so all count.
 */
static void
condition(struct scanner *s, struct scan_read *r, const char *place)
{
	char name[64], argument[128], call[200];
	struct scan_read ahead;
	int c;

	name[0] = '\0';
	for (;;) {
		scan_blanks(r);
		c = scan_peek(r);
		if (c == SCAN_EOF || c == '\n')
			return;
		if (scan_is_word(c)) {
			scan_word(r, name, sizeof(name));
			continue;
		}
		scan_take(r);
		if (c == '(') {
			scan_blanks(r);
			if (!literal(s, r, place, &plain) && name[0] != '\0' && !is_harmless_call(name)) {
				ahead = *r;
				if (scan_word(&ahead, argument, sizeof(argument)) > 0 && (argument[0] < '0' || argument[0] > '9')) {
					snprintf(call, sizeof(call), "%s %s", name, argument);
					found(s, place, SCAN_CALL, call, strlen(call));
				}
			}
		}
		name[0] = '\0';
	}
}

static void
pragma(struct scanner *s, struct scan_read *r, const char *place)
{
	static const char *const stops[] = {"GCC dependency", "GCC pch_preprocess", "include_alias", "clang module", "hdrstop"};

	s->word.n = 0;
	scan_rest(r, &s->word);
	for (size_t i = 0; i < countof(stops) && s->word.n > 0; i++) {
		if (starts_with(s->word.p, stops[i])) {
			s->word.n = 0;
			buf_addf(&s->word, "#pragma %s", stops[i]);
			found(s, place, SCAN_STOP, s->word.p, s->word.n);
			return;
		}
	}
}

static void
definition(struct scanner *s, struct scan_read *r)
{
	char name[256];
	uint32_t hash;
	size_t n;

	scan_blanks(r);
	n = scan_word(r, name, sizeof(name));
	if (n == 0 || n >= sizeof(name))
		return;
	hash = macros_hash(name, n);
	buf_add(s->names, &hash, sizeof(hash));
}

/* Behind a '#'. */
static void
directive(struct scanner *s, const char *place, const char *behind)
{
	struct scan_read r = {behind, s->end};
	char word[24];
	size_t n;

	scan_blanks(&r);
	n = scan_word(&r, word, sizeof(word));
	if (n == 0 || n >= sizeof(word))
		return;
	if (streq(word, "define"))
		definition(s, &r);
	else if (streq(word, "include") || streq(word, "import"))
		directive_operand(s, &r, place, &plain);
	else if (streq(word, "include_next"))
		directive_operand(s, &r, place, &next);
	else if (streq(word, "embed"))
		directive_operand(s, &r, place, &embed);
	else if (streq(word, "if") || streq(word, "elif"))
		condition(s, &r, place);
	else if (streq(word, "pragma"))
		pragma(s, &r, place);
	else if (word[0] >= '0' && word[0] <= '9')
		named(s, &r, place);
	else if (streq(word, "line")) {
		scan_blanks(&r);
		scan_word(&r, word, sizeof(word));
		named(s, &r, place);
	}
}

/* The name of the macro whose definition p stands in, unless it is that name itself; false: in none. */
static bool
macro_around(const struct scanner *s, const char *p, char *name, size_t size)
{
	const char *line = p, *nl;
	struct scan_read r;
	char word[8];

	/* the beginning of the logical line */
	while (line > s->begin) {
		nl = memrchr(s->begin, '\n', (size_t)(line - s->begin));
		if (nl == NULL) {
			line = s->begin;
			break;
		}
		line = nl;
		while (nl > s->begin && (nl[-1] == '\r' || nl[-1] == ' ' || nl[-1] == '\t'))
			nl--;
		if (nl == s->begin || nl[-1] != '\\') {
			line++;
			break;
		}
	}
	r = (struct scan_read){line, p};
	scan_blanks(&r);
	if (scan_peek(&r) == '%')
		scan_take(&r);
	scan_take(&r);
	scan_blanks(&r);
	scan_word(&r, word, sizeof(word));
	scan_blanks(&r);
	return streq(word, "define") && scan_word(&r, name, size) > 0;
}

/* __has_include and its kin, behind the word. */
static void
has_file(struct scanner *s, struct scan_read *r, const char *place, const struct operand_kinds *k)
{
	char macro[128];

	scan_blanks(r);
	if (scan_peek(r) == '(') {
		scan_take(r);
		scan_blanks(r);
		if (literal(s, r, place, k))
			return;
		s->word.n = 0;
		scan_argument(r, &s->word);
		if (has_name(&s->word))
			found(s, place, k->computed, s->word.p, s->word.n);
	}
	if (macro_around(s, place, macro, sizeof(macro)))
		found(s, place, k == &embed ? SCAN_STOP : SCAN_WRAPPER, macro, strlen(macro));
}

/* Does the line begin with a comment to its end?  Then a word in it means nothing. */
static bool
is_comment_line(const struct scanner *s, const char *p)
{
	const char *nl = memrchr(s->begin, '\n', (size_t)(p - s->begin)), *line = nl == NULL ? s->begin : nl + 1;

	if (nl != NULL && nl > s->begin && (nl[-1] == '\\' || nl[-1] == '\r'))
		return false;
	while (*line == ' ' || *line == '\t')
		line++;
	return line + 1 < p && line[0] == '/' && line[1] == '/';
}

/* A word that begins with two underscores. */
static void
reserved_word(struct scanner *s, const char *p)
{
	struct scan_read r = {p, s->end};
	char word[24];
	size_t n;

	if (p > s->begin && scan_is_word((unsigned char)p[-1]))
		return;
	n = scan_word(&r, word, sizeof(word));
	if (n < 8 || n >= sizeof(word))
		return;
	if (starts_with(word, "__has_")) {
		if (streq(word, "__has_include") || streq(word, "__has_include__"))
			has_file(s, &r, p, &has);
		else if (streq(word, "__has_include_next") || streq(word, "__has_include_next__"))
			has_file(s, &r, p, &has_next);
		else if (streq(word, "__has_embed") || streq(word, "__has_embed__"))
			has_file(s, &r, p, &embed);
	} else if (streq(word, "__DATE__") || streq(word, "__TIME__")) {
		if (!is_comment_line(s, p))
			found(s, p, SCAN_TIME, word, n);
	} else if (streq(word, "__TIMESTAMP__")) {
		if (!is_comment_line(s, p))
			found(s, p, SCAN_TIMESTAMP, word, n);
	}
}

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
	if (scan_peek(&r) == '<')
		return;
	if (scan_peek(&r) == '\\')
		scan_take(&r);	/* in a string of C */
	s->word.n = 0;
	if (scan_take(&r) == '"' && scan_until(&r, '"', &s->word)) {
		while (s->word.n > 0 && s->word.p[s->word.n - 1] == '\\')
			s->word.n--;
		if (s->word.n > 0 && memchr(s->word.p, '\\', s->word.n) == NULL) {
			found(s, p, kind, s->word.p, s->word.n);
			return;
		}
	}
	/* prose has words such as ".include files" */
	if (kind == SCAN_ASM_INCBIN)
		found(s, p, SCAN_STOP, ".incbin", strlen(".incbin"));
	else
		found(s, p, SCAN_ASM_INCLUDE, "", 0);
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
	if (s->word.n > 0 && s->word.p[s->word.n - 1] == ';')
		found(s, first, SCAN_MODULE, word, strlen(word));
}

/* Something may begin at p. */
static void
look(struct scanner *s, const char *p)
{
	const char next_char = p + 1 < s->end ? p[1] : '\0';
	struct scan_read r = {p + 1, s->end};

	switch (*p) {
	case '#':
		directive(s, p, p + 1);
		break;
	case '%':
		if (scan_take(&r) == ':')
			directive(s, p, r.p);
		break;
	case '_':
		if (scan_peek(&r) == '_')
			reserved_word(s, p);
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

void
scan_free(struct scan *s)
{
	buf_free(&s->items);
	buf_free(&s->names);
}
