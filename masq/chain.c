/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/realcc.h"

static const struct {
	const char *word;
	unsigned step;
} words[] = {
	{"ccache", CHAIN_CCACHE}, {"distcc", CHAIN_DISTCC}, {"none", CHAIN_NONE},
};

static bool
find_word(const char *text, size_t len, unsigned *step)
{
	for (size_t i = 0; i < countof(words); i++) {
		if (strlen(words[i].word) == len && memcmp(words[i].word, text, len) == 0) {
			*step = words[i].step;
			return true;
		}
	}
	return false;
}

bool
chain_parse(const char *text, unsigned *steps)
{
	unsigned step;
	size_t len;

	if (text == NULL || text[0] == '\0') {
		*steps = CHAIN_CCACHE | CHAIN_DISTCC;
		return true;
	}
	*steps = CHAIN_NONE;
	for (const char *p = text;; p += len + 1) {
		len = strcspn(p, ",");
		if (!find_word(p, len, &step))
			return false;
		*steps |= step;
		if (p[len] == '\0')
			return true;
	}
}

/* Is there one of these words, or a file of words that may hold it? */
static bool
has_word(char *const *args, const char *a, const char *b)
{
	for (size_t i = 0; args[i] != NULL; i++) {
		if (streq(args[i], a) || (b != NULL && streq(args[i], b)))
			return true;
	}
	return false;
}

static bool
may_compile(char *const *args)
{
	for (size_t i = 0; args[i] != NULL; i++) {
		if (args[i][0] == '@')
			return true;
	}
	return has_word(args, "-c", "-S");
}

static const char *
why_no_ccache(const struct chain_situation *s)
{
	if ((s->wanted & CHAIN_CCACHE) == 0)
		return "DISTCC_CHAIN leaves it out";
	if (s->below_distcc)
		return "distcc runs already";
	if (s->below_ccache)
		return "it runs already";
	if (s->ccache_off)
		return "CCACHE_DISABLE is set";
	if (!s->have_ccache)
		return "there is none on PATH";
	if (s->blank_in_distcc && (s->wanted & CHAIN_DISTCC) != 0)
		return "it cannot call a distcc whose path has a blank";
	if (!may_compile(s->args) || has_word(s->args, "-E", NULL))
		return "the command compiles nothing";
	return NULL;
}

static const char *
why_no_distcc(const struct chain_situation *s)
{
	if ((s->wanted & CHAIN_DISTCC) == 0)
		return "DISTCC_CHAIN leaves it out";
	if (s->below_distcc)
		return "it runs already";
	if (!s->have_distcc)
		return "there is none";
	if (has_word(s->args, "-E", NULL))
		return "the command only preprocesses";
	return NULL;
}

void
chain_plan(const struct chain_situation *s, struct chain_plan *plan)
{
	*plan = (struct chain_plan){.no_ccache = why_no_ccache(s), .no_distcc = why_no_distcc(s)};
	if (plan->no_ccache == NULL)
		plan->steps |= CHAIN_CCACHE;
	if (plan->no_distcc == NULL)
		plan->steps |= CHAIN_DISTCC;
}

/* The words of list (blanks between) that are no programs of ours. */
static char *
words_of_others(const char *list)
{
	struct buf out = BUF_INIT;
	size_t len;
	char *word;

	for (const char *p = list + strspn(list, " "); *p != '\0'; p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ");
		word = xstrndup(p, len);
		if (!realcc_is_own_name(path_base(word)))
			buf_addf(&out, "%s%s", out.n > 0 ? " " : "", word);
		free(word);
	}
	return out.p != NULL ? out.p : xstrdup("");
}

/* variable: the prefixes that the user has there, and behind them ours (NULL: none). */
static void
set_prefix(struct chain_run *r, const char *variable, const char *ours, const char *(*getvar)(const char *name))
{
	const char *value = getvar(variable);
	char *others = words_of_others(value != NULL ? value : "");

	strv_pushf(&r->set, "%s=%s%s%s", variable, others, others[0] != '\0' && ours != NULL ? " " : "", ours != NULL ? ours : "");
	free(others);
}

/* ccache looks at the compiler itself, not at the files from which clang takes options: those count as inputs. */
static void
set_extra_files(struct chain_run *r, const struct strv *files, const char *(*getvar)(const char *name))
{
	const char *value = getvar("CCACHE_EXTRAFILES");
	struct buf list = BUF_INIT;

	buf_adds(&list, value != NULL ? value : "");
	for (size_t i = 0; i < files->n; i++)
		if (strchr(files->v[i], ':') == NULL)
			buf_addf(&list, "%s%s", list.n > 0 ? ":" : "", files->v[i]);
	strv_pushf(&r->set, "CCACHE_EXTRAFILES=%s", list.p);
	buf_free(&list);
}

/*
 * ccache is told the compiler by its path, so it knows it by the compiler's own file, and is given distcc as a prefix
 * that it leaves out of account: an upgrade of the compiler makes other results, an upgrade of distcc does not.
 */
static void
set_ccache(struct chain_run *r, unsigned steps, const struct chain_programs *p, const char *(*getvar)(const char *name))
{
	bool distcc = (steps & CHAIN_DISTCC) != 0;
	bool cpp = distcc && p->cpp != NULL && strchr(p->cpp, ' ') == NULL && getvar("CCACHE_NOCPP2") == NULL;

	set_prefix(r, "CCACHE_PREFIX", distcc ? p->distcc : NULL, getvar);
	set_prefix(r, "CCACHE_PREFIX_CPP", cpp ? p->cpp : NULL, getvar);
	if (cpp)
		strv_push(&r->set, "CCACHE_CPP2=1");
	/* it shall run this compiler and no other */
	strv_push(&r->set, "CCACHE_COMPILER=");
	strv_push(&r->set, "CCACHE_PATH=");
	if (getvar("CCACHE_CC") != NULL)
		strv_push(&r->set, "CCACHE_CC=");
	if (p->configs.n > 0)
		set_extra_files(r, &p->configs, getvar);
}

void
chain_prepare(struct chain_run *r, const struct chain_plan *plan, const struct chain_programs *p, char *const *args,
	const char *(*getvar)(const char *name))
{
	*r = (struct chain_run){.file = p->compiler};
	if ((plan->steps & CHAIN_CCACHE) != 0) {
		r->file = p->ccache;
		strv_push(&r->argv, "ccache");
		set_ccache(r, plan->steps, p, getvar);
	} else if ((plan->steps & CHAIN_DISTCC) != 0) {
		r->file = p->distcc;
		strv_push(&r->argv, "distcc");
	}
	strv_push(&r->argv, p->compiler);
	strv_push_all(&r->argv, args);
	strv_pushf(&r->set, "PATH=%s", p->path);
}

void
chain_run_free(struct chain_run *r)
{
	strv_free(&r->argv);
	strv_free(&r->set);
}
