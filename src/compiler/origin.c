/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/origin.h"

#include <ctype.h>
#include <string.h>

/* A line that begins at p with its end, '# 12 "name"...'. */
static bool
is_marker(const char *p, size_t n)
{
	size_t i = 2;

	if (n < 6 || p[0] != '#' || p[1] != ' ' || !isdigit((unsigned char)p[2]))
		return false;
	while (i < n && isdigit((unsigned char)p[i]))
		i++;
	return n - i > 3 && p[i] == ' ' && p[i + 1] == '"';
}

static size_t
line_length(const char *p, size_t n)
{
	const char *eol = memchr(p, '\n', n);

	return eol != NULL ? (size_t)(eol - p) + 1 : n;
}

/* '# 1 "/directory//"' */
static bool
is_directory(const char *p, size_t n)
{
	while (n > 0 && isspace((unsigned char)p[n - 1]))
		n--;
	return is_marker(p, n) && memcmp(p + n - 3, "//\"", 3) == 0;
}

/* A name that needs no escapes. */
static bool
is_plain(const char *name)
{
	for (const char *p = name; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\' || iscntrl((unsigned char)*p))
			return false;
	}
	return true;
}

static void
add_directory(struct buf *b, const char *cwd)
{
	buf_addf(b, "# 1 \"%s//\"\n", cwd);
}

/* The first line tells the name; behind it belongs the directory. */
static void
complete_directory(const char *text, size_t n, size_t first, const char *cwd, size_t *at, struct buf *insert)
{
	const char *second = text + first;
	size_t len = line_length(second, n - first);

	if (is_directory(second, len))
		return;
	*at = first;
	add_directory(insert, cwd);
	/* what follows belongs to the file of the first line */
	if (!is_marker(second, len))
		buf_add(insert, text, first);
}

/* Behind blanks and comments the compiler still looks for the name; trigraphs and digraphs are left to it too. */
static bool
begins_with_code(const char *text, size_t n)
{
	size_t i = 0;

	while (i < n && isspace((unsigned char)text[i]))
		i++;
	return i < n && strchr("#/\\?%", text[i]) == NULL;
}

bool
origin_complete(const char *text, size_t n, const char *name, const char *cwd, size_t *at, struct buf *insert)
{
	size_t first = line_length(text, n);

	*at = 0;
	if (cwd != NULL && !is_plain(cwd))
		return false;
	if (is_marker(text, first)) {
		if (cwd != NULL && text[first - 1] != '\n')
			return false;
		if (cwd != NULL)
			complete_directory(text, n, first, cwd, at, insert);
		return true;
	}
	if (!begins_with_code(text, n) || !is_plain(name))
		return false;
	buf_addf(insert, "# 1 \"%s\"\n", name);
	if (cwd != NULL) {
		add_directory(insert, cwd);
		buf_addf(insert, "# 1 \"%s\"\n", name);
	}
	return true;
}
