/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cppsum.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "compiler/block.h"

/* No C or C++ compiler takes this; each names it when it says why. */
static const char trap[] = "int text_of_distcc_cpp_is_no_source__ccache_needs_run_second_cpp_true[-1];\n";

/* A line '# 12 "name" flags'. */
struct marker {
	const char *line, *name;
	size_t len, name_len;
};

struct markers {
	struct marker *v;
	size_t n, cap;
};

/* False: the line of len characters is no marker. */
static bool
parse_marker(const char *line, size_t len, struct marker *m)
{
	const char *end = line + len, *p = line + 2, *close;

	if (len < 5 || line[0] != '#' || line[1] != ' ' || !isdigit((unsigned char)line[2]))
		return false;
	while (p < end && isdigit((unsigned char)*p))
		p++;
	if (end - p < 3 || p[0] != ' ' || p[1] != '"')
		return false;
	/* a quote in the name has a backslash before it; one behind the name has none, and flags have no quotes */
	close = memrchr(p + 2, '"', (size_t)(end - (p + 2)));
	if (close == NULL)
		return false;
	*m = (struct marker){.line = line, .name = p + 2, .len = len, .name_len = (size_t)(close - (p + 2))};
	return true;
}

static void
add_marker(struct markers *l, const struct marker *m)
{
	const struct marker *last = l->n > 0 ? &l->v[l->n - 1] : NULL;

	if (last != NULL && last->name_len == m->name_len && memcmp(last->name, m->name, m->name_len) == 0)
		return;
	if (l->n == l->cap) {
		l->cap = l->cap > 0 ? 2 * l->cap : 1024;
		l->v = xrealloc(l->v, l->cap * sizeof(l->v[0]));
	}
	l->v[l->n++] = *m;
}

static void
look_for_marker(const char *line, const char *end, struct markers *l)
{
	const char *eol = memchr(line, '\n', (size_t)(end - line));
	struct marker m;

	if (parse_marker(line, (size_t)((eol != NULL ? eol : end) - line), &m))
		add_marker(l, &m);
}

/* Does "\n# " begin in the block at p? */
static bool
has_line_begin(const char *p)
{
	return block_any((block_at(p) == '\n') & (block_at(p + 1) == '#') & (block_at(p + 2) == ' '));
}

/* One line in twenty is a marker: memmem would take longer than all the rest. */
static void
find_markers(const char *text, size_t n, struct markers *l)
{
	size_t i = 0, end;

	look_for_marker(text, text + n, l);
	while (i + 3 <= n) {
		end = i + BLOCK;
		if (end + 2 <= n && !has_line_begin(text + i)) {
			i = end;
			continue;
		}
		for (; i < end && i + 3 <= n; i++) {
			if (memcmp(text + i, "\n# ", 3) == 0)
				look_for_marker(text + i + 1, text + n, l);
		}
	}
}

/* By name; of one name the first in the text first. */
static int
compare(const void *a, const void *b)
{
	const struct marker *x = a, *y = b;
	int r = memcmp(x->name, y->name, x->name_len < y->name_len ? x->name_len : y->name_len);

	if (r != 0)
		return r;
	if (x->name_len != y->name_len)
		return x->name_len < y->name_len ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static void
add_name(const char *name, size_t n, bool system, struct buf *out)
{
	buf_adds(out, "# 1 \"");
	buf_add(out, name, n);
	buf_adds(out, system ? "\" 3\n" : "\"\n");
}

static void
write_markers(struct markers *l, struct buf *out)
{
	const struct marker *m;
	bool system;

	if (l->n > 0)
		qsort(l->v, l->n, sizeof(l->v[0]), compare);
	for (size_t i = 0; i < l->n; i++) {
		m = &l->v[i];
		if (i > 0 && m[-1].name_len == m->name_len && memcmp(m[-1].name, m->name, m->name_len) == 0)
			continue;
		/* the one flag that ccache looks at: a system header */
		system = memchr(m->name + m->name_len, '3', (size_t)(m->line + m->len - (m->name + m->name_len))) != NULL;
		add_name(m->name, m->name_len, system, out);
	}
}

bool
cppsum_marker(const char *name, bool system, struct buf *out)
{
	for (const char *p = name; *p != '\0'; p++)
		if (*p == '"' || *p == '\\' || iscntrl((unsigned char)*p))
			return false;
	add_name(name, strlen(name), system, out);
	return true;
}

/* The second line, '# 1 "/cwd//"'; empty without one. */
static void
find_directory(const char *text, size_t n, const char **line, size_t *len)
{
	const char *end = text + n, *eol;
	struct marker m;

	*line = text;
	*len = 0;
	eol = memchr(text, '\n', n);
	if (eol == NULL || ++eol == end)
		return;
	*line = eol;
	eol = memchr(eol, '\n', (size_t)(end - eol));
	if (eol == NULL || !parse_marker(*line, (size_t)(eol - *line), &m))
		return;
	if (m.name_len > 2 && memcmp(m.name + m.name_len - 2, "//", 2) == 0)
		*len = (size_t)(eol - *line);
}

static void
digest_text(const char *text, size_t n, char *const *words, struct digest *out)
{
	const char *directory, *rest;
	struct digest_state state;
	size_t len;

	find_directory(text, n, &directory, &len);
	rest = directory + len;
	digest_begin(&state);
	for (size_t i = 0; words[i] != NULL; i++)
		digest_add(&state, words[i], strlen(words[i]) + 1);
	digest_add(&state, "", 1);
	digest_add(&state, text, (size_t)(directory - text));
	digest_add(&state, rest, (size_t)(text + n - rest));
	digest_end(&state, out);
}

void
cppsum_end(const struct digest *digest, struct buf *out)
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(digest, hex);
	buf_adds(out, trap);
	buf_addf(out, "%s\n", hex);
}

void
cppsum_write(const char *text, size_t n, char *const *words, struct buf *out)
{
	struct markers l = {0};
	struct digest digest;

	find_markers(text, n, &l);
	write_markers(&l, out);
	free(l.v);
	digest_text(text, n, words, &digest);
	cppsum_end(&digest, out);
}
