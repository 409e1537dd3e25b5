/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines for tables: words are parted by one blank, and ~ is a blank inside a word. */
#ifndef TESTS_UNIT_COMPILER_WORDS_H
#define TESTS_UNIT_COMPILER_WORDS_H

#include <stdlib.h>
#include <string.h>

#include "base/strv.h"
#include "base/util.h"
#include "compiler/args.h"

static inline void
words(const char *line, struct strv *out)
{
	char *copy = xstrdup(line), *rest = copy, *w, *p;

	while ((w = strsep(&rest, " ")) != NULL) {
		for (p = w; *p != '\0'; p++)
			if (*p == '~')
				*p = ' ';
		strv_push(out, w);
	}
	free(copy);
}

/* The other way round; the caller frees. */
static inline char *
line_of(const struct strv *v)
{
	char *line = xstrdup(""), *more, *p;

	for (size_t i = 0; i < v->n; i++) {
		more = xasprintf("%s%s%s", line, i > 0 ? " " : "", v->v[i]);
		for (p = more + strlen(line) + (i > 0); *p != '\0'; p++)
			if (*p == ' ')
				*p = '~';
		free(line);
		line = more;
	}
	return line;
}

/* The kind of the compiler by the first word of the line. */
static inline void
scan_line(const char *line, struct args *a)
{
	struct strv v = STRV_INIT;

	words(line, &v);
	args_scan(v.v, args_cc_kind(v.v[0], NULL), NULL, a);
	strv_free(&v);
}

#endif
