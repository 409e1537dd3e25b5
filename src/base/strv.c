/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/strv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/util.h"

/* Room for one more string and the NULL. */
static void
grow(struct strv *a)
{
	size_t cap = a->cap < 16 ? 16 : a->cap * 2;

	if (a->n + 2 <= a->cap)
		return;
	a->v = xrealloc(a->v, cap * sizeof(a->v[0]));
	a->cap = cap;
}

void
strv_push_own(struct strv *a, char *s)
{
	grow(a);
	a->v[a->n++] = s;
	a->v[a->n] = NULL;
}

void
strv_push(struct strv *a, const char *s)
{
	strv_push_own(a, xstrdup(s));
}

void
strv_pushf(struct strv *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		log_fatalx(EXIT_OUT_OF_MEMORY, "out of memory");
	va_end(ap);
	strv_push_own(a, s);
}

void
strv_push_all(struct strv *a, char *const *v)
{
	for (; v != NULL && *v != NULL; v++)
		strv_push(a, *v);
}

void
strv_insert(struct strv *a, size_t at, const char *s)
{
	grow(a);
	if (at < a->n)
		memmove(a->v + at + 1, a->v + at, (a->n - at) * sizeof(a->v[0]));
	else
		at = a->n;
	a->v[at] = xstrdup(s);
	a->v[++a->n] = NULL;
}

void
strv_replace(struct strv *a, size_t at, const char *s)
{
	char *copy = xstrdup(s);	/* s may be the string that goes */

	free(a->v[at]);
	a->v[at] = copy;
}

void
strv_remove(struct strv *a, size_t at)
{
	free(a->v[at]);
	memmove(a->v + at, a->v + at + 1, (a->n - at) * sizeof(a->v[0]));
	a->n--;
}

bool
strv_has(const struct strv *a, const char *s)
{
	for (size_t i = 0; i < a->n; i++) {
		if (streq(a->v[i], s))
			return true;
	}
	return false;
}

static bool
is_plain_word(const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

	return *s != '\0' && s[strspn(s, plain)] == '\0';
}

static void
add_quoted(struct buf *b, const char *s)
{
	buf_adds(b, "'");
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_adds(b, "'\\''");
		else
			buf_add(b, s, 1);
	}
	buf_adds(b, "'");
}

char *
strv_join(char *const *v)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (size_t i = 0; v != NULL && v[i] != NULL; i++) {
		if (i > 0)
			buf_adds(&b, " ");
		if (is_plain_word(v[i]))
			buf_adds(&b, v[i]);
		else
			add_quoted(&b, v[i]);
	}
	return b.p;
}

void
strv_free(struct strv *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->v[i]);
	free(a->v);
	*a = (struct strv)STRV_INIT;
}
