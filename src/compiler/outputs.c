/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/outputs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "compiler/args_word.h"

/* Options that write beside the object: a word that begins so, and what it may add to a stem. */
static const struct {
	const char *option;
	const char *suffixes;	/* separated by blanks */
} beside[] = {
	{"-gsplit-dwarf", ".dwo"},
	{"--coverage", ".gcno"},
	{"-coverage", ".gcno"},
	{"-ftest-coverage", ".gcno"},
	{"-fcondition-coverage", ".gcno"},
	{"-fpath-coverage", ".gcno"},
	{"-fstack-usage", ".su"},
	{"-fcallgraph-info", ".ci"},
	{"-save-temps", ".i .ii .mi .mii .s .bc"},
	{"--save-temps", ".i .ii .mi .mii .s .bc"},
	{"-fsave-optimization-record", ".opt-record.json.gz .opt.yaml .opt.bitstream"},
	{"-foptimization-record-", ".opt.yaml .opt.bitstream"},
	{"-ftime-trace", ".json"},
};

/* Options whose text behind '=' is the name of a file. */
static const char *const naming[] = {"-fdump-", "-fopt-info", "-ftime-trace=", "-foptimization-record-file=", "--serialize-diagnostics="};

static void
add_suffixes(struct outputs *o, const char *list)
{
	size_t len;

	for (const char *p = list; *p != '\0'; p += len + (p[len] == ' ')) {
		len = strcspn(p, " ");
		strv_push_own(&o->suffixes, xstrndup(p, len));
	}
}

static void
take_option(struct outputs *o, const struct args_word *w)
{
	const char *value = strchr(w->word, '=');

	if (w->arg != NULL && (w->opt->flags & OPT_OUTPUT) != 0 && w->opt->id == OPT_ID_NONE)
		strv_push(&o->files, w->arg);
	for (size_t i = 0; value != NULL && i < countof(naming); i++)
		if (starts_with(w->word, naming[i]) && value[1] != '\0')
			strv_push(&o->files, value + 1);
	for (size_t i = 0; i < countof(beside); i++)
		if (starts_with(w->word, beside[i].option))
			add_suffixes(o, beside[i].suffixes);
	/* -da and the like: letters that ask for dumps */
	if (starts_with(w->word, "-fdump-") || (w->word[1] == 'd' && streq(w->opt->name, "-d")))
		o->dumps = true;
}

/* name in both directories that may hold it. */
static void
add_stem(struct outputs *o, const char *object_dir, const char *name, size_t len)
{
	strv_pushf(&o->stems, "./%.*s", (int)len, name);
	if (!streq(object_dir, "."))
		strv_pushf(&o->stems, "%s/%.*s", object_dir, (int)len, name);
}

static size_t
length_without_ext(const char *base)
{
	const char *ext = path_ext(base);

	return ext != NULL ? (size_t)(ext - base) : strlen(base);
}

/* gcc 11 and later name them after the object, older ones and clang after the source, with its extension or without. */
static void
add_stems(struct outputs *o, const struct args *a)
{
	const char *source = path_base(a->source), *object = path_base(a->output), *ext = path_ext(source);
	char *dir = path_dir(a->output), *mixed;

	add_stem(o, dir, source, strlen(source));
	add_stem(o, dir, source, length_without_ext(source));
	add_stem(o, dir, object, strlen(object));
	add_stem(o, dir, object, length_without_ext(object));
	mixed = xasprintf("%.*s%s", (int)length_without_ext(object), object, ext != NULL ? ext : "");
	add_stem(o, dir, mixed, strlen(mixed));
	free(mixed);
	free(dir);
}

void
outputs_of(const struct args *a, struct outputs *o)
{
	unsigned kinds = args_kinds(a->kind);
	bool only_inputs = false;
	struct args_word w;

	*o = (struct outputs){.dumps = false};
	strv_push(&o->files, a->output);
	if (a->deps)
		strv_push(&o->files, a->dep_file);
	for (size_t i = 1; i < a->argv.n; i += w.n) {
		args_word_at(a->argv.v, i, kinds, only_inputs, &w);
		if (w.type != WORD_OPTION)
			continue;
		if (w.opt->id == OPT_ID_DASHDASH)
			only_inputs = true;
		take_option(o, &w);
	}
	if (o->suffixes.n > 0 || o->dumps)
		add_stems(o, a);
}

void
outputs_free(struct outputs *o)
{
	strv_free(&o->files);
	strv_free(&o->stems);
	strv_free(&o->suffixes);
}

/* ".234t.optimized": number, kind and name of a pass; the kind may be missing where the compiler has but one of them. */
static bool
is_dump(const char *s)
{
	size_t digits;

	if (streq(s, ".gkd") || streq(s, ".debug") || streq(s, ".earlydebug"))
		return true;
	if (s[0] != '.')
		return false;
	digits = strspn(s + 1, "0123456789");
	s += 1 + digits;
	if (digits < 2 || digits > 4 || !islower((unsigned char)s[0]) || s[1] != '.' || s[2] == '\0')
		return false;
	for (s += 2; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("_-.", *s) == NULL)
			return false;
	return true;
}

bool
outputs_beside(const struct outputs *o, const char *stem, const char *base)
{
	const char *rest = base + strlen(stem);

	if (!starts_with(base, stem))
		return false;
	for (size_t i = 0; i < o->suffixes.n; i++)
		if (streq(rest, o->suffixes.v[i]))
			return true;
	return o->dumps && is_dump(rest);
}

/* What clang makes itself goes to a temporary file that is renamed, but not what its own assembler writes. */
static bool
clang_replaces(const struct args *a, const char *name, bool object)
{
	static const char *const kept[] = {".i", ".ii", ".mi", ".mii", ".s", ".bc"};
	bool saves = false, assembles = true, diagnostics = false;

	for (size_t i = 1; i < a->argv.n; i++) {
		const char *word = a->argv.v[i];

		saves |= starts_with(word, "-save-temps") || starts_with(word, "--save-temps");
		if (ends_with(word, "integrated-as"))
			assembles = !starts_with(word, "-fno-") && !starts_with(word, "-no-");
		diagnostics |= ends_with(word, "-serialize-diagnostics") && i + 1 < a->argv.n && streq(a->argv.v[i + 1], name);
	}
	if (object)
		return a->asm_out || !assembles || !(saves || a->lang == LANG_ASM || a->lang == LANG_ASM_CPP);
	for (size_t i = 0; saves && i < countof(kept); i++)
		if (ends_with(name, kept[i]))
			return true;
	return diagnostics;
}

bool
outputs_replaces(const struct args *a, const char *name, bool object)
{
	if (a->kind == CC_CLANG)
		return clang_replaces(a, name, object);
	return object ? !a->asm_out : ends_with(name, ".dwo");
}
