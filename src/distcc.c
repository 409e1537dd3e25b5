/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * distcc: stands in the place of a compiler and has the work done by volunteers.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/brief.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/util.h"
#include "client/build.h"
#include "client/ccname.h"
#include "client/child.h"
#include "client/command.h"
#include "client/conf.h"
#include "client/hostlist.h"
#include "client/local.h"
#include "client/showtree.h"
#include "client/verify.h"
#include "client/why.h"
#include "compiler/args.h"
#include "compiler/lang.h"
#include "config.h"
#include "masq/realcc.h"
#include "wire/lzo.h"

/* Links to us that call each other by absolute names have no other end. */
#define MAX_DEPTH 8

static const char usage[] =
	"Usage:\n"
	"  distcc COMPILER [ARGUMENT]...     compile, on another machine if that is possible\n"
	"  distcc [ARGUMENT]...              the same with cc\n"
	"  COMPILER [ARGUMENT]...            the same through a link of that name to distcc\n"
	"  distcc --why [COMPILER] [ARGUMENT]...  tell where that would run and why; run nothing\n"
	"  distcc --scan-includes [COMPILER] [ARGUMENT]...  print what the compiler may read\n"
	"  distcc --verify [COMPILER] [ARGUMENT]...  compile here and elsewhere and compare\n"
	"  distcc --show-hosts               print the hosts, one a line\n"
	"  distcc -j                         print the number of jobs that all hosts take at once\n"
	"  distcc --help | --version\n"
	"\n"
	"Environment:\n"
	"  DISTCC_HOSTS             hosts: NAME[:PORT][/SLOTS][,lzo], [USER]@NAME, localhost,\n"
	"                           +zeroconf: those that announce themselves;\n"
	"                           else $DISTCC_DIR/hosts, " SYSCONFDIR "/distcc/hosts are read\n"
	"  DISTCC_DIR               directory for locks and state [~/.distcc]\n"
	"  DISTCC_LOG               write messages to this file, not to stderr\n"
	"  DISTCC_VERBOSE=1         tell each step\n"
	"  DISTCC_JOURNAL           file that gets a line for each job; distcc-config adds them up\n"
	"  UNCACHED_ERR_FD          descriptor for messages (set by ccache)\n"
	"  DISTCC_VERIFY=1/50       compile one job in 50 here too, and compare\n"
	"  DISTCC_FALLBACK=0        never compile here what could be distributed\n"
	"  DISTCC_SKIP_LOCAL_RETRY  a compile that failed elsewhere is not repeated here\n"
	"  DISTCC_BACKOFF_PERIOD    seconds a broken host is left alone [60]\n"
	"  DISTCC_IO_TIMEOUT        seconds without progress that end a transfer [300]\n"
	"  DISTCC_SSH               command for @hosts [ssh]\n"
	"  DISTCC_SOCKS_PROXY       SOCKS 5 proxy for all but @hosts: /SOCKET, HOST or HOST:PORT [1080]\n"
	"  DISTCC_ZEROCONF          program that looks for the hosts of +zeroconf\n"
	"                           [" HELPERDIR "/distcc-zeroconf]\n"
	"  DISTCC_NO_REWRITE_CROSS  ask for the compiler by the name that was typed\n"
	"  DISTCC_SAVE_TEMPS=1      keep the preprocessed text in TMPDIR\n"
	"  DISTCC_TCP_CORK=0        send small packets as they come\n"
	"  DISTCC_PAUSE_TIME_MSEC   accepted; waiting needs no pause\n"
	"  TMPDIR                   directory for temporary files [/tmp]\n"
	"\n"
	"Exit status: the compiler's; 100 to 118 for failures of distcc itself.\n";

/* A command as it was given, taken apart. */
struct command {
	bool masqueraded;
	enum { COMPILE, WHY, SCAN, VERIFY } task;
	const char *name;	/* of the compiler */
	char *const *rest;	/* its arguments */
};

static int
print_version(const struct conf *conf)
{
	(void)conf;
	printf("distcc %s %s\n", DISTCC_VERSION, DISTCC_HOST_TRIPLE);
	printf("  (protocol%s) (default port %d)\n", lzo_available() ? "s 1 and 2" : " 1", HOSTSPEC_PORT_DEFAULT);
	printf("Free software under the GNU General Public License, version 2 or later; no warranty.\n");
	return 0;
}

static int
print_usage(const struct conf *conf)
{
	(void)conf;
	fputs(usage, stdout);
	return 0;
}

static int
show_hosts(const struct conf *conf)
{
	struct hostlist hosts;
	enum hostlist_err err = hostlist_load(&hosts, conf->dir);
	char *text;

	for (size_t i = 0; i < hosts.n; i++)
		puts(hosts.v[i].word);
	if (err != HOSTLIST_OK) {
		text = hostlist_explain(&hosts, err);
		log_errx("%s", text);
		free(text);
	}
	hostlist_free(&hosts);
	/* words we do not understand are shown as well: that is how one finds them */
	return err == HOSTLIST_OK || err == HOSTLIST_BAD ? 0 : EXIT_NO_HOSTS;
}

static int
show_slots(const struct conf *conf)
{
	struct hostlist hosts;
	enum hostlist_err err = hostlist_load(&hosts, conf->dir);
	char *text;

	if (err == HOSTLIST_OK) {
		printf("%ld\n", hostlist_slots(&hosts));
	} else {
		text = hostlist_explain(&hosts, err);
		log_errx("%s", text);
		free(text);
	}
	hostlist_free(&hosts);
	return err == HOSTLIST_OK ? 0 : err == HOSTLIST_BAD ? EXIT_BAD_HOSTSPEC : EXIT_NO_HOSTS;
}

/* "distcc -c x.c", "distcc x.o": the compiler is implied. */
static bool
is_argument(const char *word)
{
	return word[0] == '-' || word[0] == '@' || lang_from_name(word) != LANG_UNKNOWN || ends_with(word, ".o");
}

static const struct {
	const char *word;
	int (*run)(const struct conf *conf);
} own_options[] = {
	{"--help", print_usage},
	{"--version", print_version},
	{"--show-hosts", show_hosts},
	{"-j", show_slots},
};

/* Before a command: do something else with it than to compile. */
static const struct {
	const char *word;
	int task;
} tasks[] = {
	{"--why", WHY},
	{"--scan-includes", SCAN},
	{"--verify", VERIFY},
};

/* distcc WORD...: options of our own count only as the first word.  False: that was all, with *status. */
static bool
take_words(char *const *words, const struct conf *conf, struct command *cmd, int *status)
{
	for (size_t i = 0; words[0] != NULL && i < countof(own_options); i++) {
		if (streq(words[0], own_options[i].word)) {
			*status = own_options[i].run(conf);
			return false;
		}
	}
	for (size_t i = 0; words[0] != NULL && i < countof(tasks); i++) {
		if (streq(words[0], tasks[i].word)) {
			cmd->task = tasks[i].task;
			words++;
			break;
		}
	}
	if (words[0] == NULL) {
		log_errx("no command; \"distcc --help\" tells how to use it");
		*status = EXIT_BAD_ARGUMENTS;
		return false;
	}
	cmd->name = is_argument(words[0]) ? "cc" : *words++;
	cmd->rest = words;
	return true;
}

static bool
take_command(char *const *argv, const struct conf *conf, struct command *cmd, int *status)
{
	const char *self = path_base(argv[0]);

	if (!realcc_is_own_name(self)) {
		*cmd = (struct command){.masqueraded = true, .name = self, .rest = argv + 1};
		return true;
	}
	*cmd = (struct command){.name = NULL};
	return take_words(argv + 1, conf, cmd, status);
}

/* Who calls us from inside a compiler that we started?  0: nobody; else the exit status for a call that must not be. */
static int
check_depth(const struct command *cmd, int depth)
{
	if (!cmd->masqueraded && realcc_is_own_name(path_base(cmd->name))) {
		log_errx("%s cannot be the compiler of distcc", cmd->name);
		return EXIT_RECURSION;
	}
	if (depth == 0 || (cmd->masqueraded && depth < MAX_DEPTH))
		return 0;
	log_errx("distcc was called by a compiler that distcc runs (%s is %d): \"%s\" would never end", REALCC_GUARD, depth,
		cmd->name);
	return EXIT_RECURSION;
}

static int
run_task(const struct command *cmd, const struct conf *conf, const struct ccname *cc, const struct args *a, char *const *argv)
{
	switch (cmd->task) {
	case WHY:
		return why_report(conf, cc, a);
	case SCAN:
		return showtree_report(conf, cc, a);
	case VERIFY:
		return verify_run(conf, cc, a, argv, true);
	case COMPILE:
		break;
	}
	return verify_chosen(conf, a) ? verify_run(conf, cc, a, argv, false) : build_run(conf, cc, a, argv);
}

static int
run_command(const struct command *cmd, const struct conf *conf)
{
	int depth = realcc_depth(), status;
	struct strv argv = STRV_INIT;
	struct ccname cc;
	struct args a;

	status = check_depth(cmd, depth);
	if (status != 0)
		return status;
	if (!command_find(cmd->name, cmd->masqueraded, &cc))
		return EXIT_COMPILER_MISSING;
	strv_push(&argv, cc.name);
	strv_push_all(&argv, cmd->rest);
	realcc_set_depth(depth);
	/* a compiler that calls ccache in turn must not get us once more; empty overrules ccache.conf */
	if (conf_below_ccache())
		setenv("CCACHE_PREFIX", "", 1);
	if (depth > 0) {
		status = local_exec(&cc, argv.v);
	} else {
		command_scan(argv.v, cc.kind, &a);
		child_catch_signals();
		status = run_task(cmd, conf, &cc, &a, argv.v);
		args_free(&a);
	}
	strv_free(&argv);
	ccname_free(&cc);
	return status;
}

/* Descriptors 0, 1 and 2 that are closed stay closed for the compiler, but no file of ours gets their numbers. */
static void
occupy_stdio(void)
{
	int fd = 0;

	while (fd <= 2 && fcntl(fd, F_GETFD) != -1)
		fd++;
	if (fd > 2)
		return;
	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= 2);
	if (fd != -1)
		close(fd);
}

int
main(int argc, char *argv[])
{
	struct command cmd;
	struct conf conf;
	const char *bad;
	bool sane;
	int status;

	if (argc == 0)
		return EXIT_BAD_ARGUMENTS;
	brief_memory();
	occupy_stdio();
	log_init("distcc");
	conf_open_log();
	sane = conf_from_env(&conf, &bad);
	/* --version and the like need none of the variables that may be wrong */
	if (take_command(argv, &conf, &cmd, &status)) {
		if (!sane)
			log_errx("%s=%s makes no sense", bad, getenv(bad));
		status = sane ? run_command(&cmd, &conf) : EXIT_BAD_ARGUMENTS;
	}
	conf_free(&conf);
	return status;
}
