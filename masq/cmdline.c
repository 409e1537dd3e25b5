/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/cmdline.h"

#include <stdlib.h>

#include "base/util.h"

const char cmdline_help[] =
	"Usage: distcc-config ACTION [OPTION]...\n"
	"\n"
	"The directory of links to distcc, called like compilers:\n"
	"  --install-links [CHOST]...  a link for every compiler found; with CHOST those\n"
	"                              for CHOST-gcc, -cc, -c++, -g++, -clang, -clang++\n"
	"  --update-masquerade         the same as --install-links without CHOST\n"
	"  --update-masquerade-with-crossdev\n"
	"                              only names with a CHOST; links without one go\n"
	"  --remove-links [CHOST]...   remove the links, and the directory once it is empty\n"
	"  --list-links                print them\n"
	"\n"
	"What becomes of a compiler's name, and what became of jobs:\n"
	"  --show-chain [COMPILER]     print what runs one after the other, and what is wrong\n"
	"  --check                     the same for all compilers and links\n"
	"  --summary JOURNAL           add up what distcc wrote to $DISTCC_JOURNAL\n"
	"\n"
	"Gentoo's Portage:\n"
	"  --make-conf                 print lines for make.conf, each with its reason\n"
	"  --make-conf --apply         put them into make.conf, between marks\n"
	"  --make-conf --revert        take them out again\n"
	"  --no-distcc CATEGORY/PACKAGE...\n"
	"                              do not distribute these; without a package: list them\n"
	"  --allow-distcc CATEGORY/PACKAGE...\n"
	"                              distribute them again\n"
	"\n"
	"Settings:\n"
	"  --get-hosts, --set-hosts 'HOST...'\n"
	"  --get-verbose, --set-verbose 0|1\n"
	"  --get-log, --set-log FILE\n"
	"  --get-env [VARIABLE], --set-env VARIABLE VALUE\n"
	"\n"
	"Options:\n"
	"  -n, --dry-run  print what would change; change nothing\n"
	"  --dir DIR      directory of links\n"
	"  --root DIR     work on the system below DIR [ROOT in the environment]\n"
	"  --chain        links to distcc-chain, in the directory's subdirectory chain\n"
	"  --force        replace files and links that are not ours\n"
	"  --probe        with --show-chain, --check: try to reach the volunteers\n"
	"  --json         with --show-chain, --check, --list-links: print JSON\n"
	"  --help, --version\n"
	"\n"
	"Exit status: 0; 1 if it failed or the chain does not work; 101 for mistakes in the\n"
	"command.\n";

enum { DRY_RUN = 1, FORCE = 2, JSON = 4, PROBE = 8, CHAIN = 16, DIR_OPT = 32, ROOT_OPT = 64, APPLY = 128, REVERT = 256 };

#define PLACE (DIR_OPT | ROOT_OPT | CHAIN)
#define ANY_NUMBER 1000000

static const struct {
	const char *word;
	enum action action;
	size_t min, max;	/* operands */
	unsigned flags;		/* options that go with it */
} actions[] = {
	{"--allow-distcc", ACTION_ALLOW_DISTCC, 0, ANY_NUMBER, DRY_RUN | ROOT_OPT},
	{"--check", ACTION_CHECK, 0, 0, JSON | PROBE | PLACE},
	{"--get-env", ACTION_GET_ENV, 0, 1, ROOT_OPT},
	{"--get-hosts", ACTION_GET_HOSTS, 0, 0, ROOT_OPT},
	{"--get-log", ACTION_GET_LOG, 0, 0, ROOT_OPT},
	{"--get-verbose", ACTION_GET_VERBOSE, 0, 0, ROOT_OPT},
	{"--help", ACTION_HELP, 0, 0, 0},
	{"--install-links", ACTION_INSTALL_LINKS, 0, ANY_NUMBER, DRY_RUN | FORCE | PLACE},
	{"--list-links", ACTION_LIST_LINKS, 0, 0, JSON | PLACE},
	{"--make-conf", ACTION_MAKE_CONF, 0, 0, APPLY | REVERT | DRY_RUN | ROOT_OPT},
	{"--no-distcc", ACTION_NO_DISTCC, 0, ANY_NUMBER, DRY_RUN | ROOT_OPT},
	{"--remove-links", ACTION_REMOVE_LINKS, 0, ANY_NUMBER, DRY_RUN | PLACE},
	{"--set-env", ACTION_SET_ENV, 2, 2, DRY_RUN | ROOT_OPT},
	{"--set-hosts", ACTION_SET_HOSTS, 1, ANY_NUMBER, DRY_RUN | ROOT_OPT},
	{"--set-log", ACTION_SET_LOG, 1, 1, DRY_RUN | ROOT_OPT},
	{"--set-verbose", ACTION_SET_VERBOSE, 1, 1, DRY_RUN | ROOT_OPT},
	{"--show-chain", ACTION_SHOW_CHAIN, 0, 1, JSON | PROBE | DIR_OPT | CHAIN},
	{"--summary", ACTION_SUMMARY, 1, 1, 0},
	{"--update-masquerade", ACTION_UPDATE_MASQUERADE, 0, 0, DRY_RUN | FORCE | PLACE},
	{"--update-masquerade-with-crossdev", ACTION_UPDATE_CROSSDEV, 0, 0, DRY_RUN | FORCE | PLACE},
	{"--version", ACTION_VERSION, 0, 0, 0},
	{"-h", ACTION_HELP, 0, 0, 0},
};

static const struct {
	const char *word;
	unsigned flag;
	bool value;
} options[] = {
	{"--apply", APPLY, false}, {"--chain", CHAIN, false}, {"--dir", DIR_OPT, true}, {"--dry-run", DRY_RUN, false}, {"--force", FORCE, false},
	{"--json", JSON, false}, {"--probe", PROBE, false}, {"--revert", REVERT, false}, {"--root", ROOT_OPT, true}, {"-n", DRY_RUN, false},
};

struct parser {
	struct cmdline *c;
	char *const *next;	/* the words to come */
	size_t row;		/* of the action; countof(actions): none yet */
	const char *action;
	unsigned given;		/* flags */
	char *wrong;
};

/* "--dir=DIR": the value, or NULL if word is not "name=...". */
static const char *
value_in(const char *word, const char *name)
{
	size_t n = strlen(name);

	return strncmp(word, name, n) == 0 && word[n] == '=' && starts_with(name, "--") ? word + n + 1 : NULL;
}

static bool
fail(struct parser *p, char *wrong)
{
	p->wrong = wrong;
	return false;
}

static bool
take_action(struct parser *p, size_t row, const char *value)
{
	size_t n = 0;

	if (p->row != countof(actions))
		return fail(p, xasprintf("%s and %s: one at a time", p->action, actions[row].word));
	p->row = row;
	p->action = actions[row].word;
	p->c->action = actions[row].action;
	if (value != NULL && actions[row].max == 0)
		return fail(p, xasprintf("%s takes no value", p->action));
	if (value != NULL) {
		strv_push(&p->c->operands, value);
		n++;
	}
	for (; n < actions[row].min; n++) {
		if (*p->next == NULL)
			return fail(p, xasprintf("%s needs %s", p->action, actions[row].min == 2 ? "a name and a value" : "a value"));
		strv_push(&p->c->operands, *p->next++);
	}
	return true;
}

static bool
take_option(struct parser *p, size_t row, const char *value)
{
	struct cmdline *c = p->c;

	if (options[row].value && value == NULL) {
		if (*p->next == NULL)
			return fail(p, xasprintf("%s needs a value", options[row].word));
		value = *p->next++;
	} else if (!options[row].value && value != NULL) {
		return fail(p, xasprintf("%s takes no value", options[row].word));
	}
	if (value != NULL && value[0] == '\0')
		return fail(p, xasprintf("%s needs a value that is not empty", options[row].word));
	p->given |= options[row].flag;
	switch (options[row].flag) {
	case DIR_OPT:
		c->dir = value;
		break;
	case ROOT_OPT:
		c->root = value;
		break;
	}
	return true;
}

static bool
take_word(struct parser *p, const char *word)
{
	const char *value;

	for (size_t i = 0; i < countof(actions); i++) {
		value = value_in(word, actions[i].word);
		if (value != NULL || streq(word, actions[i].word))
			return take_action(p, i, value);
	}
	for (size_t i = 0; i < countof(options); i++) {
		value = value_in(word, options[i].word);
		if (value != NULL || streq(word, options[i].word))
			return take_option(p, i, value);
	}
	if (word[0] == '-')
		return fail(p, xasprintf("there is no option %s", word));
	strv_push(&p->c->operands, word);
	return true;
}

/* All words are read: do they make sense together? */
static bool
is_sound(struct parser *p)
{
	/* they go with nothing else */
	if (p->c->action == ACTION_NONE && (p->given & (APPLY | REVERT)) != 0)
		p->c->action = ACTION_MAKE_CONF;
	for (size_t i = 0; p->row == countof(actions) && i < countof(actions); i++) {
		if (actions[i].action == p->c->action) {	/* the usual one */
			p->row = i;
			p->action = actions[i].word;
		}
	}
	if ((p->given & APPLY) != 0 && (p->given & REVERT) != 0)
		return fail(p, xstrdup("--apply and --revert: one at a time"));
	if (p->row == countof(actions))
		return p->c->operands.n == 0 && p->given == 0 ? true : fail(p, xstrdup("no action"));
	if (p->c->operands.n > actions[p->row].max)
		return fail(p, xasprintf("%s: one word too many for %s", p->c->operands.v[actions[p->row].max], p->action));
	for (size_t i = 0; i < countof(options); i++) {
		if ((p->given & options[i].flag) != 0 && (actions[p->row].flags & options[i].flag) == 0)
			return fail(p, xasprintf("%s does not go with %s", options[i].word, p->action));
	}
	return true;
}

bool
cmdline_parse(struct cmdline *c, char *const *argv, enum action usual, char **wrong)
{
	struct parser p = {.c = c, .next = argv, .row = countof(actions)};
	bool ok = true, words_only = false;
	const char *word;

	*c = (struct cmdline){.action = usual};
	while (ok && *p.next != NULL) {
		word = *p.next++;
		if (words_only)
			strv_push(&c->operands, word);
		else if (streq(word, "--"))
			words_only = true;
		else
			ok = take_word(&p, word);
	}
	ok = ok && is_sound(&p);
	c->dry_run = (p.given & DRY_RUN) != 0;
	c->force = (p.given & FORCE) != 0;
	c->json = (p.given & JSON) != 0;
	c->probe = (p.given & PROBE) != 0;
	c->chain = (p.given & CHAIN) != 0;
	c->apply = (p.given & APPLY) != 0;
	c->revert = (p.given & REVERT) != 0;
	*wrong = p.wrong;
	return ok;
}

void
cmdline_free(struct cmdline *c)
{
	strv_free(&c->operands);
}
