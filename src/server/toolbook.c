/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/toolbook.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/util.h"
#include "server/filestamp.h"
#include "server/linefile.h"
#include "server/recent.h"

/* Raise the first number when the meaning of a line changes. */
#define HEAD "distcc toolchains 2, identities " IDENTITY_VERSION

/* Fields of a line. */
enum { KIND_OF_LINE, IDENTITY, KIND, PATH, SEARCH, SUMMARY, NAMES, IDENTITIES, FIRST_PART };
enum { NOT_PATH = 1, NOT_STAMP, NOT_WHY, NOT_SINCE };

/* What could not be found out may have been for want of space or processes: asked again after that many seconds. */
#define UNKNOWN_FOR 600

static const char *const kinds[] = {[CC_GCC] = "gcc", [CC_CLANG] = "clang"};

void
toolbook_read(struct toolbook *b, const char *path)
{
	*b = (struct toolbook){.lines = STRV_INIT};
	(void)linefile_read(path, HEAD, &b->lines);
}

int
toolbook_write(const struct toolbook *b, const char *path)
{
	return linefile_write(path, HEAD, &b->lines);
}

void
toolbook_free(struct toolbook *b)
{
	strv_free(&b->lines);
}

static bool
field_is(const char *line, unsigned n, const char *value)
{
	char *field = linefile_field(line, n);
	bool same = field != NULL && streq(field, value);

	free(field);
	return same;
}

/* One of the words of a blank-separated list. */
static bool
has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; *p != '\0'; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (n == len && strncmp(p, word, n) == 0)
			return true;
		p += n;
	}
	return false;
}

static bool
field_has(const char *line, unsigned n, const char *word)
{
	char *field = linefile_field(line, n);
	bool has = field != NULL && has_word(field, word);

	free(field);
	return has;
}

static bool
is_tool(const char *line)
{
	return starts_with(line, "tool\t");
}

static void
stamp_part(const char *path, char stamp[FILESTAMP_MAX])
{
	if (!filestamp_at(path, stamp))
		memcpy(stamp, "-", sizeof("-"));
}

/* Stamp and name in fields at and at + 1 agree with the file; *more: they were there. */
static bool
part_holds(const char *line, unsigned at, bool *more)
{
	char *stamp = linefile_field(line, at), *path = linefile_field(line, at + 1), now[FILESTAMP_MAX];
	bool holds = false;

	*more = stamp != NULL && path != NULL;
	if (*more) {
		stamp_part(path, now);
		holds = streq(now, stamp);
	}
	free(stamp);
	free(path);
	return holds;
}

/* Of a line "not". */
static bool
unknown_holds(const char *line)
{
	char *path = linefile_field(line, NOT_PATH), *stamp = linefile_field(line, NOT_STAMP), *since = linefile_field(line, NOT_SINCE);
	long long now = time(NULL), then = since != NULL ? atoll(since) : 0;
	bool holds = then <= now && now - then < UNKNOWN_FOR && path != NULL && stamp != NULL && filestamp_holds(path, stamp);

	free(path);
	free(stamp);
	free(since);
	return holds;
}

static bool
line_holds(const void *arg)
{
	const char *line = arg;
	unsigned at = FIRST_PART;
	bool more = true, holds = true;

	if (!is_tool(line))
		return unknown_holds(line);
	for (; more; at += 2) {
		holds = part_holds(line, at, &more);
		if (more && !holds)
			return false;
	}
	return at > FIRST_PART + 2;
}

bool
toolbook_entry(const struct toolbook *b, size_t i, struct toolbook_entry *e)
{
	const char *line = b->lines.v[i];
	char *hex = is_tool(line) ? linefile_field(line, IDENTITY) : NULL;
	bool ok = false;

	*e = (struct toolbook_entry){0};
	if (hex != NULL && digest_from_hex(&e->whole, hex) && recent_or_look(RECENT_COMPILER, line, line_holds, line)) {
		e->kind = field_is(line, KIND, kinds[CC_CLANG]) ? CC_CLANG : CC_GCC;
		e->path = linefile_field(line, PATH);
		e->search = linefile_field(line, SEARCH);
		e->summary = linefile_field(line, SUMMARY);
		e->names = linefile_field(line, NAMES);
		ok = true;
	}
	free(hex);
	return ok;
}

bool
toolbook_find(const struct toolbook *b, const struct digest *identity, struct toolbook_entry *e)
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(identity, hex);
	for (size_t i = 0; i < b->lines.n; i++) {
		if (is_tool(b->lines.v[i]) && field_has(b->lines.v[i], IDENTITIES, hex) && toolbook_entry(b, i, e))
			return true;
	}
	return false;
}

void
toolbook_entry_free(struct toolbook_entry *e)
{
	free(e->path);
	free(e->search);
	free(e->summary);
	free(e->names);
	*e = (struct toolbook_entry){0};
}

const char *
toolbook_line(const struct toolbook *b, const char *path)
{
	for (size_t i = 0; i < b->lines.n; i++) {
		const char *line = b->lines.v[i];

		if (field_is(line, is_tool(line) ? PATH : NOT_PATH, path))
			return line_holds(line) ? line : NULL;
	}
	return NULL;
}

bool
toolbook_keep(struct toolbook *b, const struct toolbook *old)
{
	bool lost = false;

	for (size_t i = 0; i < old->lines.n; i++) {
		if (line_holds(old->lines.v[i]))
			strv_push(&b->lines, old->lines.v[i]);
		else
			lost = true;
	}
	return lost;
}

/* A text of others as a field. */
static void
add_field(struct buf *line, const char *text)
{
	buf_adds(line, "\t");
	for (; *text != '\0'; text++)
		buf_add(line, *text == '\t' || *text == '\n' ? " " : text, 1);
}

static void
push_line(struct toolbook *b, struct buf *line)
{
	strv_push(&b->lines, line->p);
	buf_free(line);
}

/* The summary, and what it has no compiler for, as distributions have languages in packages of their own. */
static char *
describe(const struct identity *id)
{
	struct buf text = BUF_INIT;
	const char *between = " without ";

	buf_adds(&text, id->summary);
	for (size_t i = 0; i < IDENTITY_LANGS; i++) {
		if (id->speaks[i])
			continue;
		buf_addf(&text, "%s%s", between, identity_lang_name((enum identity_lang)i));
		between = ", ";
	}
	return text.p;
}

static void
add_identities(struct buf *line, const struct identity *id)
{
	const char *between = "\t";

	for (size_t i = 0; i < IDENTITY_LANGS; i++) {
		char hex[DIGEST_HEX_LEN + 1];

		if (!id->speaks[i])
			continue;
		digest_hex(&id->digest[i], hex);
		buf_addf(line, "%s%s", between, hex);
		between = " ";
	}
}

void
toolbook_add(struct toolbook *b, const char *path, const char *search, const struct identity *id)
{
	char hex[DIGEST_HEX_LEN + 1], stamp[FILESTAMP_MAX], *summary = describe(id);
	struct buf line = BUF_INIT;

	digest_hex(&id->whole, hex);
	buf_adds(&line, "tool");
	add_field(&line, hex);
	add_field(&line, kinds[id->kind]);
	add_field(&line, path);
	add_field(&line, search);
	add_field(&line, summary);
	add_field(&line, "");
	add_identities(&line, id);
	for (size_t i = 0; i < id->parts.n; i++) {
		stamp_part(id->parts.v[i], stamp);
		add_field(&line, stamp);
		add_field(&line, id->parts.v[i]);
	}
	free(summary);
	push_line(b, &line);
}

void
toolbook_add_unknown(struct toolbook *b, const char *path, const char *why)
{
	char stamp[FILESTAMP_MAX];
	struct buf line = BUF_INIT;

	if (!filestamp_at(path, stamp))
		return;
	buf_adds(&line, "not");
	add_field(&line, path);
	add_field(&line, stamp);
	add_field(&line, why);
	buf_addf(&line, "\t%lld", (long long)time(NULL));
	push_line(b, &line);
}

/* The line with one more name in its field. */
static char *
with_name(const char *line, const char *names, const char *name)
{
	const char *field = line, *rest;

	for (unsigned n = 0; n < NAMES; n++)
		field = strchr(field, '\t') + 1;
	rest = field + strlen(names);
	return xasprintf("%.*s%s%s%s%s", (int)(field - line), line, names, *names == '\0' ? "" : " ", name, rest);
}

bool
toolbook_name(struct toolbook *b, const char *path, const char *name)
{
	if (strpbrk(name, " \t\n") != NULL)
		return false;
	for (size_t i = 0; i < b->lines.n; i++) {
		char *line = b->lines.v[i], *names;
		bool new;

		if (!is_tool(line) || !field_is(line, PATH, path))
			continue;
		names = linefile_field(line, NAMES);
		new = names != NULL && !has_word(names, name);
		if (new) {
			b->lines.v[i] = with_name(line, names, name);
			free(line);
		}
		free(names);
		return new;
	}
	return false;
}

char *
toolbook_summaries(const struct toolbook *b)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < b->lines.n; i++) {
		char *summary = is_tool(b->lines.v[i]) ? linefile_field(b->lines.v[i], SUMMARY) : NULL;

		/* gcc and g++ of one version tell the same */
		if (summary != NULL && (text.p == NULL || strstr(text.p, summary) == NULL))
			buf_addf(&text, "%s%s", text.n > 0 ? "; " : "", summary);
		free(summary);
	}
	return text.p != NULL ? text.p : xstrdup("none");
}
