/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/args_deps.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "compiler/args_word.h"

/* What a word behind -Wp, takes the next one for. */
static bool
takes_file(const char *word)
{
	return streq(word, "-MD") || streq(word, "-MMD");
}

static bool
takes_target(const char *word)
{
	return streq(word, "-MT") || streq(word, "-MQ");
}

/*
 * gcc hands the words behind -Wp, to its preprocessor, whose -MD takes a file name, and the driver does
 * not name a target then: the rule is for SOURCE.o in no directory, whatever -o says, or for that of -Wp,-MT.
 */
static bool
split_for_gcc(const char *list, struct strv *out, struct deps_wp *wp)
{
	struct strv words = STRV_INIT;
	char *copy = xstrdup(list), *rest = copy, *word, *name;
	struct deps_wp then = *wp;
	bool ok = true;

	while (ok && (word = strsep(&rest, ",")) != NULL) {
		name = takes_file(word) || takes_target(word) ? strsep(&rest, ",") : NULL;
		ok = name != NULL ? *name != '\0' : streq(word, "-MP");
		strv_push(&words, word);
		if (ok && takes_file(word)) {
			ok = !then.gcc;
			then.gcc = true;
			strv_push(&words, "-MF");
		}
		if (ok && takes_target(word) && then.target == NULL)
			then.target = "-Wp,-MT";
		if (ok && name != NULL)
			strv_push(&words, name);
	}
	if (ok) {
		strv_push_all(out, words.v);
		*wp = then;
	}
	strv_free(&words);
	free(copy);
	return ok;
}

/* clang's driver itself takes exactly this form for -MD -MF FILE. */
static bool
split_for_clang(const char *list, struct strv *out)
{
	const char *comma = strchr(list, ',');

	if (comma == NULL || comma[1] == '\0' || strchr(comma + 1, ',') != NULL)
		return false;
	if (starts_with(list, "-MD,"))
		strv_push(out, "-MD");
	else if (starts_with(list, "-MMD,"))
		strv_push(out, "-MMD");
	else
		return false;
	strv_push(out, "-MF");
	strv_push(out, comma + 1);
	return true;
}

static bool
split(const char *list, enum cc_kind kind, struct strv *out, struct deps_wp *wp)
{
	switch (kind) {
	case CC_GCC:
		return split_for_gcc(list, out, wp);
	case CC_CLANG:
		return split_for_clang(list, out);
	case CC_UNKNOWN:
		break;
	}
	return false;
}

void
deps_split_wp(char *const *argv, enum cc_kind kind, struct strv *out, struct deps_wp *wp)
{
	struct args_word w;
	size_t i, k;

	*wp = (struct deps_wp){.gcc = false};
	strv_push(out, argv[0]);
	for (i = 1; argv[i] != NULL; i += w.n) {
		args_word_at(argv, i, args_kinds(kind), false, &w);
		if (w.type == WORD_OPTION && w.opt->id == OPT_ID_WP && w.arg != NULL && split(w.arg, kind, out, wp))
			continue;
		if (w.type == WORD_OPTION && (w.opt->id == OPT_ID_MD || w.opt->id == OPT_ID_MMD || w.opt->id == OPT_ID_MF))
			wp->driver = w.word;
		if (w.type == WORD_OPTION && (w.opt->id == OPT_ID_MT || w.opt->id == OPT_ID_MQ))
			wp->driver_target = w.word;
		for (k = 0; k < w.n; k++)
			strv_push(out, argv[i + k]);
	}
}

bool
deps_wp_harmless(const char *list)
{
	const char *p = list, *end;

	do {
		end = strchrnul(p, ',');
		if (!starts_with(p, "-D") && !starts_with(p, "-U") && !starts_with(p, "-I"))
			return false;
		if (end - p < 3)
			return false;
		p = end + 1;
	} while (*end != '\0');
	return true;
}

/* Only a dot in the base name counts, even one that begins it. */
char *
deps_file_name(const char *mf, const char *output, const char *source)
{
	const char *base, *dot;

	if (mf != NULL)
		return xstrdup(mf);
	if (output == NULL)
		return path_base_with_ext(source, ".d");
	base = path_base(output);
	dot = strrchr(base, '.');
	return xasprintf("%.*s.d", dot ? (int)(dot - output) : (int)strlen(output), output);
}
