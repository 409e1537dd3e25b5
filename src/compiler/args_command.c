/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "compiler/args.h"
#include "compiler/args_word.h"

enum cpp_mode
args_cpp_mode(const struct args *a)
{
	if (lang_is_preprocessed(a->lang))
		return CPP_NONE;
	return a->kind == CC_GCC ? CPP_DIRECTIVES : CPP_FULL;
}

static void
push_word(struct strv *out, const struct args *a, size_t at, size_t n)
{
	for (size_t i = at; i < at + n; i++)
		strv_push(out, a->argv.v[i]);
}

static bool
is_dependency_option(int id)
{
	return id == OPT_ID_MD || id == OPT_ID_MMD || id == OPT_ID_MF || id == OPT_ID_MT || id == OPT_ID_MQ || id == OPT_ID_MP;
}

/* In the place of -c or -S, so before a "--". */
static void
push_cpp_options(const struct args *a, enum cpp_mode mode, const char *dep_tmp, struct strv *out)
{
	strv_push(out, "-E");
	if (mode == CPP_DIRECTIVES)
		strv_push(out, "-fdirectives-only");
	if (dep_tmp == NULL)
		return;
	strv_push(out, "-MF");
	strv_push(out, dep_tmp);
	if (!a->dep_target_given) {
		strv_push(out, "-MQ");
		strv_push(out, a->dep_target);
	}
}

void
args_cpp_command(const struct args *a, enum cpp_mode mode, const char *dep_tmp, struct strv *out)
{
	unsigned kinds = args_kinds(a->kind);
	bool done = false, only_inputs = false;
	struct args_word w;
	int id;

	strv_push(out, a->argv.v[0]);
	for (size_t i = 1; i < a->argv.n; i += w.n) {
		args_word_at(a->argv.v, i, kinds, only_inputs, &w);
		id = w.opt ? w.opt->id : OPT_ID_NONE;
		if (id == OPT_ID_DASHDASH)
			only_inputs = true;
		if (id == OPT_ID_C || id == OPT_ID_S) {
			if (!done)
				push_cpp_options(a, mode, dep_tmp, out);
			done = true;
			continue;
		}
		if (id == OPT_ID_MF || (dep_tmp == NULL && is_dependency_option(id)))
			continue;
		if (w.opt != NULL && (w.opt->flags & OPT_NO_CPP) != 0)
			continue;
		push_word(out, a, i, w.n);
	}
}

/*
 * The name by which the volunteer's compiler, and a stock server, takes the text for what it is.  -x is never
 * sent: a stock server looks for the first word with an extension it knows.
 */
static char *
remote_source(const struct args *a)
{
	static const char *const stock_knows[] = {
		".c", ".cc", ".cpp", ".cxx", ".cp", ".c++", ".C", ".m", ".mm", ".M", ".i", ".ii", ".mi", ".mii",
	};
	const char *ext = path_ext(a->source);

	if (ext != NULL && lang_from_name(a->source) == a->lang)
		for (size_t i = 0; i < countof(stock_knows); i++)
			if (streq(ext, stock_knows[i]))
				return xstrdup(a->source);
	return path_base_with_ext(a->source, lang_ext(lang_preprocessed(a->lang)));
}

void
args_remote_command(const struct args *a, enum cpp_mode mode, const char *compiler, const char *cwd, struct strv *out)
{
	unsigned kinds = args_kinds(a->kind);
	bool comp_dir = false, only_inputs = false;
	struct args_word w;

	strv_push(out, compiler);
	strv_push_own(out, remote_source(a));
	for (size_t i = 1; i < a->argv.n; i += w.n) {
		args_word_at(a->argv.v, i, kinds, only_inputs, &w);
		if (w.opt != NULL && w.opt->id == OPT_ID_DASHDASH)
			only_inputs = true;
		if (w.type == WORD_INPUT || w.opt == NULL || (w.opt->flags & (OPT_CPP | OPT_LINK)) != 0)
			continue;
		if (w.opt->id == OPT_ID_O || w.opt->id == OPT_ID_X || w.opt->id == OPT_ID_DASHDASH)
			continue;
		if (w.opt->id == OPT_ID_COMP_DIR)
			comp_dir = true;
		push_word(out, a, i, w.n);
	}
	if (mode == CPP_DIRECTIVES) {
		strv_push(out, "-fpreprocessed");
		strv_push(out, "-fdirectives-only");
	}
	if (a->kind == CC_CLANG && a->debug && !comp_dir)
		strv_pushf(out, "-fdebug-compilation-dir=%s", cwd);
	strv_push(out, "-o");
	strv_push(out, a->output);
}
