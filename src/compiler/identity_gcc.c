/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tells one gcc from another. */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "compiler/args_word.h"
#include "compiler/identity_inquiry.h"

/* Names of configure's options, without --enable- and the like. */
static const char *const without_effect[] = {
	"bindir", "bootstrap", "build-config", "docdir", "host-bind-now", "host-pie", "host-shared", "htmldir", "infodir", "languages", "libada",
	"libatomic", "libcc1", "libdruntime-gc", "libgomp", "libitm", "libphobos", "libphobos-druntime-only", "libquadmath", "libsanitizer", "libssp",
	"libstdcxx-pch", "libvtv", "mandir", "python-dir", "silent-rules", "systemtap", "valgrind-annotations", "werror",
};

/* One option of configure, as far as its name is concerned. */
static bool
has_effect(const char *word)
{
	static const char *const kinds[] = {"--enable-", "--disable-", "--with-", "--without-", "--"};
	size_t kind = 0, n;

	while (kind < countof(kinds) && !starts_with(word, kinds[kind]))
		kind++;
	if (kind == countof(kinds))
		return true;
	word += strlen(kinds[kind]);
	n = strcspn(word, "= ");
	for (size_t i = 0; i < countof(without_effect); i++)
		if (strlen(without_effect[i]) == n && strncmp(without_effect[i], word, n) == 0)
			return false;
	return true;
}

/* The length of the first word: blanks between single quotes belong to it. */
static size_t
word_length(const char *p)
{
	bool quoted = false;
	size_t n = 0;

	for (; p[n] != '\0' && (quoted || p[n] != ' '); n++)
		quoted ^= p[n] == '\'';
	return n;
}

char *
identity_configured(const char *line)
{
	struct buf text = BUF_INIT;

	/* the first word is configure itself, in a directory that is no more */
	for (const char *p = line + word_length(line); *p != '\0';) {
		size_t n;

		p += strspn(p, " ");
		n = word_length(p);
		if (n > 0 && has_effect(p))
			buf_addf(&text, "%s%.*s", text.n > 0 ? " " : "", (int)n, p);
		p += n;
	}
	return text.p != NULL ? text.p : xstrdup("");
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every directory that the compiler would search, if it existed: gcc names those that do not as well. */
static void
add_search_list(struct buf *out, const char *label, const struct buf *text)
{
	struct strv dirs = STRV_INIT;

	ask_search_dirs(text->n > 0 ? text->p : "", &dirs);
	if (dirs.n > 0)
		qsort(dirs.v, dirs.n, sizeof(char *), compare_words);
	for (size_t i = 0; i < dirs.n; i++)
		if (i == 0 || !streq(dirs.v[i], dirs.v[i - 1]))
			buf_addf(out, "%s %s\n", label, dirs.v[i]);
	strv_free(&dirs);
}

/* What -v says of a gcc, but for what depends on the machine's directories. */
static bool
add_gcc_version(struct inquiry *q, const struct buf *v)
{
	char *rules = inquiry_line(v, "Reading specs from "), *target, *line, *configured;

	if (rules != NULL) {
		inquiry_fail(q, xasprintf("%s takes its rules from the file %s", q->path, rules));
		free(rules);
		return false;
	}
	target = inquiry_line(v, "Target: ");
	q->id->summary = inquiry_line(v, "gcc version ");
	if (q->id->summary != NULL && target != NULL) {
		char *version = q->id->summary;

		version[strlen(version) - (ends_with(version, " ") ? 1 : 0)] = '\0';
		q->id->summary = xasprintf("gcc version %s, %s", version, target);
		free(version);
	}
	if (!inquiry_add(q, "target", target))
		return false;
	line = inquiry_line(v, "Configured with: ");
	configured = line != NULL ? identity_configured(line) : NULL;
	free(line);
	return inquiry_add(q, "configured", configured) && inquiry_add(q, "version", inquiry_line(v, "gcc version "));
}

static bool
add_gcc_search_lists(struct inquiry *q)
{
	static const struct { const char *x; enum identity_lang lang; } lists[] = {{"c", IDENTITY_C}, {"c++", IDENTITY_CXX}};
	bool ok = true;

	for (size_t i = 0; ok && i < countof(lists); i++) {
		const char *argv[] = {q->path, "-E", "-v", "-x", lists[i].x, "-", NULL};
		struct ask answer;

		/* without a cc1plus there is no list for C++ */
		if (ask_run(q->path, argv, "", &answer)) {
			if (i == 0)
				ok = add_gcc_version(q, &answer.err);
			add_search_list(&q->lists[lists[i].lang], lists[i].x, &answer.err);
		} else if (!inquiry_fail_asked(q, "-E", &answer) && i == 0) {
			ok = false;
		}
		ask_free(&answer);
	}
	return ok;
}

static bool
add_specs(struct inquiry *q)
{
	struct ask answer;
	bool ok = inquiry_ask(q, "-dumpspecs", NULL, &answer);

	if (ok)
		inquiry_add_digest(q, "specs", answer.out.p, answer.out.n);
	ask_free(&answer);
	return ok;
}

/* Where the driver finds a program of its own; NULL if it does not.  *bare: on PATH.  The caller frees. */
static char *
find_program(struct inquiry *q, const char *name, bool *bare)
{
	char *option = xasprintf("-print-prog-name=%s", name), *found = NULL, *real = NULL;
	const char *list = getenv("PATH");
	struct ask answer;

	if (inquiry_ask(q, option, NULL, &answer))
		found = inquiry_line(&answer.out, "");
	ask_free(&answer);
	free(option);
	*bare = found != NULL && strchr(found, '/') == NULL;
	if (*bare) {
		free(found);
		found = path_find(name, list != NULL ? list : "/usr/bin:/bin");
	}
	if (found != NULL)
		real = realpath(found, NULL);
	free(found);
	return real;
}

static bool
add_assembler(struct inquiry *q)
{
	char *as = find_program(q, "as", &q->id->as_on_path), *version = NULL, *summary;
	const char *argv[] = {as, "--version", NULL};
	struct ask answer;
	bool ok;

	if (as == NULL)
		return inquiry_fail(q, xasprintf("%s has no assembler", q->path));
	ok = ask_run(as, argv, NULL, &answer);
	if (ok)
		version = inquiry_line(&answer.out, "");
	else
		inquiry_fail(q, xasprintf("%s %s", as, answer.why));
	q->id->passing |= answer.passing;
	ask_free(&answer);
	if (version != NULL) {
		summary = xasprintf("%s, %s", q->id->summary, version);
		free(q->id->summary);
		q->id->summary = summary;
	}
	ok = ok && inquiry_add(q, "assembler", version);
	strv_push_own(&q->id->parts, as);
	return ok;
}

/* The compilers proper, and where those would be that are not there: beside cc1. */
static void
find_programs(struct inquiry *q)
{
	char *dir = NULL;

	for (size_t i = 0; i < IDENTITY_LANGS; i++) {
		bool bare;
		char *found = find_program(q, identity_lang_program((enum identity_lang)i), &bare);

		if (found != NULL && bare) {
			free(found);
			found = NULL;
		}
		if (found != NULL)
			strv_push(&q->id->parts, found);
		else if (dir != NULL)
			strv_push_own(&q->id->parts, path_join(dir, identity_lang_program((enum identity_lang)i)));
		if (i == IDENTITY_C && found != NULL)
			dir = path_dir(found);
		q->programs[i] = found;
	}
	free(dir);
}

bool
inquire_gcc(struct inquiry *q)
{
	buf_addf(&q->text, "language %s\n", args_is_cxx_driver(q->path) ? "c++" : "c");
	if (!add_gcc_search_lists(q) || !add_specs(q))
		return false;
	find_programs(q);
	if (q->programs[IDENTITY_C] == NULL)
		return inquiry_fail(q, xasprintf("%s has no cc1", q->path));
	for (size_t i = 0; i < IDENTITY_LANGS; i++)
		q->id->speaks[i] = q->programs[i] != NULL;
	return add_assembler(q) && inquiry_add_canary(q, NULL);
}
