/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/search.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"
#include "compiler/args_word.h"

const char *const search_env_names[] = {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH", "OBJCPLUS_INCLUDE_PATH", NULL};
enum { ENV_CPATH, ENV_C, ENV_CPLUS, ENV_OBJC, ENV_OBJCPLUS };

enum action {
	QUOTE, ANGLE, SYSTEM, AFTER, EMBED,	/* a directory */
	PREFIX, WITH_PREFIX, WITH_PREFIX_BEFORE, WITH_SYSROOT,
	SYSROOT, ISYSROOT,
	FORCED, MACRO,
	QUERY,		/* only changes what the compiler does by itself */
	RULES,		/* the same, and its directories may stand anywhere among the others */
	LIST,		/* -Wp,: a list of options */
	HANDED,		/* -Xpreprocessor: one word of an option */
	CHARSET,
	STOPS,
};

/* What an option means here, by the name of its row in the table of options, or else by a prefix of the word. */
static const struct {
	const char *name;
	enum action action;
	unsigned kinds;		/* 0: any */
	const char *why;
} rows[] = {
	{"-I", ANGLE, 0, NULL},
	{"-iquote", QUOTE, 0, NULL},
	{"-isystem", SYSTEM, 0, NULL},
	{"-idirafter", AFTER, 0, NULL},
	{"--embed-dir=", EMBED, 0, NULL},
	{"-iprefix", PREFIX, 0, NULL},
	{"-iwithprefix", WITH_PREFIX, 0, NULL},
	{"-iwithprefixbefore", WITH_PREFIX_BEFORE, 0, NULL},
	{"-iwithsysroot", WITH_SYSROOT, OPT_CLANG, NULL},
	{"-c-isystem", SYSTEM, OPT_CLANG, NULL},
	{"-cxx-isystem", SYSTEM, OPT_CLANG, NULL},
	{"-stdlib++-isystem", SYSTEM, OPT_CLANG, NULL},
	{"--sysroot", SYSROOT, 0, NULL},
	{"--sysroot=", SYSROOT, 0, NULL},
	{"-isysroot", ISYSROOT, 0, NULL},
	{"-include", FORCED, 0, NULL},
	{"-imacros", FORCED, 0, NULL},
	{"-D", MACRO, 0, NULL},
	{"-Wp,", LIST, 0, NULL},
	{"-Xpreprocessor", HANDED, 0, NULL},
	{"-Xclang", HANDED, OPT_CLANG, NULL},
	{"-finput-charset=", CHARSET, 0, NULL},
	{"-B", QUERY, 0, NULL},
	{"-nostdinc", QUERY, 0, NULL},
	{"-nostdinc++", QUERY, 0, NULL},
	{"-nostdlibinc", QUERY, OPT_CLANG, NULL},
	{"-nobuiltininc", QUERY, OPT_CLANG, NULL},
	{"-ibuiltininc", QUERY, OPT_CLANG, NULL},
	{"-stdlib=", QUERY, 0, NULL},
	{"--stdlib=", QUERY, 0, NULL},
	{"--target=", QUERY, 0, NULL},
	{"-target", QUERY, 0, NULL},
	{"--gcc-toolchain=", QUERY, OPT_CLANG, NULL},
	{"-gcc-toolchain", QUERY, OPT_CLANG, NULL},
	{"--gcc-install-dir=", QUERY, OPT_CLANG, NULL},
	{"--gcc-triple=", QUERY, OPT_CLANG, NULL},
	{"--config", QUERY, OPT_CLANG, NULL},
	{"--config=", QUERY, OPT_CLANG, NULL},
	{"--no-default-config", QUERY, OPT_CLANG, NULL},
	{"-resource-dir", QUERY, OPT_CLANG, NULL},
	{"-resource-dir=", QUERY, OPT_CLANG, NULL},
	{"-canonical-prefixes", QUERY, 0, NULL},
	{"-no-canonical-prefixes", QUERY, 0, NULL},
	{"-m", QUERY, 0, NULL},
	{"-specs", RULES, 0, NULL},
	{"-specs=", RULES, 0, NULL},
	{"--specs", RULES, 0, NULL},
	{"--specs=", RULES, 0, NULL},

	{"-F", STOPS, 0, "looks for frameworks"},
	{"-iframework", STOPS, 0, "looks for frameworks"},
	{"-iframeworkwithsysroot", STOPS, 0, "looks for frameworks"},
	{"-imultilib", STOPS, 0, "is for the compiler's own use"},
	{"-imultiarch", STOPS, 0, "is for the compiler's own use"},
	{"-isystem-after", STOPS, 0, "puts a directory where we cannot tell"},
	{"-ivfsoverlay", STOPS, 0, "reads a map of files"},
	{"-working-directory", STOPS, 0, "changes the directory"},
	{"-working-directory=", STOPS, 0, "changes the directory"},
	{"-remap", STOPS, 0, "reads maps of file names"},
	{"--config-", STOPS, 0, "reads options from a file"},
	{"-wrapper", STOPS, 0, "runs another program"},
	{"-include-pch", STOPS, 0, "reads a precompiled header"},
	{"-fplugin", STOPS, 0, "loads code into the compiler"},
	{"-fpass-plugin=", STOPS, 0, "loads code into the compiler"},
	{"-fmodule", STOPS, 0, "is about modules"},
	{"-fcxx-modules", STOPS, 0, "is about modules"},
	{"-fsystem-module", STOPS, 0, "is about modules"},
	{"-fimplicit-module", STOPS, 0, "is about modules"},
	{"-fprebuilt-", STOPS, 0, "is about modules"},
	{"-fapinotes", STOPS, 0, "reads notes beside the headers"},
	{"-iapinotes-modules", STOPS, 0, "reads notes beside the headers"},
	{"-fsearch-include-path", STOPS, 0, "looks for the source elsewhere"},
	{"-filelist", STOPS, 0, "reads a list from a file"},
	{"-fms-compatibility", STOPS, OPT_CLANG, "looks for headers beside all files that include one"},
	{"-traditional", STOPS, 0, "preprocesses in the old way"},
};

struct builder {
	struct search *s;
	unsigned kinds;
	enum lang lang;
	const char *prefix;	/* -iprefix */
	const char *sysroot, *isysroot;
};

static bool
stop(struct builder *b, const char *word, const char *why)
{
	if (b->s->why == NULL)
		b->s->why = xasprintf("%s %s", word, why);
	return false;
}

/* A directory of -I and its like: "=" and "$SYSROOT" stand for the sysroot, which may come later. */
static void
add_dir(struct strv *list, const char *dir)
{
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	strv_push_own(list, n == 0 ? xstrdup(".") : xstrndup(dir, n));
}

static void
add_path_list(struct strv *list, const char *value)
{
	const char *end;
	char *dir;

	if (value == NULL || *value == '\0')
		return;
	for (;; value = end + 1) {
		end = strchrnul(value, ':');
		dir = xstrndup(value, (size_t)(end - value));
		add_dir(list, dir);
		free(dir);
		if (*end == '\0')
			return;
	}
}

static bool take_words(struct builder *b, char *const *argv);

/* -Wp,a,b: the words go to the preprocessor, at a place among the others that depends on the compiler. */
static bool
take_list(struct builder *b, const char *list, const char *word)
{
	struct strv words = STRV_INIT;
	char *copy, *rest, *w;
	bool ok;

	if (list == NULL)
		return true;
	copy = xstrdup(list);
	rest = copy;
	strv_push(&words, "");
	while ((w = strsep(&rest, ",")) != NULL)
		strv_push(&words, w);
	b->s->unordered = true;
	ok = take_words(b, words.v) || stop(b, word, "hands the preprocessor what we do not understand");
	strv_free(&words);
	free(copy);
	return ok;
}

static bool
take_charset(struct builder *b, const char *word, const char *name)
{
	static const char *const fine[] = {"utf-8", "utf8", "ascii", "us-ascii", "iso-8859", "iso8859", "latin", "cp125", "koi8"};

	for (size_t i = 0; i < countof(fine) && name != NULL; i++)
		if (strncasecmp(name, fine[i], strlen(fine[i])) == 0)
			return true;
	return stop(b, word, "names an encoding in which we cannot read the source");
}

static bool
take_query(struct builder *b, const struct args_word *w)
{
	strv_push(&b->s->query, w->word);
	if (w->n == 2)
		strv_push(&b->s->query, w->arg);
	return true;
}

static bool
is_for_language(const char *option, enum lang lang)
{
	bool cxx = lang == LANG_CXX || lang == LANG_OBJCXX;

	return !((streq(option, "-c-isystem") && cxx) || (streq(option, "-cxx-isystem") && !cxx) || (streq(option, "-stdlib++-isystem") && !cxx));
}

static bool
take_angle(struct builder *b, const char *dir)
{
	struct search *s = b->s;

	if (!streq(dir, "-")) {
		add_dir(&s->angle, dir);
		return true;
	}
	/* -I-: those before it are for "x" only */
	for (size_t i = 0; i < s->angle.n; i++)
		strv_push(&s->quote, s->angle.v[i]);
	strv_free(&s->angle);
	s->not_beside = true;
	return true;
}

static bool
act(struct builder *b, enum action action, const struct args_word *w, const char *why)
{
	struct search *s = b->s;
	char *dir;

	if (w->missing)
		return true;	/* the compiler will say so */
	switch (action) {
	case QUOTE:
		add_dir(&s->quote, w->arg);
		return true;
	case ANGLE:
		return take_angle(b, w->arg);
	case SYSTEM:
		add_dir(&s->system, w->arg);
		return true;
	case AFTER:
		add_dir(&s->after, w->arg);
		return true;
	case EMBED:
		add_dir(&s->embed, w->arg);
		return true;
	case PREFIX:
		b->prefix = w->arg;
		return true;
	case WITH_PREFIX:
	case WITH_PREFIX_BEFORE:
		if (b->prefix == NULL)
			return stop(b, w->word, "goes with a directory that only the compiler knows");
		/* gcc's driver puts -I before it, wherever it stood */
		s->unordered = true;
		dir = xasprintf("%s%s", b->prefix, w->arg);
		add_dir(action == WITH_PREFIX ? &s->after : &s->angle, dir);
		free(dir);
		return true;
	case WITH_SYSROOT:
		dir = xasprintf("=%s", w->arg);
		add_dir(&s->system, w->arg[0] == '/' ? dir : w->arg);
		free(dir);
		return true;
	case SYSROOT:
		b->sysroot = w->arg;
		return take_query(b, w);
	case ISYSROOT:
		b->isysroot = w->arg;
		return take_query(b, w);
	case FORCED:
		strv_push(&s->forced, w->arg);
		return true;
	case MACRO:
		strv_push(&s->macros, w->arg);
		return true;
	case RULES:
		s->unordered = s->rules = true;
		return take_query(b, w);
	case QUERY:
		return take_query(b, w);
	case LIST:
		return take_list(b, w->arg, w->word);
	case HANDED:
		return take_list(b, w->arg, w->word);
	case CHARSET:
		return take_charset(b, w->word, w->arg);
	case STOPS:
		break;
	}
	return stop(b, w->word, why);
}

static bool
take_option(struct builder *b, struct args_word *w, enum lang lang)
{
	if (w->opt == NULL)
		return true;
	if (starts_with(w->opt->name, "-m") && starts_with(w->word, "-m"))
		return take_query(b, w);
	for (size_t i = 0; i < countof(rows); i++)
		if (streq(w->opt->name, rows[i].name) && (rows[i].kinds == 0 || (rows[i].kinds & b->kinds) != 0))
			return !is_for_language(w->opt->name, lang) || act(b, rows[i].action, w, rows[i].why);
	return true;
}

static bool
take_words(struct builder *b, char *const *argv)
{
	bool only_inputs = false;
	struct args_word w;

	for (size_t i = 1; argv[i] != NULL; i += w.n) {
		args_word_at(argv, i, b->kinds, only_inputs, &w);
		if (w.type == WORD_INPUT)
			continue;
		if (w.opt != NULL && w.opt->id == OPT_ID_DASHDASH)
			only_inputs = true;
		else if (!take_option(b, &w, b->lang))
			return false;
	}
	return true;
}

/* "=dir", "$SYSROOT/dir" */
static bool
resolve_sysroot(struct builder *b, struct strv *list)
{
	const char *root = b->isysroot != NULL ? b->isysroot : b->sysroot, *rest;
	char *dir;

	for (size_t i = 0; i < list->n; i++) {
		if (list->v[i][0] == '=')
			rest = list->v[i] + 1;
		else if (starts_with(list->v[i], "$SYSROOT"))
			rest = list->v[i] + strlen("$SYSROOT");
		else
			continue;
		if (root == NULL && (b->kinds & OPT_GCC) != 0)
			return stop(b, list->v[i], "is relative to a directory that only the compiler knows");
		dir = xasprintf("%s%s", root != NULL ? root : "", rest);
		strv_replace(list, i, dir);
		free(dir);
	}
	return true;
}

static const char *
language(enum lang lang)
{
	switch (lang) {
	case LANG_CXX:
	case LANG_CXX_PP:
		return "c++";
	case LANG_OBJC:
	case LANG_OBJC_PP:
		return "objective-c";
	case LANG_OBJCXX:
	case LANG_OBJCXX_PP:
		return "objective-c++";
	case LANG_ASM_CPP:
		return "assembler-with-cpp";
	default:
		return "c";
	}
}

static const char *
env_of_language(const char *const *env, enum lang lang)
{
	switch (lang) {
	case LANG_CXX:
		return env[ENV_CPLUS];
	case LANG_OBJC:
		return env[ENV_OBJC];
	case LANG_OBJCXX:
		return env[ENV_OBJCPLUS];
	default:
		return env[ENV_C];
	}
}

bool
search_from_args(struct search *s, const struct args *a, const char *const *env)
{
	struct builder b = {.s = s, .kinds = args_kinds(a->kind), .lang = a->lang};

	*s = (struct search){.x = language(a->lang)};
	if (!take_words(&b, a->argv.v))
		return false;
	if (env != NULL) {
		add_path_list(&s->angle, env[ENV_CPATH]);
		add_path_list(&s->system, env_of_language(env, a->lang));
		for (size_t i = 0; a->kind == CC_CLANG && search_env_names[i] != NULL; i++)
			add_path_list(&s->variables, env[i]);
	}
	return resolve_sysroot(&b, &s->quote) && resolve_sysroot(&b, &s->angle) && resolve_sysroot(&b, &s->system) &&
		resolve_sysroot(&b, &s->after);
}

void
search_free(struct search *s)
{
	strv_free(&s->quote);
	strv_free(&s->angle);
	strv_free(&s->system);
	strv_free(&s->after);
	strv_free(&s->embed);
	strv_free(&s->variables);
	strv_free(&s->forced);
	strv_free(&s->macros);
	strv_free(&s->query);
	free(s->why);
	*s = (struct search){0};
}

bool
search_defines(const struct search *s, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < s->macros.n; i++)
		if (starts_with(s->macros.v[i], name) && (s->macros.v[i][n] == '=' || s->macros.v[i][n] == '\0'))
			return true;
	return false;
}
