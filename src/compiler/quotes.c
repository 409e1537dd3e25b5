/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/quotes.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/util.h"

/* More is no source that anyone wrote. */
#define SOURCE_MAX (64u << 20)

/* At a comment.  False if it ends behind a backslash. */
static bool
skip_comment(struct clex *s)
{
	const char *star = s->p + 1;

	do
		star = memchr(star + 1, '*', (size_t)(s->end - star - 1));
	while (star != NULL && star + 1 < s->end && star[1] != '/');
	if (star == NULL || star + 1 == s->end) {
		s->p = s->end;	/* not closed: that is an error in any case */
		return true;
	}
	s->p = star + 2;
	return star[-1] != '\\';
}

/* Does the # at hash begin a directive? */
static bool
begins_line(const struct clex *s, const char *hash)
{
	while (hash > s->begin && (hash[-1] == ' ' || hash[-1] == '\t'))
		hash--;
	return hash == s->begin || hash[-1] == '\n' || (hash - s->begin >= 2 && hash[-1] == '/' && hash[-2] == '*');
}

/* Is p in a directive?  It is read line by line even with -fdirectives-only. */
static bool
in_directive(const struct clex *s, const char *p)
{
	const char *nl = p, *hash = p;

	do
		nl = memrchr(s->begin, '\n', (size_t)(nl - s->begin));
	while (nl != NULL && clex_continues(s, nl));
	nl = nl == NULL ? s->begin : nl;
	while ((hash = memrchr(nl, '#', (size_t)(hash - nl))) != NULL)
		if (begins_line(s, hash))
			return true;
	return false;
}

/* At what may be a literal or a comment: beyond it.  False if it is open. */
static bool
skip(struct clex *s)
{
	const char *from = s->p;

	if (*from == '/') {
		if (from[1] == '*')
			return skip_comment(s);
		if (from[1] == '/' && s->lang->line_comments)
			clex_skip_line(s);
		else
			s->p++;
		return true;
	}
	if (clex_is_separator(s)) {
		s->p++;
	} else if (!clex_skip_literal(s)) {
		s->p = from + 1;	/* an apostrophe by itself: "#error don't" */
		return in_directive(s, from);
	}
	return true;
}

bool
quotes_open(const char *p, size_t n, const struct clex_lang *lang)
{
	struct clex s = {lang, p, p, p + n};

	while (clex_find(&s))
		if (!skip(&s))
			return true;
	return false;
}

/* What is the same for all files of a text. */
struct reader {
	struct clex_lang lang;
	const struct quotes_memory *memory;
	unsigned kind;
	struct buf b;	/* the last file's */
};

static bool
file_open(struct reader *r, const char *name)
{
	struct stat st;

	if (stat(name, &st) == -1 || r->memory->has(r->memory->arg, &st, r->kind))
		return false;
	r->b.n = 0;
	if (buf_read_file(&r->b, name, SOURCE_MAX) == -1)
		return false;
	if (r->b.n > 0 && quotes_open(r->b.p, r->b.n, &r->lang))
		return true;
	/* by what it was before it was read */
	r->memory->add(r->memory->arg, &st, r->kind);
	return false;
}

/* The name between the quotes of a line marker, where a backslash keeps the next character as it is. */
static char *
marker_name(const char *open, const char *shut)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (const char *p = open + 1; p < shut; p++) {
		if (*p == '\\' && p + 1 < shut)
			p++;
		buf_add(&b, p, 1);
	}
	return b.p;
}

/* A file that the marker at p ("# 1 "file" 1", up to nl) enters, if it is one to look at; first: the main file. */
static char *
entered_file(const char *p, const char *nl, bool first)
{
	const char *open = memchr(p, '"', (size_t)(nl - p)), *shut = memrchr(p, '"', (size_t)(nl - p));

	if (open == NULL || open == shut || open[1] == '<' || shut[-1] == '/')
		return NULL;
	if (memchr(shut, '3', (size_t)(nl - shut)) != NULL || (!first && memmem(shut, (size_t)(nl - shut), " 1", 2) == NULL))
		return NULL;
	return marker_name(open, shut);
}

void
quotes_add_names(struct strv *names, const char *p, size_t n, const struct cpptext_markers *markers, bool first)
{
	const char *at, *nl;
	char *name;

	for (size_t i = 0; i < markers->n; i++) {
		at = p + markers->at[i];
		nl = memchr(at, '\n', n - markers->at[i]);
		name = entered_file(at, nl != NULL ? nl : p + n, first && at == p);
		if (name != NULL && !strv_has(names, name))
			strv_push_own(names, name);
		else
			free(name);
	}
}

const char *
quotes_open_file(const struct strv *names, const struct clex_lang *lang, const struct quotes_memory *memory)
{
	struct reader r = {.lang = *lang, .memory = memory, .b = BUF_INIT};
	const char *bad = NULL;

	r.kind = (unsigned)lang->raw_strings | (unsigned)lang->separators << 1 | (unsigned)lang->line_comments << 2;
	for (size_t i = 0; i < names->n && bad == NULL; i++)
		if (file_open(&r, names->v[i]))
			bad = names->v[i];
	buf_free(&r.b);
	return bad;
}
