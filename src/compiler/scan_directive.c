/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "compiler/macros.h"
#include "compiler/scan_line.h"
#include "compiler/scan_part.h"
#include "compiler/scan_read.h"

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
static const struct operand_kinds has = {SCAN_HAS_QUOTE, SCAN_HAS_ANGLE, SCAN_COMPUTED_HAS};
static const struct operand_kinds has_next = {SCAN_HAS_NEXT, SCAN_HAS_NEXT, SCAN_COMPUTED_HAS};
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
	scan_found(s, place, c == '"' ? k->quote : k->angle, s->word.p, s->word.n);
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
		scan_found(s, place, k->computed, s->word.p, s->word.n);
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
		scan_found(s, place, SCAN_NAMED, s->word.p, s->word.n);
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
			if (!literal(s, r, place, &has) && name[0] != '\0' && !is_harmless_call(name)) {
				ahead = *r;
				if (scan_word(&ahead, argument, sizeof(argument)) > 0 && (argument[0] < '0' || argument[0] > '9')) {
					snprintf(call, sizeof(call), "%s %s", name, argument);
					scan_found(s, place, SCAN_CALL, call, strlen(call));
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
			scan_found(s, place, SCAN_STOP, s->word.p, s->word.n);
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

void
scan_directive(struct scanner *s, const char *place, const char *behind)
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
	struct scan_read r = {scan_line_begin(s->begin, p), p};
	char word[8];

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
			scan_found(s, place, k->computed, s->word.p, s->word.n);
	}
	if (macro_around(s, place, macro, sizeof(macro)))
		scan_found(s, place, k == &embed ? SCAN_STOP : SCAN_WRAPPER, macro, strlen(macro));
}

/* Can the macro named at p be expanded? */
static bool
is_expanded(struct scanner *s, const char *p)
{
	if (!scan_line_counts(s->begin, p))
		return false;
	switch (scan_state_at(&s->state, p)) {
	case SCAN_IN_LINE_COMMENT:
	case SCAN_IN_COMMENT:
	case SCAN_IN_CHARACTER:
		return false;
	case SCAN_IN_STRING:
		/* the string of a _Pragma becomes code */
		return scan_line_has(s->begin, p, "ragma");
	case SCAN_IN_CODE:
	case SCAN_UNSURE:
		break;
	}
	return true;
}

void
scan_reserved(struct scanner *s, const char *p)
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
		if (is_expanded(s, p))
			scan_found(s, p, SCAN_TIME, word, n);
	} else if (streq(word, "__TIMESTAMP__")) {
		if (is_expanded(s, p))
			scan_found(s, p, SCAN_TIMESTAMP, word, n);
	}
}
