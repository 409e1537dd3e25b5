/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/pkgenv.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/util.h"

#define BLANKS " \t\r\v\f"

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A name of a category or a package, or "*". */
static bool
is_name(const char *p, size_t len, const char *also)
{
	if (len == 0 || p[0] == '-' || p[0] == '.' || p[0] == '+')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_alnum(p[i]) && (p[i] == '\0' || strchr(also, p[i]) == NULL))
			return false;
	return true;
}

bool
pkgenv_atom_ok(const char *atom)
{
	const char *category = atom + strspn(atom, "<>=~"), *slash = strchr(category, '/'), *slot;
	size_t len;

	if (slash == NULL || category - atom > 2)
		return false;
	len = strcspn(slash + 1, ":");
	slot = slash + 1 + len;
	for (const char *p = slot; *p != '\0'; p++)
		if (!is_alnum(*p) && strchr(":/._-+*=", *p) == NULL)
			return false;
	return is_name(category, (size_t)(slash - category), "_.+-*") && is_name(slash + 1, len, "_.+-*") && (*slot == '\0' || slot[1] != '\0');
}

/* The next word of a line; NULL at its end or at a comment. */
static const char *
next_word(const char **p, size_t *len)
{
	const char *word = *p + strspn(*p, BLANKS);

	*len = strcspn(word, BLANKS "\n");
	*p = word + *len;
	return *len == 0 || word[0] == '#' ? NULL : word;
}

static bool
is_word(const char *word, size_t len, const char *text)
{
	return strlen(text) == len && strncmp(word, text, len) == 0;
}

static const char *
next_line(const char *p)
{
	p += strcspn(p, "\n");
	return *p == '\n' ? p + 1 : p;
}

/* Does the line give env to its atom?  *others: it gives something else as well. */
static bool
has_env(const char *line, const char *env, bool *others)
{
	const char *word;
	size_t len;
	bool has = false;

	*others = false;
	next_word(&line, &len);
	while ((word = next_word(&line, &len)) != NULL) {
		if (is_word(word, len, env))
			has = true;
		else
			*others = true;
	}
	return has;
}

void
pkgenv_list(const char *text, const char *env, struct strv *out)
{
	const char *p, *atom;
	size_t len;
	bool others;

	for (; *text != '\0'; text = next_line(text)) {
		p = text;
		atom = next_word(&p, &len);
		if (atom == NULL || !has_env(text, env, &others))
			continue;
		strv_push_own(out, xstrndup(atom, len));
	}
}

static bool
is_for(const char *line, const char *atom)
{
	size_t len;
	const char *word = next_word(&line, &len);

	return word != NULL && is_word(word, len, atom);
}

char *
pkgenv_add(const char *text, const char *atom, const char *env)
{
	struct buf out = BUF_INIT;
	bool others, there = false;

	for (const char *line = text; *line != '\0' && !there; line = next_line(line))
		there = is_for(line, atom) && has_env(line, env, &others);
	buf_adds(&out, text);
	if (!there)
		buf_addf(&out, "%s%s %s\n", out.n > 0 && out.p[out.n - 1] != '\n' ? "\n" : "", atom, env);
	return out.p;
}

/* The line without the words that are env, and without the blanks before them. */
static void
add_without(struct buf *out, const char *line, const char *end, const char *env)
{
	const char *p = line, *copied = line, *before, *word;
	size_t len;

	for (before = p; (word = next_word(&p, &len)) != NULL; before = p) {
		if (!is_word(word, len, env))
			continue;
		buf_add(out, copied, (size_t)(before - copied));
		copied = p;
	}
	buf_add(out, copied, (size_t)(end - copied));
}

char *
pkgenv_remove(const char *text, const char *atom, const char *env)
{
	struct buf out = BUF_INIT;
	const char *end;
	bool others;

	buf_adds(&out, "");
	for (const char *line = text; *line != '\0'; line = end) {
		end = next_line(line);
		if (!is_for(line, atom) || !has_env(line, env, &others))
			buf_add(&out, line, (size_t)(end - line));
		else if (others)
			add_without(&out, line, end, env);
	}
	return out.p;
}
