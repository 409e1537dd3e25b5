/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "compiler/args.h"
#include "compiler/args_deps.h"
#include "compiler/args_word.h"

const char *const args_env_names[] = {
	/* gcc and clang: one more dependency file */
	"DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES",
	/* other programs behind the compiler, other options */
	"GCC_EXEC_PREFIX", "COMPILER_PATH", "GCC_COMPARE_DEBUG", "CCC_OVERRIDE_OPTIONS", "QA_OVERRIDE_GCC3_OPTIONS", "CCC_ADD_ARGS",
	/* clang: reports of its own, written or printed */
	"CC_PRINT_OPTIONS", "CC_PRINT_HEADERS", "CC_LOG_DIAGNOSTICS", "CC_PRINT_PROC_STAT", "CC_PRINT_INTERNAL_STAT",
	/* Apple: the target depends on them */
	"MACOSX_DEPLOYMENT_TARGET", "IPHONEOS_DEPLOYMENT_TARGET", "TVOS_DEPLOYMENT_TARGET", "WATCHOS_DEPLOYMENT_TARGET",
	"RC_DEBUG_OPTIONS", "RC_DEBUG_PREFIX_MAP",
	NULL,
};

/* Why a command stays, the first of each rank counts; a lower rank goes before a higher one. */
enum rank { RANK_QUERY, RANK_ATFILE, RANK_PREPROCESS, RANK_NO_COMPILE, RANK_ENVIRONMENT, RANK_OPTION, RANK_INPUT, RANK_CONFTEST, RANKS };

struct verdict {
	enum args_why why;	/* ARGS_OK: none */
	const char *word;
	const char *reason;
};

struct scan {
	struct args *a;
	unsigned kinds;
	bool cxx_driver;
	bool only_inputs;	/* "--" came */
	bool compile;		/* -c */
	const char *x;		/* operand of the -x in force */
	const char *source_x;	/* the same when the source came */
	size_t inputs;
	const char *other;	/* an input beside the source */
	const char *cpp_word;	/* a preprocessor or linker option */
	const char *deps_word;	/* a dependency option, and not one of these: */
	const char *md;		/* the option that asks for dependencies */
	const char *sanitize;
	const char *lto;
	const char *lto_reason;
	bool indent_off;
	const char *mf;		/* what the last -MF says */
	struct deps_wp wp;
	struct verdict verdict[RANKS];
};

static void
stays(struct scan *s, enum rank rank, enum args_why why, const char *word, const char *reason)
{
	if (s->verdict[rank].why == ARGS_OK)
		s->verdict[rank] = (struct verdict){why, word, reason};
}

static void
scan_debug(struct args *a, const char *g)
{
	size_t n = strlen(g);

	if (starts_with(g, "-gno-") || starts_with(g, "-gz") || starts_with(g, "-grecord-"))
		return;
	/* -g0, -ggdb0...: none, but -gdwarf-10 would be some */
	a->debug = g[n - 1] != '0' || isdigit((unsigned char)g[n - 2]);
}

static void
scan_dependency_option(struct scan *s, const struct args_word *w)
{
	struct args *a = s->a;

	switch (w->opt->id) {
	case OPT_ID_MD:
	case OPT_ID_MMD:
		a->deps = true;
		s->md = w->word;
		return;
	case OPT_ID_MF:
		s->mf = w->arg;
		break;
	case OPT_ID_MT:
	case OPT_ID_MQ:
		a->dep_target_given = true;
		break;
	case OPT_ID_MG:
		stays(s, RANK_OPTION, ARGS_OPTION, w->word, "goes with -M or -MM only");
		break;
	}
	if (s->deps_word == NULL)
		s->deps_word = w->word;
}

/* The options that are looked at one by one; all others are what their row says. */
static void
scan_special(struct scan *s, const struct args_word *w)
{
	struct args *a = s->a;

	switch ((enum opt_id)w->opt->id) {
	case OPT_ID_C:
		s->compile = true;
		break;
	case OPT_ID_S:
		a->asm_out = true;
		break;
	case OPT_ID_E:
	case OPT_ID_M_ONLY:
		stays(s, RANK_PREPROCESS, ARGS_PREPROCESS, w->word, NULL);
		break;
	case OPT_ID_O:
		if (a->output_given)
			stays(s, RANK_OPTION, ARGS_TWO_OUTPUTS, w->arg, NULL);
		else
			a->output = xstrdup(w->arg);
		a->output_given = true;
		break;
	case OPT_ID_X:
		s->x = w->arg;
		break;
	case OPT_ID_DASHDASH:
		s->only_inputs = true;
		break;
	case OPT_ID_MD:
	case OPT_ID_MMD:
	case OPT_ID_MF:
	case OPT_ID_MT:
	case OPT_ID_MQ:
	case OPT_ID_MP:
	case OPT_ID_MG:
		scan_dependency_option(s, w);
		break;
	case OPT_ID_WP: /* deps_split_wp took the dependencies out */
	case OPT_ID_XPREPROCESSOR:
		if (w->arg == NULL || !deps_wp_harmless(w->arg))
			stays(s, RANK_OPTION, ARGS_OPTION, w->word, "hands an option to the preprocessor alone");
		break;
	case OPT_ID_WA:
		if (w->arg == NULL || !opt_assembler_harmless(w->arg))
			stays(s, RANK_OPTION, ARGS_OPTION, w->word, "tells the assembler what may need files or print");
		break;
	case OPT_ID_G:
		scan_debug(a, w->word);
		break;
	case OPT_ID_SANITIZE:
		a->sanitize = true;
		s->sanitize = w->word;
		break;
	case OPT_ID_LTO:
		s->lto = w->word;
		s->lto_reason = w->opt->why;
		break;
	case OPT_ID_NO_LTO:
		s->lto = NULL;
		break;
	case OPT_ID_INDENT:
		a->indent = true;
		break;
	case OPT_ID_NO_INDENT:
	case OPT_ID_NO_WARNINGS:
		s->indent_off = true;
		break;
	case OPT_ID_NONE:
	case OPT_ID_COMP_DIR:
	case OPT_ID_TARGET:
	case OPT_ID_NATIVE:
	case OPT_ID_LAST:
		break;
	}
}

static void
scan_option(struct scan *s, const struct args_word *w)
{
	const struct opt *o = w->opt;

	if (w->missing) {
		stays(s, RANK_OPTION, ARGS_MISSING_ARGUMENT, w->word, NULL);
		return;
	}
	if ((o->flags & OPT_QUERY) != 0)
		stays(s, RANK_QUERY, ARGS_QUERY, w->word, NULL);
	if ((o->flags & OPT_LOCAL) != 0 && o->id != OPT_ID_LTO)
		stays(s, RANK_OPTION, ARGS_OPTION, w->word, o->why);
	if (opt_names_file(o, w->word))
		stays(s, RANK_OPTION, ARGS_OPTION, w->word, "may name a file of this machine");
	if ((o->flags & (OPT_CPP | OPT_LINK)) != 0 && s->cpp_word == NULL)
		s->cpp_word = w->word;
	scan_special(s, w);
}

static void
scan_input(struct scan *s, const struct args_word *w, size_t at)
{
	struct args *a = s->a;
	enum lang lang = args_source_lang(w->word, s->x, s->cxx_driver);

	s->inputs++;
	if (w->word[0] == '@')
		stays(s, RANK_ATFILE, ARGS_ATFILE, w->word, NULL);
	if (lang == LANG_UNKNOWN && !streq(w->word, "-")) {
		s->other = w->word;
	} else if (a->source != NULL) {
		stays(s, RANK_INPUT, ARGS_TWO_SOURCES, w->word, NULL);
	} else {
		a->source_at = at;
		a->source = a->argv.v[at];
		a->lang = lang;
		s->source_x = s->x;
	}
}

static void
judge_environment(struct scan *s, const char *const *env)
{
	for (size_t i = 0; env != NULL && args_env_names[i] != NULL; i++)
		if (env[i] != NULL)
			stays(s, RANK_ENVIRONMENT, ARGS_ENVIRONMENT, args_env_names[i], NULL);
}

static void
judge_source(struct scan *s)
{
	const struct args *a = s->a;

	if (s->other != NULL)
		stays(s, RANK_INPUT, ARGS_OTHER_INPUT, s->other, NULL);
	if (a->source == NULL) {
		stays(s, RANK_INPUT, ARGS_NO_SOURCE, NULL, NULL);
		return;
	}
	if (streq(a->source, "-") || starts_with(a->source, "/dev/"))
		stays(s, RANK_INPUT, ARGS_STDIN, a->source, NULL);
	if (lang_preprocessed(a->lang) == a->lang && !lang_is_preprocessed(a->lang))
		stays(s, RANK_INPUT, ARGS_LANGUAGE, a->source, NULL);
	if (a->lang == LANG_ASM_CPP)
		stays(s, RANK_INPUT, ARGS_LANGUAGE, a->source, NULL);
	if (a->source[0] == '-')
		stays(s, RANK_INPUT, ARGS_OTHER_INPUT, a->source, NULL);
	if (starts_with(path_base(a->source), "conftest.") || starts_with(path_base(a->source), "tmp.conftest."))
		stays(s, RANK_CONFTEST, ARGS_CONFTEST, a->source, NULL);
}

/* Sources of which a driver makes something else than their extension, and the volunteer's driver would too. */
static void
judge_driver(struct scan *s)
{
	const struct args *a = s->a;
	enum lang plain;

	if (a->source == NULL)
		return;
	plain = lang_preprocessed(a->lang);
	if (s->kinds != OPT_GCC && (plain == LANG_OBJC_PP || plain == LANG_OBJCXX_PP))
		stays(s, RANK_INPUT, ARGS_LANGUAGE, a->source, "is in Objective-C, and clang puts the name of the file it compiles into the object");
	if (!s->cxx_driver)
		return;
	if (lang_preprocessed(a->lang) == LANG_C_PP)
		stays(s, RANK_INPUT, ARGS_OPTION, "-x", "makes a C++ compiler take the source for C");
	plain = lang_from_name(a->source);
	if (s->kinds != OPT_GCC && s->source_x == NULL && (plain == LANG_C || plain == LANG_C_PP))
		stays(s, RANK_INPUT, ARGS_LANGUAGE, a->source, "is C by its name, and clang complains that it is to be C++");
}

/* Of a source that is preprocessed, the compilers make no dependencies, and clang tells which options it did not use. */
static void
judge_preprocessed(struct scan *s)
{
	if (!lang_is_preprocessed(s->a->lang))
		return;
	if (s->md != NULL || s->deps_word != NULL)
		stays(s, RANK_OPTION, ARGS_OPTION, s->md ? s->md : s->deps_word, "makes no dependencies of a preprocessed source");
	if (s->cpp_word != NULL && s->kinds != OPT_GCC)
		stays(s, RANK_OPTION, ARGS_OPTION, s->cpp_word, "is of no use with a preprocessed source, and the compiler says so");
}

static void
judge_dependencies(struct scan *s)
{
	struct args *a = s->a;

	if (!a->deps) {
		if (s->deps_word != NULL)
			stays(s, RANK_OPTION, ARGS_OPTION, s->deps_word, "is given without -MD or -MMD");
		return;
	}
	if (a->source == NULL)
		return;
	a->dep_file = deps_file_name(s->mf, a->output_given ? a->output : NULL, a->source);
	a->dep_target = a->output_given && !s->wp.gcc ? xstrdup(a->output) : path_base_with_ext(a->source, ".o");
	if (s->wp.gcc && s->wp.driver != NULL)
		stays(s, RANK_OPTION, ARGS_OPTION, s->wp.driver, "is given beside -Wp,-MD");
	if (streq(a->dep_file, "-"))
		stays(s, RANK_OPTION, ARGS_STDOUT, a->dep_file, NULL);
	if (starts_with(a->dep_file, "/dev/"))
		stays(s, RANK_OPTION, ARGS_OUTPUT_DEVICE, a->dep_file, NULL);
}

static void
judge_output(struct scan *s)
{
	struct args *a = s->a;

	if (a->output == NULL && a->source != NULL)
		a->output = path_base_with_ext(a->source, a->asm_out ? ".s" : ".o");
	if (a->output_given && streq(a->output, "-"))
		stays(s, RANK_OPTION, ARGS_STDOUT, a->output, NULL);
}

static void
judge(struct scan *s, const char *const *env)
{
	if (!s->compile && !s->a->asm_out)
		stays(s, RANK_NO_COMPILE, ARGS_NO_COMPILE, NULL, NULL);
	if (s->compile && s->a->asm_out)
		stays(s, RANK_OPTION, ARGS_OPTION, "-S", "is given together with -c");
	if (s->lto != NULL)
		stays(s, RANK_OPTION, ARGS_OPTION, s->lto, s->lto_reason);
	/* in an object that is a detail nobody sees, in text it is all over the place */
	if (s->a->asm_out && s->a->debug)
		stays(s, RANK_OPTION, ARGS_OPTION, "-S", "with -g writes debug information in an order of its own");
	if (s->sanitize != NULL && s->kinds != OPT_GCC)
		stays(s, RANK_OPTION, ARGS_OPTION, s->sanitize, "puts columns of the source into the object, and preprocessed text has others");
	judge_environment(s, env);
	judge_output(s);
	judge_source(s);
	judge_driver(s);
	judge_preprocessed(s);
	judge_dependencies(s);
}

static void
scan_words(struct scan *s)
{
	struct args *a = s->a;
	struct args_word w;

	for (size_t i = 1; i < a->argv.n; i += w.n) {
		args_word_at(a->argv.v, i, s->kinds, s->only_inputs, &w);
		switch (w.type) {
		case WORD_INPUT:
			scan_input(s, &w, i);
			break;
		case WORD_OPTION:
			scan_option(s, &w);
			break;
		case WORD_UNKNOWN:
			stays(s, RANK_OPTION, ARGS_UNKNOWN_OPTION, w.word, NULL);
			break;
		}
	}
}

void
args_scan(char *const *argv, enum cc_kind kind, const char *const *env, struct args *out)
{
	struct scan s = {.a = out, .kinds = args_kinds(kind)};

	*out = (struct args){.kind = kind};
	if (argv[0] == NULL) {
		out->why = ARGS_NO_SOURCE;
		return;
	}
	s.cxx_driver = args_is_cxx_driver(argv[0]);
	deps_split_wp(argv, kind, &out->argv, &s.wp);
	scan_words(&s);
	judge(&s, env);
	out->indent = kind == CC_GCC && out->indent && !s.indent_off;
	for (size_t i = 0; i < RANKS; i++) {
		const struct verdict *v = &s.verdict[i];

		if (v->why == ARGS_OK)
			continue;
		out->why = v->why;
		out->word = v->word ? xstrdup(v->word) : NULL;
		out->reason = v->reason;
		break;
	}
}

void
args_free(struct args *a)
{
	free(a->word);
	free(a->output);
	free(a->dep_file);
	free(a->dep_target);
	strv_free(&a->argv);
	*a = (struct args){0};
}
