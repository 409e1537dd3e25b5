/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "compiler/args.h"
#include "compiler/args_judge.h"
#include "compiler/args_word.h"

static void
scan_debug(struct args *a, const char *g)
{
	size_t n = strlen(g);

	/* some of clang's ask for debug information as well: -gno-inline-line-tables */
	if ((a->kind == CC_GCC && starts_with(g, "-gno-")) || starts_with(g, "-gz") || starts_with(g, "-grecord-"))
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
		judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, w->word, "goes with -M or -MM only");
		break;
	}
	if (s->deps_word == NULL)
		s->deps_word = w->word;
}

static void
scan_for_assembler(struct scan *s, const struct args_word *w)
{
	switch (w->arg == NULL ? OPT_ASSEMBLER_HERE : opt_assembler(w->arg)) {
	case OPT_ASSEMBLER_ANYWHERE:
		break;
	case OPT_ASSEMBLER_DEBUG:
		s->assembler_debug = w->word;
		break;
	case OPT_ASSEMBLER_HERE:
		judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, w->word, "tells the assembler what may need files or print");
		break;
	}
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
		judge_stays(s, BOTH, RANK_PREPROCESS, ARGS_PREPROCESS, w->word, NULL);
		break;
	case OPT_ID_O:
		if (a->output_given)
			judge_stays(s, BOTH, RANK_OPTION, ARGS_TWO_OUTPUTS, w->arg, NULL);
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
			judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, w->word, "hands an option to the preprocessor alone");
		break;
	case OPT_ID_WA:
		scan_for_assembler(s, w);
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
	case OPT_ID_COMMENTS:
		a->comments = true;
		break;
	case OPT_ID_NO_INDENT:
	case OPT_ID_NO_WARNINGS:
		s->indent_off = true;
		break;
	case OPT_ID_NATIVE:
		a->native = w->word;
		if (s->kinds != OPT_GCC && s->kinds != OPT_CLANG)
			judge_stays(s, REPLICA, RANK_OPTION, ARGS_OPTION, w->word, w->opt->why);
		break;
	case OPT_ID_LLVM:
		if (w->arg == NULL || !opt_llvm_travels(w->arg))
			judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, w->arg != NULL ? w->arg : w->word, "may read a file, or print what differs each time");
		break;
	case OPT_ID_XCLANG:
		if (w->arg == NULL || !opt_cc1_travels(w->arg))
			judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, w->word, w->opt->why);
		break;
	case OPT_ID_PREFIXES:
		a->prefixes = w->word;
		break;
	case OPT_ID_NONE:
	case OPT_ID_COMP_DIR:
	case OPT_ID_TARGET:
	case OPT_ID_LAST:
		break;
	}
}

static void
scan_option(struct scan *s, const struct args_word *w)
{
	const struct opt *o = w->opt;

	if (w->missing) {
		judge_stays(s, BOTH, RANK_OPTION, ARGS_MISSING_ARGUMENT, w->word, NULL);
		return;
	}
	if ((o->flags & OPT_QUERY) != 0)
		judge_stays(s, BOTH, RANK_QUERY, ARGS_QUERY, w->word, NULL);
	if ((o->flags & OPT_LOCAL) != 0 && o->id != OPT_ID_LTO)
		judge_stays(s, (o->flags & OPT_REPLICA) != 0 ? CLASSIC : BOTH, RANK_OPTION, ARGS_OPTION, w->word, o->why);
	if ((o->flags & OPT_NOT_REPLICA) != 0)
		judge_stays(s, REPLICA, RANK_OPTION, ARGS_OPTION, w->word, o->why);
	if (opt_names_file(o, w->word))
		judge_stays(s, BOTH, RANK_OPTION, ARGS_OPTION, w->word, "may name a file of this machine");
	if ((o->flags & (OPT_CPP | OPT_LINK)) != 0 && s->cpp_word == NULL)
		s->cpp_word = w->word;
	scan_special(s, w);
}

static void
scan_input(struct scan *s, const struct args_word *w, size_t at)
{
	struct args *a = s->a;
	enum lang lang = args_source_lang(w->word, s->x, s->cxx_driver);

	if (w->word[0] == '@')
		judge_stays(s, BOTH, RANK_ATFILE, ARGS_ATFILE, w->word, NULL);
	if (lang == LANG_UNKNOWN && !streq(w->word, "-")) {
		s->other = w->word;
	} else if (a->source != NULL) {
		judge_stays(s, BOTH, RANK_INPUT, ARGS_TWO_SOURCES, w->word, NULL);
	} else {
		a->source_at = at;
		a->source = a->argv.v[at];
		a->lang = lang;
		s->source_x = s->x;
	}
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
			judge_stays(s, BOTH, RANK_OPTION, ARGS_UNKNOWN_OPTION, w.word, NULL);
			break;
		}
	}
}

void
args_scan(char *const *argv, enum cc_kind kind, const char *const *env, struct args *out)
{
	struct scan s = {.a = out, .kinds = args_kinds(kind)};
	const struct verdict *v;

	*out = (struct args){.kind = kind};
	if (argv[0] == NULL) {
		out->why = out->replica.why = ARGS_NO_SOURCE;
		return;
	}
	s.cxx_driver = args_is_cxx_driver(argv[0]);
	deps_split_wp(argv, kind, &out->argv, &s.wp);
	scan_words(&s);
	judge(&s, env);
	out->indent = kind == CC_GCC && out->indent && !s.indent_off;
	v = judge_verdict(&s, CLASSIC);
	if (v != NULL) {
		out->why = v->why;
		out->word = v->word ? xstrdup(v->word) : NULL;
		out->reason = v->reason;
	}
	v = judge_verdict(&s, REPLICA);
	if (v != NULL)
		out->replica = (struct args_verdict){v->why, v->word ? xstrdup(v->word) : NULL, v->reason};
}

void
args_insert(const struct args *a, const struct strv *words, struct args *out)
{
	struct strv argv = STRV_INIT;

	strv_push(&argv, a->argv.v[0]);
	strv_push_all(&argv, words->v);
	strv_push_all(&argv, a->argv.v + 1);
	args_scan(argv.v, a->kind, NULL, out);
	strv_free(&argv);
}

void
args_free(struct args *a)
{
	free(a->word);
	free(a->replica.word);
	free(a->output);
	free(a->dep_file);
	free(a->dep_target);
	strv_free(&a->argv);
	*a = (struct args){0};
}
