/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts are expanded one name at a time, from the left; a text that was met before is not expanded again, so definitions that
 * name each other come to an end.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/util.h"
#include "compiler/macros_table.h"
#include "compiler/macros_words.h"
#include "compiler/scan_read.h"
#include "compiler/textset.h"

#define MAX_TEXTS 3000u	/* of one operand, with all its arguments */
#define MAX_LENGTH 8192u
#define MAX_DEPTH 24
#define MAX_ARGS 64u

struct expander {
	struct macros *m;
	size_t left;		/* texts that may still be made */
	char *why;
};

static bool
give_up(struct expander *x, const char *why)
{
	if (x->why == NULL)
		x->why = xstrdup(why);
	return false;
}

/* Arguments beyond the last parameter of a variadic macro belong to it.  False: their number does not fit. */
static bool
fit_arguments(const struct macro_def *d, struct strv *args)
{
	char *joined;

	while (d->variadic && args->n > d->params.n) {
		joined = xasprintf("%s,%s", args->v[args->n - 2], args->v[args->n - 1]);
		strv_remove(args, args->n - 1);
		strv_replace(args, args->n - 1, joined);
		free(joined);
	}
	if (d->variadic && args->n + 1 == d->params.n)
		strv_push(args, "");
	if (d->params.n == 0 && args->n == 1 && *args->v[0] == '\0')
		strv_remove(args, 0);
	return args->n == d->params.n;
}

static int
parameter(const struct macro_def *d, const char *word, size_t n)
{
	for (size_t i = 0; i < d->params.n; i++)
		if (strlen(d->params.v[i]) == n && memcmp(d->params.v[i], word, n) == 0)
			return (int)i;
	return -1;
}

static void
add_plain(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text != PAINTED && *text != BORDER)
			buf_add(b, text, 1);
}

static void
stringize(struct buf *b, const char *text)
{
	char quote = '\0';

	buf_adds(b, "\"");
	for (; *text != '\0'; text++) {
		if (*text == PAINTED || *text == BORDER)
			continue;
		if (*text == '"' || (quote != '\0' && *text == '\\'))
			buf_adds(b, "\\");
		if (*text == '"' || *text == '\'')
			quote = quote == '\0' ? *text : quote == *text ? '\0' : quote;
		buf_add(b, text, 1);
	}
	buf_adds(b, "\"");
}

static bool
pastes(const char *p)
{
	while (*p == ' ')
		p++;
	return p[0] == '#' && p[1] == '#';
}

/* name: of the macro, painted in its own body.  args as they stand, full: expanded. */
static char *
substitute(const struct macro_def *d, const char *name, size_t name_n, char *const *args, char *const *full)
{
	struct buf b = BUF_INIT;
	const char *p = d->body, *q;
	bool pasting = false;
	char border = BORDER;
	size_t n;
	int at;

	buf_add(&b, &border, 1);
	while (*p != '\0') {
		if (pastes(p)) {
			p = strstr(p, "##") + 2;
			while (*p == ' ')
				p++;
			while (b.n > 0 && (b.p[b.n - 1] == BORDER || b.p[b.n - 1] == ' '))
				b.n--;
			pasting = true;
			continue;
		}
		n = *p == '#' && d->function ? 1 + strspn(p + 1, " ") : 0;
		at = n > 0 ? parameter(d, p + n, macros_word(p + n)) : -1;
		if (at >= 0) {
			stringize(&b, args[at]);
			p += n + macros_word(p + n);
			pasting = false;
			continue;
		}
		q = macros_skip_literal(p);
		if (q != p) {
			buf_add(&b, p, (size_t)(q - p));
			p = q;
			pasting = false;
			continue;
		}
		n = macros_word(p);
		at = n > 0 ? parameter(d, p, n) : -1;
		if (at >= 0 && (pasting || pastes(p + n))) {
			add_plain(&b, args[at]);
			if (!pastes(p + n))
				buf_add(&b, &border, 1);
		} else if (at >= 0) {
			buf_add(&b, &border, 1);
			buf_adds(&b, full[at]);
			buf_add(&b, &border, 1);
		} else if (n > 0) {
			if (n == name_n && memcmp(p, name, n) == 0 && !pasting && !pastes(p + n))
				buf_add(&b, (char[]){PAINTED}, 1);
			buf_add(&b, p, n);
		} else {
			n = 1;
			buf_add(&b, p, 1);
		}
		p += n;
		pasting = false;
	}
	buf_add(&b, &border, 1);
	return b.p;
}

static bool expand(struct expander *x, const char *text, struct textset *out, int depth);

struct call {
	const char *text;	/* all of it */
	const char *name;
	size_t n;
	const char *rest;
	const struct macro_def *d;
};

/* One border is as good as many, so that equal texts are equal. */
static char *
tidy(char *text)
{
	char *to = text;

	for (const char *p = text; *p != '\0'; p++)
		if (*p != BORDER || (to > text && to[-1] != BORDER && p[1] != '\0'))
			*to++ = *p;
	*to = '\0';
	return text;
}

static void
add_result(const struct call *c, char *const *args, char *const *full, struct textset *texts)
{
	char *body = substitute(c->d, c->name, c->n, args, full);

	textset_add(texts, tidy(xasprintf("%.*s%s%s", (int)(c->name - c->text), c->text, body, c->rest)));
	free(body);
}

/* Every combination of what the arguments can be. */
static bool
add_results(struct expander *x, const struct call *c, const struct strv *args, struct textset *texts, int depth)
{
	struct textset full[MAX_ARGS];
	char *chosen[MAX_ARGS] = {NULL};
	size_t at[MAX_ARGS] = {0}, n = args->n, k;
	bool ok = true;

	memset(full, 0, sizeof(full));
	for (size_t i = 0; i < n && ok; i++)
		ok = expand(x, args->v[i], &full[i], depth + 1);
	while (ok) {
		for (size_t i = 0; i < n; i++)
			chosen[i] = full[i].items.v[at[i]];
		if (x->left-- == 0) {
			ok = give_up(x, "can mean too many things");
			break;
		}
		add_result(c, args->v, chosen, texts);
		for (k = 0; k < n && ++at[k] == full[k].items.n; k++)
			at[k] = 0;
		if (k == n)
			break;
	}
	for (size_t i = 0; i < n; i++)
		textset_free(&full[i]);
	return ok;
}

/* All that the definitions of a name make of the text.  *left_alone: it may also stay as it is. */
static bool
apply(struct expander *x, const char *text, const char *name, size_t n, const struct macro_def *defs, struct textset *texts, bool *left_alone, int depth)
{
	struct call c = {.text = text, .name = name, .n = n};
	struct strv args;
	bool ok = true;

	*left_alone = false;
	for (c.d = defs; c.d != NULL && ok; c.d = c.d->next) {
		args = (struct strv)STRV_INIT;
		c.rest = name + n;
		if (!c.d->function) {
			/* it may not be defined where this stands */
			*left_alone = true;
			add_result(&c, NULL, NULL, texts);
		} else if (!macros_arguments(name + n, &args, &c.rest)) {
			*left_alone = true;
		} else if (c.rest != NULL && args.n <= MAX_ARGS && fit_arguments(c.d, &args)) {
			ok = add_results(x, &c, &args, texts, depth);
		} else {
			*left_alone = true;
		}
		strv_free(&args);
	}
	return ok;
}

static char *
painted(const char *text, const char *name)
{
	return xasprintf("%.*s%c%s", (int)(name - text), text, PAINTED, name);
}

/* Known to the compiler alone; or something else when it is left alone. */
static bool
is_builtin(const char *name, size_t n)
{
	return n > 4 && memcmp(name, "__", 2) == 0 && memcmp(name + n - 2, "__", 2) == 0;
}

static bool
is_old_builtin(const char *name, size_t n)
{
	static const char *const names[] = {"linux", "unix", "i386", "arm", "mips", "sparc", "sun", "vax", "hpux", "PPC", "powerpc"};

	for (size_t i = 0; i < countof(names); i++)
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return true;
	return false;
}

/* What does not begin with a quote or bracket, or a name that may become one, is no header. */
static bool
may_be_header(const char *text)
{
	while (*text == ' ' || *text == BORDER)
		text++;
	return *text == '"' || *text == '<' || (scan_is_word((unsigned char)*text) && !macros_is_digit(*text));
}

/* All that text can become.  The names that are no macros are painted in the results. */
static bool
expand(struct expander *x, const char *text, struct textset *out, int depth)
{
	const struct macro_def *defs;
	struct textset texts = {0};
	const char *t, *name;
	bool ok = true, left_alone;
	size_t n;

	if (depth > MAX_DEPTH)
		return give_up(x, "is made by too many macros");
	textset_add(&texts, xstrdup(text));
	for (size_t i = 0; i < texts.items.n && ok; i++) {
		t = texts.items.v[i];
		if (depth == 0 && !may_be_header(t))
			continue;
		name = macros_next_name(t, &n);
		if (name == NULL) {
			textset_add(out, xstrdup(t));
			continue;
		}
		if (strlen(t) > MAX_LENGTH || x->left-- == 0) {
			ok = give_up(x, "can mean too many things");
			break;
		}
		defs = macros_find(x->m, name, n);
		if (defs == NULL && depth == 0 && name == t + strspn(t, " \002"))
			continue;
		if (defs == NULL && is_builtin(name, n) && !(n == 11 && memcmp(name, "__VA_ARGS__", n) == 0)) {
			free(x->why);
			x->why = xasprintf("depends on %.*s", (int)n, name);
			ok = false;
			break;
		}
		if (defs == NULL) {
			textset_add(&texts, painted(t, name));
			if (is_old_builtin(name, n))
				textset_add(&texts, xasprintf("%.*s1%s", (int)(name - t), t, name + n));
			continue;
		}
		ok = apply(x, t, name, n, defs, &texts, &left_alone, depth);
		t = texts.items.v[i];
		if (left_alone)
			textset_add(&texts, painted(t, name));
	}
	textset_free(&texts);
	return ok;
}

/* The header name that a text begins with. */
static void
add_header(const char *text, struct strv *out)
{
	struct buf b = BUF_INIT;
	const char *end;

	add_plain(&b, text);
	text = b.p != NULL ? b.p + strspn(b.p, " ") : "";
	if (*text == '"' || *text == '<') {
		end = strchr(text + 1, *text == '"' ? '"' : '>');
		if (end != NULL && end > text + 1) {
			char *header = xstrndup(text, (size_t)(end + 1 - text));

			if (!strv_has(out, header))
				strv_push(out, header);
			free(header);
		}
	}
	buf_free(&b);
}

bool
macros_headers(struct macros *m, const char *operand, struct strv *out, char **why)
{
	struct expander x = {m, MAX_TEXTS, NULL};
	struct textset texts = {0};
	bool ok;

	ok = expand(&x, operand, &texts, 0);
	for (size_t i = 0; ok && i < texts.items.n; i++)
		add_header(texts.items.v[i], out);
	textset_free(&texts);
	*why = x.why;
	return ok;
}
