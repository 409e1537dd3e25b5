/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/makeconf.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/util.h"
#include "masq/confblock.h"
#include "masq/shvar.h"

#define BLANKS " \t\r\n"
/* Words end at blanks, quotes begin a part of a word; of the rest, these are words of one character. */
#define LONE "=()<>|&^[]`"
#define VALUE_MAX (1u << 16)	/* where replacing variables by their values ends: A="$A$A" doubles */

struct reader {
	struct makeconf *c;
	const char *p;
	const char *file;
	unsigned line;
	bool ours;
};

static void
add_problem(struct reader *r, enum makeconf_trouble trouble, const char *word, unsigned line)
{
	struct makeconf *c = r->c;

	c->problems = xrealloc(c->problems, (c->nproblems + 1) * sizeof(c->problems[0]));
	c->problems[c->nproblems++] = (struct makeconf_problem){trouble, xstrdup(word), xstrdup(r->file), line};
}

static void
skip_comment(struct reader *r)
{
	size_t len = strcspn(r->p, "\n");

	if (starts_with(r->p, CONFBLOCK_BEGIN))
		r->ours = true;
	else if (starts_with(r->p, CONFBLOCK_END))
		r->ours = false;
	r->p += len;
}

/* Blanks and comments.  With one_line: the end of the line ends it. */
static void
skip_blanks(struct reader *r, bool one_line)
{
	while (*r->p != '\0') {
		if (*r->p == '#') {
			skip_comment(r);
		} else if (strchr(BLANKS, *r->p) == NULL || (one_line && *r->p == '\n')) {
			return;
		} else {
			r->line += *r->p == '\n';
			r->p++;
		}
	}
}

/* The character behind a backslash.  In double quotes only a few are meant. */
static void
take_escape(struct reader *r, struct buf *out, bool quoted)
{
	char c = *++r->p;

	if (c == '\0')
		return;
	if (c == '\n')
		r->line++;
	else if (quoted && c != '"' && c != '\\')
		buf_addf(out, "\\%c", c);
	else if (c != '$')
		buf_addf(out, "%c", c);
	else
		buf_adds(out, "\\$");
	r->p++;
}

/* False: no closing quote. */
static bool
take_quoted(struct reader *r, struct buf *out)
{
	char quote = *r->p++;

	while (*r->p != '\0' && *r->p != quote) {
		if (quote == '"' && *r->p == '\\') {
			take_escape(r, out, true);
			continue;
		}
		r->line += *r->p == '\n';
		buf_add(out, r->p++, 1);
	}
	if (*r->p == '\0')
		return false;
	r->p++;
	return true;
}

/* The next word; "" at the end.  False: a quote was not closed. */
static bool
take_word(struct reader *r, struct buf *out)
{
	buf_free(out);
	buf_adds(out, "");
	if (*r->p != '\0' && strchr(LONE, *r->p) != NULL) {
		buf_add(out, r->p++, 1);
		return true;
	}
	while (*r->p != '\0' && *r->p != '#' && strchr(BLANKS LONE, *r->p) == NULL) {
		if (*r->p == '"' || *r->p == '\'') {
			if (!take_quoted(r, out))
				return false;
		} else if (*r->p == '\\') {
			take_escape(r, out, false);
		} else {
			buf_add(out, r->p++, 1);
		}
	}
	return true;
}

/* What stands at p ("$NAME", "${NAME}") in the variables so far; its length, or 0 if it is none of these. */
static size_t
expand_one(const struct makeconf *c, const char *p, struct buf *out)
{
	const char *name = p + 1 + (p[1] == '{');
	size_t len = 0;
	char *copy;

	while (name[len] == '_' || (name[len] >= '0' && name[len] <= '9') || (name[len] >= 'a' && name[len] <= 'z') ||
		(name[len] >= 'A' && name[len] <= 'Z'))
		len++;
	if (len == 0 || (p[1] == '{' && name[len] != '}') || out->n > VALUE_MAX)
		return 0;
	copy = xstrndup(name, len);
	buf_adds(out, makeconf_value(c, copy, false));
	free(copy);
	return (size_t)(name - p) + len + (p[1] == '{');
}

static char *
expand(const struct makeconf *c, const char *text)
{
	struct buf out = BUF_INIT;
	size_t len;

	buf_adds(&out, "");
	for (const char *p = text; *p != '\0'; p += len) {
		len = *p == '$' ? expand_one(c, p, &out) : 0;
		if (len > 0)
			continue;
		len = 1;
		if (*p == '\n') {
			buf_adds(&out, " ");
		} else if (p[0] == '\\' && p[1] == '$') {
			buf_adds(&out, "$");
			len = 2;
		} else {
			buf_add(&out, p, 1);
		}
	}
	return out.p;
}

static void
add_var(struct reader *r, const char *name, const char *literal, unsigned line)
{
	struct makeconf *c = r->c;
	char *value = expand(c, literal);

	c->v = xrealloc(c->v, (c->n + 1) * sizeof(c->v[0]));
	c->v[c->n++] = (struct makeconf_var){xstrdup(name), value, xstrdup(literal), xstrdup(r->file), line, r->ours};
}

/* NAME has been read; false: nothing sensible can follow. */
static bool
take_assignment(struct reader *r, const char *name, unsigned line)
{
	struct buf value = BUF_INIT;
	bool ok = true;

	skip_blanks(r, false);
	if (*r->p != '=') {
		add_problem(r, MAKECONF_JUNK, name, line);
		return false;
	}
	r->p++;
	skip_blanks(r, true);
	if (*r->p == '\n' || *r->p == '\0') {
		add_problem(r, MAKECONF_EMPTY, name, line);
		buf_adds(&value, "");
	} else {
		ok = take_word(r, &value);
	}
	if (!ok)
		add_problem(r, MAKECONF_QUOTE, name, line);
	else if (ends_with(name, "+"))
		add_problem(r, MAKECONF_APPEND, name, line);
	else if (!shvar_name_ok(name))
		add_problem(r, MAKECONF_NAME, name, line);
	else
		add_var(r, name, value.p, line);
	buf_free(&value);
	return ok;
}

static bool
take_source(struct reader *r, makeconf_source *source, void *arg)
{
	struct buf name = BUF_INIT;
	unsigned line = r->line;
	bool ok;
	char *file;

	skip_blanks(r, false);
	ok = take_word(r, &name);
	if (!ok)
		add_problem(r, MAKECONF_QUOTE, "source", line);
	if (ok && source != NULL && name.n > 0) {
		file = expand(r->c, name.p);
		source(r->c, file, arg);
		free(file);
	}
	buf_free(&name);
	return ok;
}

void
makeconf_parse(struct makeconf *c, const char *text, const char *file, makeconf_source *source, void *arg)
{
	struct reader r = {.c = c, .p = text, .file = file, .line = 1};
	struct buf word = BUF_INIT;
	unsigned line;
	bool ok = true;

	if (starts_with(text, "\xef\xbb\xbf"))
		r.p += 3;
	for (skip_blanks(&r, false); ok && *r.p != '\0'; skip_blanks(&r, false)) {
		line = r.line;
		ok = take_word(&r, &word);
		if (!ok)
			add_problem(&r, MAKECONF_QUOTE, "", line);
		else if (streq(word.p, "source"))
			ok = take_source(&r, source, arg);
		else if (!streq(word.p, "export"))
			ok = take_assignment(&r, word.p, line);
	}
	buf_free(&word);
}

void
makeconf_free(struct makeconf *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].name);
		free(c->v[i].value);
		free(c->v[i].literal);
		free(c->v[i].file);
	}
	for (size_t i = 0; i < c->nproblems; i++) {
		free(c->problems[i].word);
		free(c->problems[i].file);
	}
	free(c->v);
	free(c->problems);
	*c = (struct makeconf){0};
}

const struct makeconf_var *
makeconf_find(const struct makeconf *c, const char *name, bool others)
{
	for (size_t i = c->n; i > 0; i--)
		if (streq(c->v[i - 1].name, name) && !(others && c->v[i - 1].ours))
			return &c->v[i - 1];
	return NULL;
}

const char *
makeconf_value(const struct makeconf *c, const char *name, bool others)
{
	const struct makeconf_var *v = makeconf_find(c, name, others);

	return v != NULL ? v->value : "";
}

const struct makeconf_problem *
makeconf_fatal(const struct makeconf *c)
{
	for (size_t i = 0; i < c->nproblems; i++)
		if (c->problems[i].trouble == MAKECONF_QUOTE || c->problems[i].trouble == MAKECONF_JUNK)
			return &c->problems[i];
	return NULL;
}

const char *
makeconf_explain(enum makeconf_trouble trouble)
{
	static const char *const words[] = {
		[MAKECONF_QUOTE] = "a quote is not closed",
		[MAKECONF_JUNK] = "no assignment; Portage reads no further",
		[MAKECONF_APPEND] = "Portage does not know +=",
		[MAKECONF_NAME] = "that cannot be a variable",
		[MAKECONF_EMPTY] = "an empty value must be written with quotes",
	};

	return words[trouble];
}

bool
makeconf_has(const char *list, const char *word)
{
	size_t want = strlen(word), len;
	bool has = false;

	for (const char *p = list + strspn(list, BLANKS); *p != '\0'; p += len + strspn(p + len, BLANKS)) {
		len = strcspn(p, BLANKS);
		if (len == want && strncmp(p, word, len) == 0)
			has = true;
		else if (p[0] == '-' && ((len == want + 1 && strncmp(p + 1, word, want) == 0) || (len == 2 && p[1] == '*')))
			has = false;
	}
	return has;
}
