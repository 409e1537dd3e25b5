/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/native_clang.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "compiler/args_word.h"
#include "compiler/ask.h"

/* Options that put the words of the command into a file. */
static const char *const noting[] = {
	"-frecord-command-line", "-frecord-gcc-switches", "-grecord-command-line", "-grecord-gcc-switches", "-fembed-bitcode", "-gcodeview", "-MJ",
};

static bool
is_about_target(const struct args_word *w)
{
	return starts_with(w->word, "-m") || streq(w->word, "-target") || starts_with(w->word, "--target=");
}

const char *
native_clang_question(char *const *argv, struct strv *words, const char **word)
{
	struct args_word w;

	for (size_t i = 1; argv[i] != NULL; i += w.n) {
		args_word_at(argv, i, OPT_CLANG, false, &w);
		if (streq(w.word, "--"))
			break;
		if (w.type != WORD_OPTION || w.missing)
			continue;
		for (size_t k = 0; k < countof(noting); k++)
			if (starts_with(w.word, noting[k])) {
				*word = w.word;
				return "notes the words of the command, which are others there for this machine's processor";
			}
		for (size_t k = 0; k < w.n && is_about_target(&w); k++)
			strv_push(words, argv[i + k]);
	}
	return NULL;
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The next word of a line as -### prints it; NULL at its end.  The caller frees. */
static char *
next_word(const char **p)
{
	struct buf word = BUF_INIT;
	bool quoted = false;

	*p += strspn(*p, " ");
	if (**p == '\0' || **p == '\n')
		return NULL;
	buf_adds(&word, "");
	for (; **p != '\0' && **p != '\n' && (quoted || **p != ' '); ++*p) {
		if (**p == '"')
			quoted = !quoted;
		else if (**p == '\\' && (*p)[1] != '\0')
			buf_add(&word, ++*p, 1);
		else
			buf_add(&word, *p, 1);
	}
	return word.p;
}

static void
take_word(struct native_cc1 *out, const char *before, char *word)
{
	if (streq(before, "-target-cpu") && out->cpu == NULL)
		out->cpu = word;
	else if (streq(before, "-tune-cpu") && out->tune == NULL)
		out->tune = word;
	else if (streq(before, "-target-feature"))
		strv_push_own(&out->features, word);
	else if (streq(word, "-target-feature"))
		free(word);	/* how many there are says nothing: some options are about two */
	else
		strv_push_own(&out->others, word);
}

bool
native_cc1_read(const char *text, struct native_cc1 *out)
{
	char *word, *before;
	const char *p = text;

	*out = (struct native_cc1){.cpu = NULL};
	while (p != NULL && !(starts_with(p, " \"") && memmem(p, strcspn(p, "\n"), "\"-cc1\"", 6) != NULL)) {
		p = strchr(p, '\n');
		p += p != NULL;
	}
	if (p == NULL)
		return false;
	before = xstrdup("");
	while ((word = next_word(&p)) != NULL) {
		take_word(out, before, xstrdup(word));
		free(before);
		before = word;
	}
	free(before);
	if (out->others.n > 0)
		qsort(out->others.v, out->others.n, sizeof(char *), compare_words);
	return out->cpu != NULL;
}

void
native_cc1_free(struct native_cc1 *c)
{
	free(c->cpu);
	free(c->tune);
	strv_free(&c->features);
	strv_free(&c->others);
	*c = (struct native_cc1){.cpu = NULL};
}

/* "-mavx2", "-mno-sgx".  The caller frees. */
static char *
option_of(const char *feature)
{
	return xasprintf("-m%s%s", *feature == '-' ? "no-" : "", feature + 1);
}

void
native_clang_options(const struct strv *all, const struct strv *some, const struct strv *unknown, struct strv *out)
{
	static const char *const other_way[] = {"-Xclang", "-target-feature", "-Xclang"};

	for (size_t i = 0; i < all->n; i++) {
		const char *feature = all->v[i];
		char *option = option_of(feature);

		if (!strv_has(some, feature)) {
			for (size_t k = 0; k < countof(other_way) && strv_has(unknown, option); k++)
				strv_push(out, other_way[k]);
			strv_push(out, strv_has(unknown, option) ? feature : option);
		}
		free(option);
	}
}

void
native_clang_unusable(const char *text, const struct strv *all, struct strv *out)
{
	/* clang names a feature then, and not always the one whose option was given */
	if (strstr(text, "is deprecated") != NULL)
		for (size_t i = 0; i < all->n; i++)
			strv_push_own(out, option_of(all->v[i]));
	for (const char *p = text, *end; p != NULL; p = strchr(p, '\n')) {
		p += *p == '\n';
		end = p + strcspn(p, "\n");
		p = memmem(p, (size_t)(end - p), "error: un", 9);
		if (p == NULL)
			p = end;
		p = memchr(p, '\'', (size_t)(end - p));
		if (p == NULL)
			p = end;
		else if (p++, starts_with(p, "-m"))
			strv_push_own(out, xstrndup(p, strcspn(p, "'\n")));
	}
}

/* What is being found out. */
struct query {
	const char *path;	/* the compiler */
	char *const *question;
	char *why;
	bool passing;
};

/* Run clang with these words, with and without others before them. */
static bool
ask(struct query *q, const struct strv *first, char *const *words, const char *const *last, const char *input, struct ask *answer)
{
	struct strv argv = STRV_INIT;
	bool ok;

	strv_push(&argv, q->path);
	for (size_t i = 0; first != NULL && i < first->n; i++)
		strv_push(&argv, first->v[i]);
	strv_push_all(&argv, words);
	for (size_t i = 0; last[i] != NULL; i++)
		strv_push(&argv, last[i]);
	ok = ask_run(q->path, (const char *const *)argv.v, input, answer);
	q->passing |= answer->passing;
	strv_free(&argv);
	return ok;
}

/* -### with these words: what cc1 gets. */
static bool
ask_cc1(struct query *q, const struct strv *first, char *const *words, struct native_cc1 *cc1, struct ask *answer)
{
	static const char *const last[] = {"-###", "-O2", "-S", "-x", "c", "/dev/null", "-o", "/dev/null", NULL};

	*cc1 = (struct native_cc1){.cpu = NULL};
	if (!ask(q, first, words, last, NULL, answer)) {
		q->why = xasprintf("%s does not say what this processor is: it cannot be run, or rejects the words", q->path);
		return false;
	}
	if (answer->err.n > 0 && native_cc1_read(answer->err.p, cc1))
		return true;
	q->why = xasprintf("%s does not show what this processor is", q->path);
	return false;
}

/* The question with names in the place of "native". */
static void
name_words(const struct native *n, char *const *question, struct strv *out)
{
	strv_push_all(out, question);
	native_name(n, out);
}

/* The code of something small, with all that is said of the processor in it. */
static bool
ask_code(struct query *q, const struct strv *first, char *const *words, struct ask *answer)
{
	static const char *const last[] = {"-O2", "-S", "-emit-llvm", "-x", "c", "-", "-o", "-", NULL};

	if (ask(q, first, words, last, "int f(int *a, int n) { int s = 0; while (n--) s += a[n] * 3; return s; }\n", answer) && answer->out.n > 0)
		return true;
	q->why = xasprintf("%s -emit-llvm %s", q->path, answer->why != NULL ? answer->why : "prints nothing");
	return false;
}

static bool
same_text(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* Is it the same with our words as with those of the question?  No message may be added either. */
static bool
does_the_same(struct query *q, const struct strv *options, const struct strv *named)
{
	struct ask plain, ours = {.why = NULL};
	bool ok = ask_code(q, NULL, q->question, &plain) && ask_code(q, options, named->v, &ours);

	if (ok && !(same_text(&plain.out, &ours.out) && same_text(&plain.err, &ours.err))) {
		q->why = xasprintf("%s cannot be told in other words what this processor is", q->path);
		ok = false;
	}
	ask_free(&plain);
	ask_free(&ours);
	return ok;
}

static bool
same_words(const struct strv *a, const struct strv *b)
{
	size_t i = 0;

	while (i < a->n && i < b->n && streq(a->v[i], b->v[i]))
		i++;
	return i == a->n && i == b->n;
}

/* What the processor has, as options; a second time without those that clang turns out not to know, or to warn of. */
static bool
find_options(struct query *q, const struct native_cc1 *native, const struct strv *named, struct strv *options)
{
	struct strv unknown = STRV_INIT;
	struct native_cc1 plain, ours = {.cpu = NULL};
	struct ask answer;
	bool ok = ask_cc1(q, NULL, named->v, &plain, &answer);

	ask_free(&answer);
	if (ok) {
		native_clang_options(&native->features, &plain.features, &unknown, options);
		ask_cc1(q, options, named->v, &ours, &answer);
		if (answer.err.n > 0)
			native_clang_unusable(answer.err.p, &native->features, &unknown);
		ask_free(&answer);
	}
	if (unknown.n > 0) {
		free(q->why);
		q->why = NULL;
		strv_free(options);
		native_cc1_free(&ours);
		native_clang_options(&native->features, &plain.features, &unknown, options);
		ask_cc1(q, options, named->v, &ours, &answer);
		ask_free(&answer);
	}
	if (q->why == NULL && !same_words(&native->others, &ours.others))
		q->why = xasprintf("%s does not take the features of this processor one by one", q->path);
	native_cc1_free(&plain);
	native_cc1_free(&ours);
	strv_free(&unknown);
	return q->why == NULL;
}

/* The file of options: a directory of the compiler's own, a name that nothing else has. */
static bool
make_file(struct query *q, const struct strv *options, struct native *n)
{
	struct buf text = BUF_INIT;
	struct ask answer;

	if (options->n == 0)
		return true;
	if (!ask(q, NULL, (char *const[]){NULL}, (const char *[]){"-print-resource-dir", NULL}, NULL, &answer) || answer.out.n == 0 || answer.out.p[0] != '/')
		q->why = xasprintf("%s does not tell its directory", q->path);
	else
		n->path = xasprintf("%.*s/distcc-native", (int)strcspn(answer.out.p, "\n"), answer.out.p);
	ask_free(&answer);
	for (size_t i = 0; i < options->n; i++)
		buf_addf(&text, "%s\n", options->v[i]);
	n->text = text.p;
	return q->why == NULL;
}

bool
native_clang_rules(const char *path, char *const *question, struct native *n, char **why)
{
	struct query q = {.path = path, .question = question};
	struct strv named = STRV_INIT, options = STRV_INIT;
	struct native_cc1 native;
	struct ask answer;

	*n = (struct native){.by_words = true};
	if (ask_cc1(&q, NULL, question, &native, &answer)) {
		n->arch = xstrdup(native.cpu);
		n->tune = native.tune != NULL ? xstrdup(native.tune) : NULL;
		/* x86 passes over it, and says so */
		if (strstr(answer.err.p, "unused during compilation: '-mcpu=native'") == NULL)
			n->cpu = xstrdup(native.cpu);
		name_words(n, question, &named);
		if (find_options(&q, &native, &named, &options) && does_the_same(&q, &options, &named))
			make_file(&q, &options, n);
	}
	ask_free(&answer);
	native_cc1_free(&native);
	strv_free(&named);
	strv_free(&options);
	n->passing = q.passing;
	*why = q.why;
	return q.why == NULL;
}
