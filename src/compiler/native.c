/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/native.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/tmp.h"
#include "base/util.h"
#include "compiler/ask.h"

static const char question[] = "%:local_cpu_detect(";

/* Words as -### prints them, in quotes where it likes to, without the quotes. */
char *
native_options(const char *line)
{
	const char *begin = strstr(line, " /dev/null "), *end;
	struct buf out = BUF_INIT;

	if (begin == NULL)
		return NULL;
	begin += strlen(" /dev/null ");
	end = strstr(begin, "-quiet");
	if (end == NULL)
		return NULL;
	buf_adds(&out, "");
	for (const char *p = begin; p < end; p++)
		if (*p != '"' && *p != '\\')
			buf_add(&out, p, 1);
	while (out.n > 0 && out.p[out.n - 1] == ' ')
		out.p[--out.n] = '\0';
	return out.p;
}

static bool
is_word(const char *p, const char *word)
{
	return starts_with(p, word) && (p[strlen(word)] == ' ' || p[strlen(word)] == ')');
}

char *
native_rule(const char *specs, const char *arch, const char *tune)
{
	static const char name[] = "*cc1_cpu:\n";
	const char *p = strstr(specs, name), *end, *next;
	struct buf out = BUF_INIT;
	bool answered = false;

	if (p == NULL)
		return NULL;
	end = strstr(p, "\n\n");
	if (end == NULL)
		return NULL;
	for (; (next = strstr(p, question)) != NULL && next < end; p = strchr(next, ')') + 1) {
		buf_add(&out, p, (size_t)(next - p));
		next += strlen(question);
		if (is_word(next, "arch"))
			buf_adds(&out, arch);
		else if (is_word(next, "tune"))
			buf_adds(&out, tune);
		else
			break;
		if (strchr(next, ')') == NULL)
			break;
		answered = true;
	}
	if (!answered || (next != NULL && next < end)) {
		buf_free(&out);
		return NULL;
	}
	buf_add(&out, p, (size_t)(end - p));
	buf_adds(&out, "\n\n");
	return out.p;
}

/* What is being found out. */
struct query {
	const char *path;	/* the compiler */
	char *why;
	bool passing;
};

/* ask_run; the first failure is the reason for all. */
static bool
ask(struct query *q, const char *const *argv, struct ask *answer)
{
	bool ok = ask_run(q->path, argv, NULL, answer);

	if (!ok && q->why == NULL)
		q->why = xasprintf("%s %s %s", q->path, argv[1], answer->why);
	q->passing |= answer->passing;
	return ok;
}

/* The line of -### that runs cc1 with these options (NULL-terminated); NULL if there is none. */
static char *
cc1_line(struct query *q, const char *const *options)
{
	const char *argv[12] = {q->path, "-###", "-S", "-x", "c", "/dev/null", "-o", "/dev/null"};
	struct ask answer;
	char *line = NULL;
	size_t n = 8;

	for (size_t i = 0; options[i] != NULL && n < countof(argv) - 1; i++)
		argv[n++] = options[i];
	ask(q, argv, &answer);
	for (const char *p = answer.err.p; q->why == NULL && p != NULL && line == NULL; p = strchr(p, '\n')) {
		size_t len;

		p += *p == '\n';
		len = strcspn(p, "\n");
		if (memmem(p, len, "cc1 ", 4) != NULL && *p == ' ')
			line = xstrndup(p, len);
	}
	ask_free(&answer);
	if (line == NULL && q->why == NULL)
		q->why = xasprintf("%s does not show how it runs cc1", q->path);
	return line;
}

static char *
options_for(struct query *q, const char *a, const char *b)
{
	char *line = cc1_line(q, (const char *[]){a, b, NULL}), *options = line != NULL ? native_options(line) : NULL;

	free(line);
	if (options == NULL && q->why == NULL)
		q->why = xasprintf("%s does not tell what %s means", q->path, a);
	return options;
}

/* The directory of the compiler's own files. */
static char *
specs_path(struct query *q)
{
	static const char label[] = "install: ";
	const char *argv[] = {q->path, "-print-search-dirs", NULL};
	char *found = NULL, *dir;
	struct ask answer;

	ask(q, argv, &answer);
	if (q->why == NULL && answer.out.n > 0 && starts_with(answer.out.p, label)) {
		dir = xstrndup(answer.out.p + strlen(label), strcspn(answer.out.p + strlen(label), "\n"));
		found = ask_normalise(dir);
		free(dir);
		dir = found;
		found = xasprintf("%s/specs", dir);
		free(dir);
	} else if (q->why == NULL) {
		q->why = xasprintf("%s does not tell its directory", q->path);
	}
	ask_free(&answer);
	return found;
}

static char *
answered_rule(struct query *q, const char *arch, const char *tune)
{
	const char *argv[] = {q->path, "-dumpspecs", NULL};
	struct ask answer;
	char *text = NULL;

	if (ask(q, argv, &answer) && answer.out.n > 0)
		text = native_rule(answer.out.p, arch, tune);
	ask_free(&answer);
	if (text == NULL && q->why == NULL)
		q->why = xasprintf("the rules of %s for this processor are of another kind", q->path);
	return text;
}

/* Does cc1 get the same words by the text as without? */
static bool
does_the_same(struct query *q, const char *text)
{
	static const char *const options[] = {"-march=native", "-mtune=native"};
	char *prefix = tmp_prefix("distcc-native-"), *option, *plain, *ours;
	const char *name;
	int fd = tmp_create(prefix, "", &name);

	free(prefix);
	if (fd == -1 || io_write_full(fd, text, strlen(text), &IO_FOREVER) != IO_OK) {
		q->passing = true;
		q->why = xasprintf("cannot write to %s", tmp_dir());
	}
	option = xasprintf("-specs=%s", fd != -1 ? name : "");
	for (size_t i = 0; q->why == NULL && i < countof(options); i++) {
		plain = cc1_line(q, (const char *[]){options[i], NULL});
		ours = q->why == NULL ? cc1_line(q, (const char *[]){options[i], option, NULL}) : NULL;
		if (q->why == NULL && !streq(plain, ours))
			q->why = xasprintf("the rules of %s for this processor cannot be rewritten", q->path);
		free(plain);
		free(ours);
	}
	free(option);
	if (fd != -1) {
		close(fd);
		tmp_remove(name);
	}
	return q->why == NULL;
}

bool
native_rules(const char *path, struct native *n, char **why)
{
	struct query q = {.path = path};
	char *arch, *tune = NULL;

	*n = (struct native){.path = NULL};
	arch = options_for(&q, "-march=native", "-mtune=generic");
	if (q.why == NULL)
		tune = options_for(&q, "-mtune=native", NULL);
	if (q.why == NULL)
		n->text = answered_rule(&q, arch, tune);
	if (q.why == NULL)
		n->path = specs_path(&q);
	free(arch);
	free(tune);
	if (q.why == NULL)
		does_the_same(&q, n->text);
	n->passing = q.passing;
	*why = q.why;
	return q.why == NULL;
}

void
native_name(const struct native *n, struct strv *words)
{
	const struct { const char *word, *option, *name; } names[] = {
		{"-march=native", "-march=", n->arch}, {"-mtune=native", "-mtune=", n->tune}, {"-mcpu=native", "-mcpu=", n->cpu},
	};

	for (size_t i = 0; i < words->n; i++)
		for (size_t k = 0; k < countof(names); k++)
			if (names[k].name != NULL && streq(words->v[i], names[k].word)) {
				char *word = xasprintf("%s%s", names[k].option, names[k].name);

				strv_replace(words, i, word);
				free(word);
				break;
			}
}

void
native_apply(const struct native *n, struct strv *argv)
{
	char *file;

	if (!n->by_words)
		return;
	native_name(n, argv);
	if (n->path != NULL) {
		file = xasprintf("@%s", n->path);
		strv_insert(argv, 1, file);
		free(file);
	}
}

void
native_free(struct native *n)
{
	free(n->path);
	free(n->text);
	free(n->arch);
	free(n->tune);
	free(n->cpu);
	*n = (struct native){.path = NULL};
}
