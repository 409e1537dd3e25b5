/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/macros.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "compiler/macros_table.h"
#include "compiler/scan_read.h"

#define TABLE 4096u	/* heads of the hash table */

static const struct macro *
find(const struct macros *m, const char *name, size_t n, uint32_t hash)
{
	const struct macro *e;

	for (e = m->table[hash % TABLE]; e != NULL; e = e->next)
		if (e->hash == hash && e->name_len == n && memcmp(e->name, name, n) == 0)
			return e;
	return NULL;
}

uint32_t
macros_hash(const char *name, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)name[i]) * 16777619u;
	return h;
}

struct macros *
macros_new(void (*need)(void *arg, struct macros *m, const char *name, uint32_t hash), void *arg)
{
	struct macros *m = xcalloc(1, sizeof(*m));

	m->table = xcalloc(TABLE, sizeof(*m->table));
	m->need = need;
	m->arg = arg;
	return m;
}

static void
free_definitions(struct macro_def *d)
{
	struct macro_def *next;

	for (; d != NULL; d = next) {
		next = d->next;
		strv_free(&d->params);
		free(d->body);
		free(d);
	}
}

void
macros_free(struct macros *m)
{
	struct macro *e, *next;

	for (size_t i = 0; i < TABLE; i++) {
		for (e = m->table[i]; e != NULL; e = next) {
			next = e->next;
			free_definitions(e->defs);
			free(e->name);
			free(e);
		}
	}
	free(m->table);
	free(m);
}

static struct macro *
entry(struct macros *m, const char *name, size_t n)
{
	uint32_t hash = macros_hash(name, n);
	struct macro *e = (struct macro *)(uintptr_t)find(m, name, n, hash);

	if (e != NULL)
		return e;
	e = xcalloc(1, sizeof(*e));
	e->name = xstrndup(name, n);
	e->name_len = n;
	e->hash = hash;
	e->next = m->table[hash % TABLE];
	m->table[hash % TABLE] = e;
	return e;
}

const struct macro_def *
macros_find(struct macros *m, const char *name, size_t n)
{
	struct macro *e = entry(m, name, n);

	if (!e->asked) {
		e->asked = true;
		if (m->need != NULL)
			m->need(m->arg, m, e->name, e->hash);
	}
	m->used = m->used || e->defs != NULL;
	return e->defs;
}

bool
macros_used(const struct macros *m)
{
	return m->used;
}

static bool
is_same(const struct macro_def *a, const struct macro_def *b)
{
	if (a->function != b->function || a->variadic != b->variadic || a->params.n != b->params.n || !streq(a->body, b->body))
		return false;
	for (size_t i = 0; i < a->params.n; i++)
		if (!streq(a->params.v[i], b->params.v[i]))
			return false;
	return true;
}

/* Takes d over. */
static void
add(struct macro *e, struct macro_def *d)
{
	for (const struct macro_def *k = e->defs; k != NULL; k = k->next) {
		if (is_same(k, d)) {
			free_definitions(d);
			return;
		}
	}
	d->next = e->defs;
	e->defs = d;
}

/* (a, b, c...) behind the '('.  False: that is no list of parameters. */
static bool
parameters(struct scan_read *r, struct macro_def *d)
{
	char word[256];
	int c;

	for (;;) {
		scan_blanks(r);
		if (scan_word(r, word, sizeof(word)) > 0)
			strv_push(&d->params, word);
		scan_blanks(r);
		c = scan_take(r);
		if (c == '.') {
			scan_take(r);
			scan_take(r);
			/* "..." alone is called __VA_ARGS__ */
			if (d->params.n == 0 || d->last_comma)
				strv_push(&d->params, "__VA_ARGS__");
			d->variadic = true;
			scan_blanks(r);
			c = scan_take(r);
		}
		d->last_comma = c == ',';
		if (c == ')')
			return true;
		if (c != ',')
			return false;
	}
}

/* At the name of a definition. */
static void
define(struct macros *m, struct scan_read *r)
{
	struct macro_def *d;
	struct buf body = BUF_INIT;
	char name[256];
	size_t n;
	int c;

	n = scan_word(r, name, sizeof(name));
	if (n == 0 || n >= sizeof(name))
		return;
	d = xcalloc(1, sizeof(*d));
	c = scan_peek(r);
	if (c == '(') {
		scan_take(r);
		d->function = true;
		if (!parameters(r, d)) {
			free_definitions(d);
			return;
		}
	}
	scan_blanks(r);
	scan_rest(r, &body);
	d->body = body.p != NULL ? body.p : xstrdup("");
	add(entry(m, name, n), d);
}

void
macros_text(struct macros *m, const char *p, size_t n)
{
	const char *end = p + n;
	struct scan_read r;
	char word[8];

	for (; p < end; p++) {
		if (*p != '#' && !(*p == '%' && p + 1 < end && p[1] == ':')) {
			p = memchr(p, '#', (size_t)(end - p));
			if (p == NULL)
				return;
		}
		r = (struct scan_read){p + (*p == '#' ? 1 : 2), end};
		scan_blanks(&r);
		if (scan_word(&r, word, sizeof(word)) != 6 || !streq(word, "define"))
			continue;
		scan_blanks(&r);
		define(m, &r);
	}
}

void
macros_option(struct macros *m, const char *definition)
{
	const char *equals = strchr(definition, '=');
	char *text;
	struct scan_read r;

	if (equals == NULL)
		text = xasprintf("%s 1", definition);
	else
		text = xasprintf("%.*s %s", (int)(equals - definition), definition, equals + 1);
	r = (struct scan_read){text, text + strlen(text)};
	define(m, &r);
	free(text);
}
