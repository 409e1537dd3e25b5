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

/* The line of -### that runs cc1 with these options (NULL-terminated); NULL if there is none. */
static char *
cc1_line(const char *path, const char *const *options, char **why)
{
	const char *argv[12] = {path, "-###", "-S", "-x", "c", "/dev/null", "-o", "/dev/null"};
	struct ask answer;
	char *line = NULL;
	size_t n = 8;

	for (size_t i = 0; options[i] != NULL && n < countof(argv) - 1; i++)
		argv[n++] = options[i];
	if (!ask_run(path, argv, NULL, &answer))
		*why = xasprintf("%s -### %s", path, answer.why);
	for (const char *p = answer.err.p; *why == NULL && p != NULL && line == NULL; p = strchr(p, '\n')) {
		size_t len;

		p += *p == '\n';
		len = strcspn(p, "\n");
		if (memmem(p, len, "cc1 ", 4) != NULL && *p == ' ')
			line = xstrndup(p, len);
	}
	ask_free(&answer);
	if (line == NULL && *why == NULL)
		*why = xasprintf("%s does not show how it runs cc1", path);
	return line;
}

static char *
options_for(const char *path, const char *a, const char *b, char **why)
{
	char *line = cc1_line(path, (const char *[]){a, b, NULL}, why), *options = line != NULL ? native_options(line) : NULL;

	free(line);
	if (options == NULL && *why == NULL)
		*why = xasprintf("%s does not tell what %s means", path, a);
	return options;
}

/* The directory of the compiler's own files. */
static char *
specs_path(const char *path, char **why)
{
	static const char label[] = "install: ";
	const char *argv[] = {path, "-print-search-dirs", NULL};
	char *found = NULL, *dir;
	struct ask answer;

	if (!ask_run(path, argv, NULL, &answer))
		*why = xasprintf("%s -print-search-dirs %s", path, answer.why);
	else if (answer.out.n > 0 && starts_with(answer.out.p, label)) {
		dir = xstrndup(answer.out.p + strlen(label), strcspn(answer.out.p + strlen(label), "\n"));
		found = ask_normalise(dir);
		free(dir);
		dir = found;
		found = xasprintf("%s/specs", dir);
		free(dir);
	} else {
		*why = xasprintf("%s does not tell its directory", path);
	}
	ask_free(&answer);
	return found;
}

static char *
answered_rule(const char *path, const char *arch, const char *tune, char **why)
{
	const char *argv[] = {path, "-dumpspecs", NULL};
	struct ask answer;
	char *text = NULL;

	if (!ask_run(path, argv, NULL, &answer))
		*why = xasprintf("%s -dumpspecs %s", path, answer.why);
	else if (answer.out.n > 0)
		text = native_rule(answer.out.p, arch, tune);
	ask_free(&answer);
	if (text == NULL && *why == NULL)
		*why = xasprintf("the rules of %s for this processor are of another kind", path);
	return text;
}

/* Does cc1 get the same words by the text as without? */
static bool
does_the_same(const char *path, const char *text, char **why)
{
	static const char *const options[] = {"-march=native", "-mtune=native"};
	char *prefix = xasprintf("%s/distcc-native-", tmp_dir()), *option, *plain, *ours;
	const char *name;
	int fd = tmp_create(prefix, "", &name);

	free(prefix);
	if (fd == -1 || io_write_full(fd, text, strlen(text), &IO_FOREVER) != IO_OK)
		*why = xasprintf("cannot write to %s", tmp_dir());
	option = xasprintf("-specs=%s", fd != -1 ? name : "");
	for (size_t i = 0; *why == NULL && i < countof(options); i++) {
		plain = cc1_line(path, (const char *[]){options[i], NULL}, why);
		ours = *why == NULL ? cc1_line(path, (const char *[]){options[i], option, NULL}, why) : NULL;
		if (*why == NULL && !streq(plain, ours))
			*why = xasprintf("the rules of %s for this processor cannot be rewritten", path);
		free(plain);
		free(ours);
	}
	free(option);
	if (fd != -1) {
		close(fd);
		tmp_remove(name);
	}
	return *why == NULL;
}

bool
native_rules(const char *path, struct native *n, char **why)
{
	char *arch, *tune = NULL;

	*n = (struct native){.path = NULL};
	*why = NULL;
	arch = options_for(path, "-march=native", "-mtune=generic", why);
	if (*why == NULL)
		tune = options_for(path, "-mtune=native", NULL, why);
	if (*why == NULL)
		n->text = answered_rule(path, arch, tune, why);
	if (*why == NULL)
		n->path = specs_path(path, why);
	free(arch);
	free(tune);
	return *why == NULL && does_the_same(path, n->text, why);
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
