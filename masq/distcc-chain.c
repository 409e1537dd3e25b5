/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * distcc-chain: ccache, distcc and the compiler one behind the other, whatever PATH says about their order.  It becomes
 * the first of them; no process of ours is left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/util.h"
#include "client/conf.h"
#include "config.h"
#include "masq/chain.h"
#include "masq/realcc.h"

static const char usage[] =
	"Usage:\n"
	"  distcc-chain COMPILER [ARGUMENT]...   compile: cached by ccache, distributed by distcc\n"
	"  COMPILER [ARGUMENT]...                the same through a link of that name to distcc-chain\n"
	"  distcc-chain --explain COMPILER [ARGUMENT]...  tell what that would run, and why; run nothing\n"
	"  distcc-chain --identity COMPILER      print a line that changes with the compiler: for ccache's\n"
	"                                        compiler_check\n"
	"  distcc-chain --help | --version\n"
	"\n"
	"ccache takes part if there is one on PATH; links to ccache and to distcc on PATH do no\n"
	"harm, in whatever order.\n"
	"\n"
	"Environment:\n"
	"  DISTCC_CHAIN     what takes part: ccache,distcc (as if not set), ccache, distcc or none\n"
	"  CCACHE_DISABLE   without ccache\n"
	"  CCACHE_PREFIX    words that are not distcc's are kept\n"
	"  DISTCC_VERBOSE=1, DISTCC_LOG  as for distcc\n"
	"\n"
	"Exit status: that of what it becomes; 101 for mistakes in the command, 110 if there is no\n"
	"such compiler, 111 if the compiler would call itself for ever.\n";

/* What is to be run, taken apart. */
struct command {
	const char *name;	/* of the compiler */
	char *const *args;
	const char *called_by;	/* the link we were called by, if that is a path */
	bool explain;
};

static int
print_usage(char *const *words)
{
	(void)words;
	fputs(usage, stdout);
	return 0;
}

static int
print_version(char *const *words)
{
	(void)words;
	printf("distcc-chain %s %s\n", DISTCC_VERSION, DISTCC_HOST_TRIPLE);
	return 0;
}

static const char *
search_list(void)
{
	const char *list = getenv("PATH");

	return list != NULL ? list : "/usr/bin:/bin";
}

static int
print_identity(char *const *words)
{
	struct buf text = BUF_INIT;

	if (words[0] == NULL || words[1] != NULL) {
		log_errx("--identity takes a compiler");
		return EXIT_BAD_ARGUMENTS;
	}
	if (!chain_identity(words[0], search_list(), &text)) {
		log_errx("no compiler behind %s", words[0]);
		return EXIT_COMPILER_MISSING;
	}
	fputs(text.p, stdout);
	buf_free(&text);
	return fflush(stdout) == 0 ? 0 : EXIT_IO_ERROR;
}

static const struct {
	const char *word;
	int (*run)(char *const *words);
} own_options[] = {
	{"--help", print_usage},
	{"--version", print_version},
	{"--identity", print_identity},
};

/* Our own options count only as the first word.  False: that was all, with *status. */
static bool
take_words(char *const *words, struct command *c, int *status)
{
	for (size_t i = 0; words[0] != NULL && i < countof(own_options); i++) {
		if (streq(words[0], own_options[i].word)) {
			*status = own_options[i].run(words + 1);
			return false;
		}
	}
	if (words[0] != NULL && streq(words[0], "--explain")) {
		c->explain = true;
		words++;
	}
	/* "distcc-chain ccache gcc": they have their place here already */
	while (words[0] != NULL && (realcc_is_own_name(path_base(words[0])) || streq(path_base(words[0]), "ccache")))
		words++;
	if (words[0] == NULL) {
		log_errx("no compiler is named; \"distcc-chain --help\" tells how to use it");
		*status = EXIT_BAD_ARGUMENTS;
		return false;
	}
	c->name = words[0][0] == '-' || words[0][0] == '@' ? "cc" : *words++;
	c->args = words;
	return true;
}

/* A link of a compiler's name, or words. */
static bool
take_command(char *const *argv, struct command *c, int *status)
{
	const char *self = path_base(argv[0]);

	*c = (struct command){.name = self, .args = argv + 1};
	if (realcc_is_own_name(self))
		return take_words(argv + 1, c, status);
	if (strchr(argv[0], '/') != NULL)
		c->called_by = argv[0];
	return true;
}

static const char *
getvar(const char *name)
{
	return getenv(name);
}

/* ccache leaves a mark for whom it runs; so does distcc. */
static void
look_around(const struct command *c, const struct chain_programs *p, struct chain_situation *s)
{
	*s = (struct chain_situation){
		.wanted = s->wanted,
		.have_ccache = p->ccache != NULL,
		.have_distcc = p->distcc != NULL,
		.blank_in_distcc = p->distcc != NULL && strchr(p->distcc, ' ') != NULL,
		.ccache_off = getenv("CCACHE_DISABLE") != NULL,
		.below_ccache = conf_below_ccache(),
		.below_distcc = realcc_depth() > 0,
		.args = c->args,
	};
}

static void
explain_step(const char *what, const char *path, const char *why_not)
{
	char *end;

	if (why_not != NULL) {
		printf("%s: not used: %s\n", what, why_not);
		return;
	}
	end = realcc_resolve(path);
	printf("%s: %s%s%s\n", what, path, end != NULL && !streq(end, path) ? " -> " : "", end != NULL && !streq(end, path) ? end : "");
	free(end);
}

static void
explain(const struct chain_plan *plan, const struct chain_programs *p, const struct chain_run *run)
{
	char *text = strv_join(run->argv.v);

	explain_step("ccache", p->ccache, plan->no_ccache);
	explain_step("distcc", p->distcc, plan->no_distcc);
	explain_step("compiler", p->compiler, NULL);
	printf("runs: %s\n", text);
	for (size_t i = 0; i < run->set.n; i++)
		printf("with: %s\n", run->set.v[i]);
	free(text);
}

static void
set_variable(const char *assignment)
{
	char *name = xstrndup(assignment, strcspn(assignment, "="));

	setenv(name, assignment + strlen(name) + 1, 1);
	free(name);
}

static int
become(const struct chain_run *run)
{
	char *text;

	if (log_enabled(LOG_LVL_DEBUG)) {
		text = strv_join(run->argv.v);
		log_debug("%s: %s", run->file, text);
		free(text);
	}
	for (size_t i = 0; i < run->set.n; i++)
		set_variable(run->set.v[i]);
	execv(run->file, run->argv.v);
	log_err("cannot run %s", run->file);
	return EXIT_COMPILER_MISSING;
}

/* Has somebody above us led to this compiler already?  Else leave our mark. */
static bool
join_trail(const struct chain_programs *p)
{
	const char *trail = getenv(CHAIN_GUARD);
	char *longer = chain_extend(trail, p->compiler, p->by_name), *text;
	bool loops = chain_loops(trail, p->compiler);

	if (loops) {
		text = chain_show_trail(longer);
		log_errx("the compiler calls distcc-chain, which would run it again, for ever: %s", text);
		free(text);
	} else {
		setenv(CHAIN_GUARD, longer, 1);
	}
	free(longer);
	return !loops;
}

/* What ccache shall look at beside the compiler. */
static void
find_configs(struct chain_programs *p)
{
	char *end = realcc_resolve(p->compiler);

	if (end != NULL)
		chain_configs(end, &p->configs);
	free(end);
}

static int
run_programs(const struct command *c, struct chain_programs *p, unsigned wanted)
{
	struct chain_situation s = {.wanted = wanted};
	struct chain_plan plan;
	struct chain_run run;
	int status = 0;

	look_around(c, p, &s);
	chain_plan(&s, &plan);
	if ((plan.steps & CHAIN_CCACHE) != 0)
		find_configs(p);
	chain_prepare(&run, &plan, p, c->args, getvar);
	if (c->explain)
		explain(&plan, p, &run);
	else
		status = become(&run);
	chain_run_free(&run);
	return status;
}

static int
run_command(const struct command *c)
{
	const char *text = getenv("DISTCC_CHAIN");
	struct chain_programs p;
	unsigned wanted;
	int status;

	if (!chain_parse(text, &wanted)) {
		log_errx("DISTCC_CHAIN=%s makes no sense; it is ccache,distcc or ccache or distcc or none", text);
		return EXIT_BAD_ARGUMENTS;
	}
	chain_find(&p, c->name, c->called_by, search_list(), PKGLIBDIR);
	if (p.compiler == NULL) {
		log_errx(strchr(c->name, '/') != NULL ? "cannot run the compiler %s: no such program" :
			"no compiler %s on PATH, links to ccache and distcc apart", c->name);
		status = EXIT_COMPILER_MISSING;
	} else if (!join_trail(&p)) {
		status = EXIT_RECURSION;
	} else {
		status = run_programs(c, &p, wanted);
	}
	chain_programs_free(&p);
	return status;
}

int
main(int argc, char *argv[])
{
	struct command c;
	int status;

	if (argc == 0)
		return EXIT_BAD_ARGUMENTS;
	log_init("distcc-chain");
	conf_open_log();
	if (take_command(argv, &c, &status))
		status = run_command(&c);
	return status;
}
