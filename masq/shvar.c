/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/shvar.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/util.h"

#define BLANKS " \t"

static size_t
name_length(const char *s)
{
	static const char letters[] = "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char more[] = "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	return s[0] != '\0' && strchr(letters, s[0]) != NULL ? strspn(s, more) : 0;
}

bool
shvar_name_ok(const char *name)
{
	return name[0] != '\0' && name_length(name) == strlen(name);
}

/* Copy what stands between quotes, from behind the first.  Behind the closing one, or NULL without it. */
static const char *
take_quoted(const char *p, char quote, struct buf *value)
{
	for (; *p != '\0' && *p != '\n'; p++) {
		if (*p == quote)
			return p + 1;
		if (quote == '"' && *p == '\\' && p[1] != '\0' && strchr("\"\\$`", p[1]) != NULL)
			p++;
		buf_add(value, p, 1);
	}
	return NULL;
}

/* The word at p without its quotes.  Its end, or NULL if a quote is not closed. */
static const char *
take_word(const char *p, struct buf *value)
{
	buf_adds(value, "");
	while (p != NULL && *p != '\0' && strchr(BLANKS ";\r\n", *p) == NULL) {
		if (*p == '"' || *p == '\'') {
			p = take_quoted(p + 1, *p, value);
			continue;
		}
		if (*p == '\\' && p[1] != '\0' && p[1] != '\n')
			p++;
		buf_add(value, p++, 1);
	}
	return p;
}

bool
shvar_parse(const char *line, struct shvar *v)
{
	struct buf value = BUF_INIT;
	const char *p = line + strspn(line, BLANKS), *end;

	if (starts_with(p, "export") && strspn(p + 6, BLANKS) > 0)
		p += 6 + strspn(p + 6, BLANKS);
	v->name = p;
	v->name_len = name_length(p);
	p += v->name_len;
	if (v->name_len == 0 || *p++ != '=')
		return false;
	end = take_word(p, &value);
	if (end == NULL) {
		buf_free(&value);
		return false;
	}
	v->raw_at = (size_t)(p - line);
	v->raw_len = (size_t)(end - p);
	v->value = value.p;
	return true;
}

static const char *
next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line == '\n' ? line + 1 : line;
}

/* The last assignment to name; NULL without one.  On success the caller frees v->value. */
static const char *
find_last(const char *text, const char *name, struct shvar *v)
{
	const char *found = NULL;
	struct shvar at;

	for (const char *line = text; *line != '\0'; line = next_line(line)) {
		if (!shvar_parse(line, &at))
			continue;
		if (at.name_len != strlen(name) || memcmp(at.name, name, at.name_len) != 0) {
			free(at.value);
			continue;
		}
		if (found != NULL)
			free(v->value);
		found = line;
		*v = at;
	}
	return found;
}

char *
shvar_get(const char *text, const char *name)
{
	struct shvar v;

	return find_last(text, name, &v) != NULL ? v.value : NULL;
}

char *
shvar_quote(const char *value)
{
	const char *quote = value[strcspn(value, "\"\\$`")] == '\0' ? "\"" : "'";

	return xasprintf("%s%s%s", quote, value, quote);
}

char *
shvar_set(const char *text, const char *name, const char *value)
{
	struct shvar v;
	const char *line = find_last(text, name, &v);
	size_t n = strlen(text);
	char *quoted = shvar_quote(value), *out;

	if (line != NULL) {
		out = xasprintf("%.*s%s%s", (int)(line - text + (long)v.raw_at), text, quoted, line + v.raw_at + v.raw_len);
		free(v.value);
	} else {
		out = xasprintf("%s%s%s=%s\n", text, n == 0 || text[n - 1] == '\n' ? "" : "\n", name, quoted);
	}
	free(quoted);
	return out;
}

bool
shvar_can_hold(const char *value)
{
	for (const char *p = value; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == '\177' || *p == '\'')
			return false;
	}
	return true;
}
