/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/util.h"
#include "compiler/args_word.h"
#include "compiler/ask.h"

/* Raise it when the text below changes its meaning: old and new programs must not agree by accident. */
#define TEXT_VERSION 2

/* Has something of much that depends on defaults: relocations, frame, tables, alignment, debug information. */
static const char canary[] =
	"struct s { int a; double b; char c[13]; } t[3];\n"
	"extern int g(struct s *, ...);\n"
	"static int h(int n) { return n < 2 ? n : h(n - 1) * n; }\n"
	"int f(int n, double d, char *p) { char local[64]; for (int i = 0; i < n; i++) t[i % 3].b += d * p[i];\n"
	"switch (n) { case 1: return g(t); case 2: return h(n); case 3: return g(t, local); case 4: return 7; case 5: return n * n; }\n"
	"return g(&t[1], d, local, \"text\"); }\n";

/* What is being put together. */
struct inquiry {
	struct identity *id;
	const char *path;	/* real name of the driver */
	struct buf text;	/* whose digest is the identity */
	char *why;
	bool bare;		/* clang: takes no_config */
};

/*
 * clang's option to do without its configuration files: these are inputs of each job, not a part of the toolchain.
 */
static const char no_config[] = "--no-default-config";

static bool
fail(struct inquiry *q, char *why)
{
	free(q->why);
	q->why = why;
	return false;
}

/* One of the questions had no answer: *why goes on from the compiler's name. */
static bool
fail_asked(struct inquiry *q, const char *words, const struct ask *answer)
{
	q->id->passing |= answer->passing;
	return fail(q, xasprintf("%s %s %s", q->path, words, answer->why));
}

/* The compiler's own answer to the words (NULL-terminated), in q's name. */
static bool
ask(struct inquiry *q, const char *a, const char *b, const char *c, struct ask *answer)
{
	const char *argv[] = {q->path, a, b, c, NULL};

	if (ask_run(q->path, argv, NULL, answer))
		return true;
	return fail_asked(q, a, answer);
}

/* The rest of the line of text that begins with label; NULL without one.  The caller frees. */
static char *
line_of(const struct buf *text, const char *label)
{
	const char *p = text->n > 0 ? text->p : "";

	while (p != NULL && !starts_with(p, label)) {
		p = strchr(p, '\n');
		if (p != NULL)
			p++;
	}
	return p == NULL ? NULL : xstrndup(p + strlen(label), strcspn(p + strlen(label), "\n"));
}

static char *
first_line(const struct buf *text)
{
	return line_of(text, "");
}

/* One line "label value" of the identity; a missing value fails. */
static bool
add(struct inquiry *q, const char *label, char *value)
{
	if (value == NULL)
		return fail(q, xasprintf("%s does not tell its %s", q->path, label));
	buf_addf(&q->text, "%s %s\n", label, value);
	free(value);
	return true;
}

static void
add_digest(struct inquiry *q, const char *label, const void *p, size_t n)
{
	char hex[DIGEST_HEX_LEN + 1];
	struct digest d;

	digest_mem(&d, p, n);
	digest_hex(&d, hex);
	buf_addf(&q->text, "%s %s\n", label, hex);
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The object that the canary becomes, byte for byte. */
static bool
add_canary(struct inquiry *q)
{
	struct buf object = BUF_INIT;
	char *why = NULL;
	bool passing;

	if (!ask_object(q->path, q->bare ? no_config : NULL, canary, &object, &why, &passing)) {
		q->id->passing |= passing;
		fail(q, xasprintf("%s compiles nothing: %s", q->path, why));
		free(why);
		return false;
	}
	add_digest(q, "object", object.p, object.n);
	buf_free(&object);
	return true;
}

/* Every directory that the compiler would search, if it existed: gcc names those that do not as well. */
static void
add_search_list(struct inquiry *q, const char *label, const struct buf *text)
{
	struct strv dirs = STRV_INIT;

	ask_search_dirs(text->n > 0 ? text->p : "", &dirs);
	if (dirs.n > 0)
		qsort(dirs.v, dirs.n, sizeof(char *), compare_words);
	for (size_t i = 0; i < dirs.n; i++)
		if (i == 0 || !streq(dirs.v[i], dirs.v[i - 1]))
			buf_addf(&q->text, "%s %s\n", label, dirs.v[i]);
	strv_free(&dirs);
}

/* What -v says of a gcc, but for what depends on the machine's directories. */
static bool
add_gcc_version(struct inquiry *q, const struct buf *v)
{
	char *rules = line_of(v, "Reading specs from "), *target = line_of(v, "Target: ");

	if (rules != NULL) {
		fail(q, xasprintf("%s takes its rules from the file %s", q->path, rules));
		free(rules);
		free(target);
		return false;
	}
	q->id->summary = line_of(v, "gcc version ");
	if (q->id->summary != NULL && target != NULL) {
		char *version = q->id->summary;

		version[strlen(version) - (ends_with(version, " ") ? 1 : 0)] = '\0';
		q->id->summary = xasprintf("gcc version %s, %s", version, target);
		free(version);
	}
	return add(q, "target", target) && add(q, "configured", line_of(v, "Configured with: ")) &&
		add(q, "version", line_of(v, "gcc version "));
}

static bool
add_gcc_search_lists(struct inquiry *q)
{
	static const char *const languages[] = {"c", "c++"};
	bool ok = true;

	for (size_t i = 0; ok && i < countof(languages); i++) {
		const char *argv[] = {q->path, "-E", "-v", "-x", languages[i], "-", NULL};
		struct ask answer;

		/* without a cc1plus there is no list for C++ */
		if (ask_run(q->path, argv, "", &answer)) {
			if (i == 0)
				ok = add_gcc_version(q, &answer.err);
			add_search_list(q, languages[i], &answer.err);
		} else if (!fail_asked(q, "-E", &answer) && i == 0) {
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
	bool ok = ask(q, "-dumpspecs", NULL, NULL, &answer);

	if (ok)
		add_digest(q, "specs", answer.out.p, answer.out.n);
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

	if (ask(q, option, NULL, NULL, &answer))
		found = first_line(&answer.out);
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
		return fail(q, xasprintf("%s has no assembler", q->path));
	ok = ask_run(as, argv, NULL, &answer);
	if (ok)
		version = first_line(&answer.out);
	else
		fail(q, xasprintf("%s %s", as, answer.why));
	q->id->passing |= answer.passing;
	ask_free(&answer);
	if (version != NULL) {
		summary = xasprintf("%s, %s", q->id->summary, version);
		free(q->id->summary);
		q->id->summary = summary;
	}
	ok = ok && add(q, "assembler", version);
	strv_push_own(&q->id->parts, as);
	return ok;
}

static bool
inquire_gcc(struct inquiry *q)
{
	static const char *const compilers[] = {"cc1", "cc1plus"};

	buf_addf(&q->text, "language %s\n", args_is_cxx_driver(q->path) ? "c++" : "c");
	if (!add_gcc_search_lists(q) || !add_specs(q))
		return false;
	for (size_t i = 0; i < countof(compilers); i++) {
		bool bare;
		char *found = find_program(q, compilers[i], &bare);

		if (found != NULL && !bare) {
			buf_addf(&q->text, "part %s\n", found);
			strv_push(&q->id->parts, found);
		}
		free(found);
	}
	return add_assembler(q) && add_canary(q);
}

static bool
add_clang_version(struct inquiry *q, const struct buf *text)
{
	char *version = first_line(text), *target = line_of(text, "Target: "), *config = line_of(text, "Configuration file: ");

	if (version == NULL || strstr(version, "clang version") == NULL || target == NULL) {
		free(version);
		free(target);
		free(config);
		return fail(q, xasprintf("%s is no clang", q->path));
	}
	q->id->summary = xasprintf("%s, %s", version, target);
	add(q, "version", version);
	add(q, "target", target);
	/* of an old clang that cannot do without */
	if (config != NULL) {
		fail(q, xasprintf("%s takes options from the file %s", q->path, config));
		free(config);
		return false;
	}
	return true;
}

static bool
inquire_clang(struct inquiry *q)
{
	const char *argv[] = {q->path, no_config, "--version", NULL};
	struct ask answer;
	bool ok;

	q->bare = ask_run(q->path, argv, NULL, &answer);
	ok = q->bare;
	if (!ok) {
		/* clang 15 and before: there the names of real compilers have no configuration */
		ask_free(&answer);
		ok = ask(q, "--version", NULL, NULL, &answer);
	}
	ok = ok && add_clang_version(q, &answer.out);
	ask_free(&answer);
	if (!ok)
		return false;
	ok = ask(q, "-print-resource-dir", q->bare ? no_config : NULL, NULL, &answer) && add(q, "resources", first_line(&answer.out));
	ask_free(&answer);
	return ok && add_canary(q);
}

/* Scripts in a compiler's place do what they like. */
static bool
is_elf(const char *path)
{
	char magic[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool elf = fd != -1 && read(fd, magic, sizeof(magic)) == sizeof(magic) && memcmp(magic, "\177ELF", sizeof(magic)) == 0;

	if (fd != -1)
		close(fd);
	return elf;
}

static bool
inquire(struct inquiry *q)
{
	if (!is_elf(q->path))
		return fail(q, xasprintf("%s is no program that we know", q->path));
	buf_addf(&q->text, "distcc toolchain %d\n", TEXT_VERSION);
	buf_addf(&q->text, "driver %s\n", q->path);
	strv_push(&q->id->parts, q->path);
	switch (q->id->kind) {
	case CC_GCC:
		buf_adds(&q->text, "kind gcc\n");
		return inquire_gcc(q);
	case CC_CLANG:
		buf_adds(&q->text, "kind clang\n");
		return inquire_clang(q);
	case CC_UNKNOWN:
		break;
	}
	return fail(q, xasprintf("%s is neither gcc nor clang by its name", q->path));
}

bool
identity_of(const char *path, struct identity *id, char **why)
{
	char *real = realpath(path, NULL);
	struct inquiry q = {.id = id, .path = real, .text = BUF_INIT};
	bool ok;

	*id = (struct identity){.kind = args_cc_kind(path, real)};
	if (real == NULL) {
		*why = xasprintf("%s: %s", path, strerror(errno));
		return false;
	}
	/* what could not be asked now may have an answer later, and then another identity */
	ok = inquire(&q) && !id->passing;
	if (ok)
		digest_mem(&id->digest, q.text.p, q.text.n);
	else
		*why = q.why != NULL ? xstrdup(q.why) : xasprintf("%s does not tell what it is", real);
	free(q.why);
	buf_free(&q.text);
	free(real);
	return ok;
}

void
identity_free(struct identity *id)
{
	free(id->summary);
	strv_free(&id->parts);
	*id = (struct identity){0};
}
