/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of runs.h, for blocks of any size: included once for each.  Not for others. */
#include <stdint.h>
#include <strings.h>

#include "compiler/block.h"
#include "compiler/runs.h"

static size_t
bits_count(unsigned bits)
{
	size_t n = 0;

	for (; bits != 0; bits &= bits - 1)
		n++;
	return n;
}

static bool
is_lexeme(const char *p, const char *end)
{
	if (*p != '/')
		return *p == '"' || *p == '\'';
	return end - p > 1 && (p[1] == '*' || p[1] == '/' || p[1] == '\\' || p[1] == '?');
}

static const char *
lexeme(const char *p, const char *end)
{
	for (; end - p >= (ptrdiff_t)BLOCK; p += BLOCK) {
		block b = block_at(p);

		for (unsigned bits = block_bits((b == '"') | (b == '\'') | (b == '/')); bits != 0; bits &= bits - 1)
			if (is_lexeme(p + __builtin_ctz(bits), end))
				return p + __builtin_ctz(bits);
	}
	while (p < end && !is_lexeme(p, end))
		p++;
	return p;
}

/* Where what somebody may read begins in the block at p, of which two bytes more can be looked at. */
static inline block
words_at(block b, block next, const char *p)
{
	typedef signed char lanes __attribute__((vector_size(BLOCK)));
	block third = block_at(p + 2);
	block fal = ((b | ' ') == 'f') & ((next | ' ') == 'a') & ((third | ' ') == 'l');

	return (block)((lanes)b < 0) | fal | ((b == '/') & (next == '*')) | ((b == '?') & (next == '?'));
}

/* One byte of a comment, the slow way; left: how many there are from p on. */
static inline void
look_at_byte(struct runs_comment *c, const char *p, size_t left)
{
	c->lines += *p == '\n';
	c->backslash = c->backslash || *p == '\\';
	c->words = c->words || (*p & 0x80) != 0 || (left > 1 && ((*p == '/' && p[1] == '*') || (*p == '?' && p[1] == '?'))) ||
		(left > 2 && strncasecmp(p, "fal", 3) == 0);
}

static struct runs_comment
block_comment(const char *p, const char *end)
{
	struct runs_comment c = {.end = NULL};
	block words = {0}, backslash = {0};

	while (end - p >= (ptrdiff_t)BLOCK + 2) {
		block b = block_at(p), next = block_at(p + 1), here = words_at(b, next, p);
		unsigned stop = block_bits((b == '*') & (next == '/')), newlines = block_bits(b == '\n'), before;

		if (stop == 0) {
			words |= here;
			backslash |= b == '\\';
			c.lines += bits_count(newlines);
			p += BLOCK;
			continue;
		}
		/* the bits below the lowest that is set */
		before = (stop & -stop) - 1;
		c.words = block_any(words) || (block_bits(here) & before) != 0;
		c.backslash = block_any(backslash) || (block_bits(b == '\\') & before) != 0;
		c.lines += bits_count(newlines & before);
		c.end = p + __builtin_ctz(stop) + 2;
		return c;
	}
	c.words = block_any(words);
	c.backslash = block_any(backslash);
	for (; end - p >= 2; p++) {
		if (p[0] == '*' && p[1] == '/') {
			c.end = p + 2;
			return c;
		}
		look_at_byte(&c, p, (size_t)(end - p));
	}
	return c;
}

static struct runs_comment
line_comment(const char *p, const char *end)
{
	struct runs_comment c = {.end = NULL};
	block words = {0}, backslash = {0};

	while (end - p >= (ptrdiff_t)BLOCK + 2) {
		block b = block_at(p), here = words_at(b, block_at(p + 1), p);
		unsigned stop = block_bits(b == '\n'), before;

		if (stop == 0) {
			words |= here;
			backslash |= b == '\\';
			p += BLOCK;
			continue;
		}
		before = (stop & -stop) - 1;
		c.words = block_any(words) || (block_bits(here) & before) != 0;
		c.backslash = block_any(backslash) || (block_bits(b == '\\') & before) != 0;
		c.end = p + __builtin_ctz(stop);
		return c;
	}
	c.words = block_any(words);
	c.backslash = block_any(backslash);
	for (; p < end && *p != '\n'; p++)
		look_at_byte(&c, p, (size_t)(end - p));
	c.end = p;
	return c;
}

static const char *
literal(const char *p, const char *end, char quote)
{
	for (; end - p >= (ptrdiff_t)BLOCK; p += BLOCK) {
		block b = block_at(p);
		unsigned bits = block_bits((b == (unsigned char)quote) | (b == '\\') | (b == '\n'));

		if (bits != 0)
			return p + __builtin_ctz(bits);
	}
	while (p < end && *p != quote && *p != '\\' && *p != '\n')
		p++;
	return p;
}

static bool
is_triple(const char *p)
{
	switch (p[0]) {
	case 'E':
	case 'P':
		return p[1] == '_' && p[2] == '_';
	case '.':
	case 't':
		return p[1] == 'i' && p[2] == 'n';
	case 'a':
		return p[1] == 'c' && p[2] == 'r';
	case '\n':
		return p[1] == '#' && p[2] == ' ';
	default:
		return false;
	}
}

static const char *
triple(const char *p, const char *end)
{
	for (; end - p >= (ptrdiff_t)BLOCK + 2; p += BLOCK) {
		block first = block_at(p), second = block_at(p + 1), third = block_at(p + 2);
		block names = (second == '_') & (third == '_') & ((first == 'E') | (first == 'P'));
		block in = (second == 'i') & (third == 'n') & ((first == '.') | (first == 't'));
		block macro = (first == 'a') & (second == 'c') & (third == 'r');
		unsigned bits = block_bits(names | in | macro | ((first == '\n') & (second == '#') & (third == ' ')));

		if (bits != 0)
			return p + __builtin_ctz(bits);
	}
	for (; end - p >= 3; p++)
		if (is_triple(p))
			return p;
	return end;
}

static const char *
marker(const char *p, const char *end)
{
	for (; end - p >= (ptrdiff_t)BLOCK + 2; p += BLOCK) {
		unsigned bits = block_bits((block_at(p) == '\n') & (block_at(p + 1) == '#') & (block_at(p + 2) == ' '));

		if (bits != 0)
			return p + __builtin_ctz(bits);
	}
	for (; end - p >= 3; p++)
		if (p[0] == '\n' && p[1] == '#' && p[2] == ' ')
			return p;
	return end;
}

static inline block
hides_at(block b)
{
	/* with the bit that tells a double quote from # */
	return ((b | 1) == '#') | (b == '\'') | (b == '/');
}

static bool
hides(char c)
{
	return c == '"' || c == '#' || c == '\'' || c == '/';
}

static const char *
bracket(const char *p, const char *end)
{
	for (; end - p >= (ptrdiff_t)BLOCK; p += BLOCK) {
		block b = block_at(p), high = b | 0x20;
		/* with the bit that tells a bracket from a brace */
		unsigned bits = block_bits(hides_at(b) | (high == '{') | (high == '}') | ((b | 1) == ')'));

		if (bits != 0)
			return p + __builtin_ctz(bits);
	}
	while (p < end && !hides(*p) && *p != '(' && *p != ')' && *p != '[' && *p != ']' && *p != '{' && *p != '}')
		p++;
	return p;
}

static const char *
brace(const char *p, const char *end)
{
	for (; end - p >= (ptrdiff_t)BLOCK; p += BLOCK) {
		block b = block_at(p);
		unsigned bits = block_bits(hides_at(b) | (b == '{'));

		if (bits != 0)
			return p + __builtin_ctz(bits);
	}
	while (p < end && !hides(*p) && *p != '{')
		p++;
	return p;
}

static const struct runs these_runs = {lexeme, block_comment, line_comment, literal, triple, marker, bracket, brace};
