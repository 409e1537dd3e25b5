/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's view of a command: it comes from any client, stock's too, and its source is preprocessed text.  Options for the
 * preprocessor and the linker are dropped, as they do nothing here; what runs programs, reads or writes
 * files is refused; so is what we do not know.
 */
#include "base/util.h"
#include "compiler/args.h"
#include "compiler/args_word.h"

struct server_scan {
	const char *source;
	const char *source_x;
	const char *x;
	bool compile;
	bool output;
	const char *why;	/* the first thing that is wrong */
	const char *word;
};

static void
refuse(struct server_scan *s, const char *why, const char *word)
{
	if (s->why != NULL)
		return;
	s->why = why;
	s->word = word;
}

static void
check_input(struct server_scan *s, const char *word, bool cxx_driver)
{
	enum lang lang = args_source_lang(word, s->x, cxx_driver);

	if (streq(word, "-"))
		refuse(s, "is no file", word);
	else if (lang == LANG_UNKNOWN)
		refuse(s, "is no source", word);
	else if (s->source != NULL)
		refuse(s, "is a second source", word);
	else if (!lang_is_preprocessed(lang_preprocessed(lang)))
		refuse(s, "is in a language that we do not compile for others", word);
	s->source = word;
	s->source_x = s->x;
}

static void
check_option(struct server_scan *s, const struct args_word *w)
{
	if (w->missing)
		refuse(s, "lacks its argument", w->word);
	else if ((w->opt->flags & OPT_DENY) != 0)
		refuse(s, w->opt->why, w->word);
	else if ((w->opt->flags & OPT_QUERY) != 0)
		refuse(s, "only asks the compiler something", w->word);
	else if (opt_names_file(w->opt, w->word))
		refuse(s, "may name a file of this machine", w->word);
	switch (w->opt->id) {
	case OPT_ID_C:
	case OPT_ID_S:
		s->compile = true;
		break;
	case OPT_ID_E:
	case OPT_ID_M_ONLY:
		refuse(s, "only preprocesses", w->word);
		break;
	case OPT_ID_O:
		if (s->output)
			refuse(s, "is given twice", w->word);
		s->output = true;
		break;
	case OPT_ID_X:
		s->x = w->arg;
		break;
	case OPT_ID_WA:
		if (w->arg == NULL || opt_assembler(w->arg) != OPT_ASSEMBLER_ANYWHERE)
			refuse(s, "tells the assembler what may need files or print", w->word);
		break;
	case OPT_ID_WP:
	case OPT_ID_XPREPROCESSOR:
		refuse(s, "hands an option to the preprocessor alone", w->word);
		break;
	case OPT_ID_DASHDASH:
		refuse(s, "is of no use here", w->word);
		break;
	}
}

/* Options that mean nothing for text that is preprocessed already, and those that are written anew. */
static bool
is_dropped(const struct opt *o)
{
	return (o->flags & (OPT_CPP | OPT_LINK)) != 0 || o->id == OPT_ID_O || o->id == OPT_ID_X;
}

static void
scan(char *const *argv, unsigned kinds, struct server_scan *s)
{
	bool cxx_driver = args_is_cxx_driver(argv[0]);
	struct args_word w;

	*s = (struct server_scan){0};
	for (size_t i = 1; argv[i] != NULL; i += w.n) {
		args_word_at(argv, i, kinds, false, &w);
		if (w.word[0] == '@' || (w.n == 2 && w.arg[0] == '@'))
			refuse(s, "reads options from a file", w.word[0] == '@' ? w.word : w.arg);
		switch (w.type) {
		case WORD_INPUT:
			check_input(s, w.word, cxx_driver);
			break;
		case WORD_OPTION:
			check_option(s, &w);
			break;
		case WORD_UNKNOWN:
			refuse(s, "is no option that we know", w.word);
			break;
		}
	}
	if (s->source == NULL)
		refuse(s, "no source file", NULL);
	else if (!s->compile)
		refuse(s, "neither -c nor -S", NULL);
}

static unsigned
server_kinds(char *const *argv)
{
	return args_kinds(args_cc_kind(argv[0], NULL));
}

const char *
args_server_ext(char *const *argv)
{
	struct server_scan s;
	enum lang lang;

	if (argv[0] == NULL)
		return NULL;
	scan(argv, server_kinds(argv), &s);
	if (s.source == NULL)
		return NULL;
	lang = lang_preprocessed(args_source_lang(s.source, s.source_x, args_is_cxx_driver(argv[0])));
	return lang_is_preprocessed(lang) ? lang_ext(lang) : NULL;
}

const char *
args_server_source(char *const *argv)
{
	struct server_scan s;

	if (argv[0] == NULL)
		return NULL;
	scan(argv, server_kinds(argv), &s);
	return s.source;
}

bool
args_server_command(char *const *argv, const char *src, const char *obj, struct strv *out, const char **why, const char **word)
{
	struct server_scan s;
	struct args_word w;
	unsigned kinds;
	bool none;

	*word = NULL;
	if (argv[0] == NULL) {
		*why = "no command";
		return false;
	}
	kinds = server_kinds(argv);
	scan(argv, kinds, &s);
	if (s.why != NULL) {
		*why = s.why;
		*word = s.word;
		return false;
	}
	strv_push(out, argv[0]);
	for (size_t i = 1; argv[i] != NULL; i += w.n) {
		args_word_at(argv, i, kinds, false, &w);
		if (w.type == WORD_INPUT) {
			if (s.source_x != NULL && !streq(s.source_x, "none")) {
				strv_push(out, "-x");
				strv_push(out, lang_x(lang_preprocessed(lang_from_x(s.source_x, &none))));
			}
			strv_push(out, src);
		} else if (!is_dropped(w.opt)) {
			for (size_t k = 0; k < w.n; k++)
				strv_push(out, argv[i + k]);
		}
	}
	strv_push(out, "-o");
	strv_push(out, obj);
	return true;
}
