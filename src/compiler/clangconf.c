/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/clangconf.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/util.h"
#include "compiler/args_word.h"

#define BYTES_MAX (1u << 20)
#define DEPTH_MAX 16
#define FILES_MAX 200

static bool
stop(struct clangconf *c, char *why)
{
	free(c->why);
	c->why = why;
	return false;
}

/* A logical line from *p on, which moves behind it: a backslash at the end of a line joins the next one to it. */
static void
take_line(const char **p, struct buf *line)
{
	const char *s = *p;

	buf_free(line);
	buf_adds(line, "");
	for (; *s != '\0' && *s != '\n'; s++) {
		if (*s == '\\' && s[1] == '\n') {
			s++;
		} else if (*s == '\\' && s[1] == '\r' && s[2] == '\n') {
			s += 2;
		} else {
			buf_add(line, s, 1);
			if (*s == '\\' && s[1] != '\0')
				buf_add(line, ++s, 1);
		}
	}
	*p = *s == '\n' ? s + 1 : s;
}

static void
push_word(struct strv *words, const char *word, const char *dir)
{
	static const char token[] = "<CFGDIR>";
	struct buf b = BUF_INIT;
	const char *at;

	buf_adds(&b, "");
	for (; (at = strstr(word, token)) != NULL; word = at + strlen(token)) {
		buf_add(&b, word, (size_t)(at - word));
		buf_adds(&b, dir);
	}
	buf_adds(&b, word);
	strv_push(words, b.p);
	buf_free(&b);
}

void
clangconf_split(const char *text, const char *dir, struct strv *words)
{
	struct strv found = STRV_INIT;
	struct buf line = BUF_INIT;

	while (*text != '\0') {
		if (isspace((unsigned char)*text)) {
			text++;
		} else if (*text == '#') {
			text += strcspn(text, "\n");
		} else {
			take_line(&text, &line);
			args_split(line.p, &found);
		}
	}
	for (size_t i = 0; i < found.n; i++)
		push_word(words, found.v[i], dir);
	strv_free(&found);
	buf_free(&line);
}

static bool read_file(struct clangconf *c, const char *file, int depth);

/* One word of a file in dir. */
static bool
take_word(struct clangconf *c, const char *word, const char *file, const char *dir, int depth)
{
	char *named;
	bool ok;

	if (word[0] == '@') {
		named = word[1] == '/' ? xstrdup(word + 1) : path_join(dir, word + 1);
		ok = read_file(c, named, depth + 1);
		free(named);
		return ok;
	}
	if (starts_with(word, "--config"))
		return stop(c, xasprintf("%s names another one by %s", file, word));
	/* "$" begins what is for linking only */
	if (word[0] != '$')
		strv_push(&c->words, word);
	return true;
}

static bool
read_file(struct clangconf *c, const char *file, int depth)
{
	struct strv words = STRV_INIT;
	struct buf text = BUF_INIT;
	char *dir = path_dir(file);
	bool ok = true;

	if (depth > DEPTH_MAX || c->files.n >= FILES_MAX)
		ok = stop(c, xasprintf("%s: too many files name each other", file));
	else if (buf_read_file(&text, file, BYTES_MAX) == -1)
		ok = stop(c, xasprintf("%s: %s", file, strerror(errno)));
	else if (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)
		ok = stop(c, xasprintf("%s is no text", file));
	if (ok) {
		strv_push(&c->files, file);
		clangconf_split(text.n > 0 ? text.p : "", dir, &words);
	}
	for (size_t i = 0; ok && i < words.n; i++)
		ok = take_word(c, words.v[i], file, dir, depth);
	strv_free(&words);
	buf_free(&text);
	free(dir);
	return ok;
}

bool
clangconf_read(struct clangconf *c, const struct strv *files)
{
	*c = (struct clangconf){.why = NULL};
	for (size_t i = 0; i < files->n; i++)
		if (!read_file(c, files->v[i], 0))
			return false;
	return true;
}

void
clangconf_free(struct clangconf *c)
{
	strv_free(&c->words);
	strv_free(&c->files);
	free(c->why);
	*c = (struct clangconf){.why = NULL};
}
