/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/args_judge.h"

#include "base/path.h"
#include "base/util.h"
#include "compiler/args_word.h"

const char *const args_env_names[] = {
	/* gcc and clang: one more dependency file */
	"DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES",
	/* other programs behind the compiler, other options */
	"GCC_EXEC_PREFIX", "COMPILER_PATH", "GCC_COMPARE_DEBUG", "CCC_OVERRIDE_OPTIONS", "QA_OVERRIDE_GCC3_OPTIONS", "CCC_ADD_ARGS",
	"CLANG_NO_DEFAULT_CONFIG",
	/* Gentoo's hardened gcc of old: other rules; its gcc-config exports it, empty where it means nothing */
	"GCC_SPECS",
	/* clang: reports of its own, written or printed */
	"CC_PRINT_OPTIONS", "CC_PRINT_HEADERS", "CC_LOG_DIAGNOSTICS", "CC_PRINT_PROC_STAT", "CC_PRINT_INTERNAL_STAT",
	/* Apple: the target depends on them */
	"MACOSX_DEPLOYMENT_TARGET", "IPHONEOS_DEPLOYMENT_TARGET", "TVOS_DEPLOYMENT_TARGET", "WATCHOS_DEPLOYMENT_TARGET",
	"RC_DEBUG_OPTIONS", "RC_DEBUG_PREFIX_MAP",
	NULL,
};

void
judge_stays(struct scan *s, unsigned modes, enum rank rank, enum args_why why, const char *word, const char *reason)
{
	for (size_t i = 0; i < MODES; i++)
		if ((modes & 1u << i) != 0 && s->verdict[i][rank].why == ARGS_OK)
			s->verdict[i][rank] = (struct verdict){why, word, reason};
}

static void
judge_environment(struct scan *s, const char *const *env)
{
	for (size_t i = 0; env != NULL && args_env_names[i] != NULL; i++)
		if (env[i] != NULL && (env[i][0] != '\0' || !streq(args_env_names[i], "GCC_SPECS")))
			judge_stays(s, BOTH, RANK_ENVIRONMENT, ARGS_ENVIRONMENT, args_env_names[i], NULL);
}

static void
judge_source(struct scan *s)
{
	const struct args *a = s->a;

	if (s->other != NULL)
		judge_stays(s, BOTH, RANK_INPUT, ARGS_OTHER_INPUT, s->other, NULL);
	if (a->source == NULL) {
		judge_stays(s, BOTH, RANK_INPUT, ARGS_NO_SOURCE, NULL, NULL);
		return;
	}
	if (streq(a->source, "-") || starts_with(a->source, "/dev/"))
		judge_stays(s, BOTH, RANK_INPUT, ARGS_STDIN, a->source, NULL);
	if (a->lang == LANG_ASM_CPP || a->lang == LANG_ASM)
		judge_stays(s, CLASSIC, RANK_INPUT, ARGS_LANGUAGE, a->source, NULL);
	else if (lang_preprocessed(a->lang) == a->lang && !lang_is_preprocessed(a->lang))
		judge_stays(s, BOTH, RANK_INPUT, ARGS_LANGUAGE, a->source, NULL);
	if (s->assembler_debug != NULL && a->lang != LANG_ASM && a->lang != LANG_ASM_CPP)
		judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, s->assembler_debug, "makes debug information that names a temporary file");
	if (a->source[0] == '-')
		judge_stays(s, BOTH, RANK_INPUT, ARGS_OTHER_INPUT, a->source, NULL);
	if (starts_with(path_base(a->source), "conftest.") || starts_with(path_base(a->source), "tmp.conftest."))
		judge_stays(s, BOTH, RANK_CONFTEST, ARGS_CONFTEST, a->source, NULL);
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
		judge_stays(s, CLASSIC, RANK_INPUT, ARGS_LANGUAGE, a->source, "is in Objective-C, and clang puts the name of the file it compiles into the object");
	if (!s->cxx_driver)
		return;
	if (lang_preprocessed(a->lang) == LANG_C_PP)
		judge_stays(s, CLASSIC, RANK_INPUT, ARGS_OPTION, "-x", "makes a C++ compiler take the source for C");
	plain = lang_from_name(a->source);
	if (s->kinds != OPT_GCC && s->source_x == NULL && (plain == LANG_C || plain == LANG_C_PP))
		judge_stays(s, CLASSIC, RANK_INPUT, ARGS_LANGUAGE, a->source, "is C by its name, and clang complains that it is to be C++");
}

/* Of a source that is preprocessed, the compilers make no dependencies, and clang tells which options it did not use. */
static void
judge_preprocessed(struct scan *s)
{
	if (!lang_is_preprocessed(s->a->lang))
		return;
	if (s->md != NULL || s->deps_word != NULL)
		judge_stays(s, CLASSIC, RANK_OPTION, ARGS_OPTION, s->md ? s->md : s->deps_word, "makes no dependencies of a preprocessed source");
	if (s->cpp_word != NULL && s->kinds != OPT_GCC)
		judge_stays(s, CLASSIC, RANK_OPTION, ARGS_OPTION, s->cpp_word, "is of no use with a preprocessed source, and the compiler says so");
}

static void
judge_dependencies(struct scan *s)
{
	struct args *a = s->a;

	/* the driver would name one target more, or the targets in another order */
	if (s->wp.target != NULL && (!s->wp.gcc || s->wp.driver_target != NULL))
		judge_stays(s, CLASSIC, RANK_OPTION, ARGS_OPTION, s->wp.target,
			s->wp.gcc ? "is given beside another target" : "is given without -Wp,-MD");
	if (!a->deps) {
		if (s->deps_word != NULL)
			judge_stays(s, CLASSIC, RANK_OPTION, ARGS_OPTION, s->deps_word, "is given without -MD or -MMD");
		return;
	}
	if (a->source == NULL)
		return;
	a->dep_file = deps_file_name(s->mf, a->output_given ? a->output : NULL, a->source);
	a->dep_target = a->output_given && !s->wp.gcc ? xstrdup(a->output) : path_base_with_ext(a->source, ".o");
	if (s->wp.gcc && s->wp.driver != NULL)
		judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, s->wp.driver, "is given beside -Wp,-MD");
	if (*a->dep_file == '\0')
		judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, "-MF", "names no file");
	if (streq(a->dep_file, "-"))
		judge_stays(s, BOTH, RANK_OPTION, ARGS_STDOUT, a->dep_file, NULL);
	if (starts_with(a->dep_file, "/dev/"))
		judge_stays(s, BOTH, RANK_OPTION, ARGS_OUTPUT_DEVICE, a->dep_file, NULL);
}

static void
judge_output(struct scan *s)
{
	struct args *a = s->a;

	if (a->output == NULL && a->source != NULL)
		a->output = path_base_with_ext(a->source, a->asm_out ? ".s" : ".o");
	if (a->output_given && *a->output == '\0')
		judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, "-o", "names no file");
	if (a->output_given && streq(a->output, "-"))
		judge_stays(s, BOTH, RANK_OPTION, ARGS_STDOUT, a->output, NULL);
}

void
judge(struct scan *s, const char *const *env)
{
	if (!s->compile && !s->a->asm_out)
		judge_stays(s, BOTH, RANK_NO_COMPILE, ARGS_NO_COMPILE, NULL, NULL);
	if (s->compile && s->a->asm_out)
		judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, "-S", "is given together with -c");
	if (s->lto != NULL)
		judge_stays(s, CLASSIC, RANK_OPTION, ARGS_OPTION, s->lto, s->lto_reason);
	/* in an object that is a detail nobody sees, in text it is all over the place */
	if (s->a->asm_out && s->a->debug)
		judge_stays(s, CLASSIC, RANK_OPTION, ARGS_OPTION, "-S", "with -g writes debug information in an order of its own");
	if (s->sanitize != NULL && s->kinds != OPT_GCC)
		judge_stays(s, CLASSIC, RANK_OPTION, ARGS_OPTION, s->sanitize, "puts columns of the source into the object, and preprocessed text has others");
	judge_environment(s, env);
	judge_output(s);
	judge_source(s);
	judge_driver(s);
	judge_preprocessed(s);
	judge_dependencies(s);
}

const struct verdict *
judge_verdict(const struct scan *s, unsigned mode)
{
	const struct verdict *v = s->verdict[mode == CLASSIC ? 0 : 1];

	for (size_t i = 0; i < RANKS; i++)
		if (v[i].why != ARGS_OK)
			return &v[i];
	return NULL;
}
