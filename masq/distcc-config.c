/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * distcc-config: fills, shows, checks and clears the directory of compiler links, and changes distcc's settings.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/util.h"
#include "client/hostlist.h"
#include "client/summary.h"
#include "config.h"
#include "masq/cmdline.h"
#include "masq/command.h"
#include "masq/names.h"
#include "masq/place.h"

/* The name under which stock's script is called. */
#define STOCK_NAME "update-distcc-symlinks"

static char *
complain_hosts(const char *text)
{
	struct hostlist l;
	enum hostlist_err err = hostlist_parse(&l, "hosts", text);
	char *wrong = err == HOSTLIST_OK ? NULL : hostlist_explain(&l, err);

	hostlist_free(&l);
	return wrong;
}

static char *
own_dir(void)
{
	const char *dir = getenv("DISTCC_DIR"), *home = getenv("HOME");

	if (dir != NULL && dir[0] != '\0')
		return xstrdup(dir);
	return home != NULL && home[0] != '\0' ? path_join(home, ".distcc") : NULL;
}

static enum check_hosts
state_of_hosts(const struct hostlist *l, enum hostlist_err err)
{
	if (err == HOSTLIST_NONE || err == HOSTLIST_EMPTY || err == HOSTLIST_NOBODY)
		return HOSTS_NONE;
	if (err != HOSTLIST_OK)
		return HOSTS_BAD;
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind != HOST_LOCAL)
			return HOSTS_OK;
	}
	return HOSTS_LOCAL;
}

static struct command_host
host_of(const struct hostspec *s)
{
	return (struct command_host){.label = hostspec_label(s), .host = xstrdup(s->host), .port = s->port, .slots = s->slots};
}

/* Takes the list over. */
static void
take_hosts(struct command_hosts *h, struct hostlist *l, enum hostlist_err err)
{
	*h = (struct command_hosts){.state = state_of_hosts(l, err)};
	if (err != HOSTLIST_OK)
		h->text = hostlist_explain(l, err);
	h->v = xcalloc(l->n + 1, sizeof(h->v[0]));
	h->ssh = xcalloc(l->n + 1, sizeof(h->ssh[0]));
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind == HOST_TCP && !l->v[i].down)
			h->v[h->n++] = host_of(&l->v[i]);
		else if (l->v[i].kind == HOST_SSH && !l->v[i].down)
			h->ssh[h->nssh++] = host_of(&l->v[i]);
	}
	hostlist_free(l);
}

static void
load_hosts(struct command_hosts *h)
{
	char *dir = own_dir();
	struct hostlist l;
	enum hostlist_err err = hostlist_load(&l, dir);

	take_hosts(h, &l, err);
	free(dir);
}

static void
parse_hosts(struct command_hosts *h, const char *source, const char *text)
{
	struct hostlist l;
	enum hostlist_err err = hostlist_parse(&l, source, text);
	char *dir = own_dir();

	if (err == HOSTLIST_OK)
		err = hostlist_discover(&l, dir);
	take_hosts(h, &l, err);
	free(dir);
}

/* The directory of links; NULL if the words make no sense. */
static char *
links_dir(const struct cmdline *line, const struct command_conf *c)
{
	char *dir, *cwd, *sub;

	if (line->dir == NULL) {
		dir = place_in(c->root, c->eprefix, PKGLIBDIR);
	} else if (line->dir[0] == '/') {
		dir = xasprintf("%s%s", c->root, line->dir);
	} else if (c->root[0] != '\0') {
		command_say("--dir %s must be an absolute name below the root %s", line->dir, c->root);
		return NULL;
	} else {
		cwd = path_cwd();
		dir = path_join(cwd != NULL ? cwd : ".", line->dir);
		free(cwd);
	}
	for (size_t n = strlen(dir); n > 1 && dir[n - 1] == '/'; n--)
		dir[n - 1] = '\0';
	if (!line->chain)
		return dir;
	sub = path_join(dir, "chain");
	free(dir);
	return sub;
}

/* The command that mends the directory these words mean: for cures. */
static char *
update_command(const struct cmdline *line, const struct command_conf *c)
{
	struct strv words = STRV_INIT;
	char *text;

	strv_push(&words, "distcc-config");
	strv_push(&words, "--update-masquerade");
	if (line->dir != NULL)
		strv_pushf(&words, "--dir=%s", line->dir);
	if (c->root[0] != '\0')
		strv_pushf(&words, "--root=%s", c->root);
	if (line->chain)
		strv_push(&words, "--chain");
	text = strv_join(words.v);
	strv_free(&words);
	return text;
}

static bool
take_conf(struct command_conf *c, const struct cmdline *line)
{
	const char *list = getenv("PATH");
	const char *root = line->root != NULL ? line->root : getenv("ROOT");
	struct stat st;

	*c = (struct command_conf){
		.root = place_root(root),
		.eprefix = place_root(getenv("EPREFIX")),
		.list = list != NULL ? list : "/usr/bin:/bin",
		.chain = line->chain, .dry_run = line->dry_run, .force = line->force, .json = line->json, .probe = line->probe,
		.complain_hosts = complain_hosts, .load_hosts = load_hosts, .parse_hosts = parse_hosts,
	};
	if (c->root[0] != '\0' && (stat(c->root, &st) == -1 || !S_ISDIR(st.st_mode))) {
		command_say("the root %s is no directory", c->root);
		return false;
	}
	if (c->root[0] == '\0' && geteuid() != 0)
		c->own_dir = own_dir();
	c->dir = links_dir(line, c);
	c->update = update_command(line, c);
	return c->dir != NULL;
}

static void
free_conf(struct command_conf *c)
{
	free(c->root);
	free(c->eprefix);
	free(c->dir);
	free(c->update);
	free(c->own_dir);
}

/* Words that shall be targets. */
static bool
are_targets(const struct strv *words)
{
	for (size_t i = 0; i < words->n; i++) {
		if (!names_target_ok(words->v[i])) {
			command_say("\"%s\" cannot be a CHOST; one looks like x86_64-pc-linux-gnu", words->v[i]);
			return false;
		}
	}
	return true;
}

static int
set_hosts(const struct command_conf *c, const struct strv *words)
{
	struct buf text = BUF_INIT;
	int status;

	for (size_t i = 0; i < words->n; i++)
		buf_addf(&text, "%s%s", i > 0 ? " " : "", words->v[i]);
	status = command_set_hosts(c, text.p);
	buf_free(&text);
	return status;
}

/* Of the file in which DISTCC_JOURNAL had clients write. */
static int
print_summary(const char *path)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct summary s = {0};
	int status = 1;

	if (buf_read_file(&text, path, JOURNAL_MAX + (1u << 20)) == -1) {
		command_say("%s cannot be read: %s", path, strerror(errno));
	} else {
		summary_add_text(&s, text.p);
		summary_print(&out, &s);
		if (out.n == 0)
			buf_adds(&out, "no jobs\n");
		fputs(out.p, stdout);
		status = 0;
	}
	summary_free(&s);
	buf_free(&text);
	buf_free(&out);
	return status;
}

static int
run(const struct command_conf *c, const struct cmdline *line)
{
	const struct strv *words = &line->operands;
	const char *first = words->n > 0 ? words->v[0] : NULL;

	switch (line->action) {
	case ACTION_INSTALL_LINKS:
		return are_targets(words) ? command_update_links(c, UPDATE_ALL, words) : 1;
	case ACTION_REMOVE_LINKS:
		return are_targets(words) ? command_remove_links(c, words) : 1;
	case ACTION_UPDATE_MASQUERADE:
		return command_update_links(c, UPDATE_ALL, words);
	case ACTION_UPDATE_CROSSDEV:
		return command_update_links(c, UPDATE_PREFIXED, words);
	case ACTION_LIST_LINKS:
		return command_list_links(c);
	case ACTION_SHOW_CHAIN:
		return command_show_chain(c, first);
	case ACTION_CHECK:
		return command_check(c);
	case ACTION_MAKE_CONF:
		return command_make_conf(c, line->apply ? MAKE_CONF_APPLY : line->revert ? MAKE_CONF_REVERT : MAKE_CONF_PRINT);
	case ACTION_NO_DISTCC:
		return words->n > 0 ? command_add_packages(c, words) : command_list_packages(c);
	case ACTION_ALLOW_DISTCC:
		if (words->n > 0)
			return command_remove_packages(c, words);
		command_say("--allow-distcc needs a package (--no-distcc lists those that have an entry)");
		return EXIT_BAD_ARGUMENTS;
	case ACTION_SUMMARY:
		return print_summary(first);
	case ACTION_GET_HOSTS:
		return command_get_hosts(c);
	case ACTION_SET_HOSTS:
		return set_hosts(c, words);
	case ACTION_GET_VERBOSE:
		return command_get_env(c, "DISTCC_VERBOSE");
	case ACTION_SET_VERBOSE:
		return command_set_env(c, "DISTCC_VERBOSE", first);
	case ACTION_GET_LOG:
		return command_get_env(c, "DISTCC_LOG");
	case ACTION_SET_LOG:
		return command_set_env(c, "DISTCC_LOG", first);
	case ACTION_GET_ENV:
		return command_get_env(c, first);
	case ACTION_SET_ENV:
		return command_set_env(c, first, words->v[1]);
	case ACTION_HELP:
		fputs(cmdline_help, stdout);
		return 0;
	case ACTION_VERSION:
		puts("distcc-config " DISTCC_VERSION " " DISTCC_HOST_TRIPLE);
		return 0;
	case ACTION_NONE:
		break;
	}
	command_say("no action (--help tells which there are)");
	return EXIT_BAD_ARGUMENTS;
}

/* What was printed must have arrived. */
static int
flush(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	command_say("the output cannot be written");
	return status != 0 ? status : 1;
}

int
main(int argc, char *argv[])
{
	struct command_conf conf = {0};
	enum action usual = ACTION_NONE;
	struct cmdline line;
	char *wrong;
	int status = 1;

	log_init("distcc-config");
	signal(SIGCHLD, SIG_DFL);	/* inherited as ignored, it would keep us from waiting for children */
	umask(022);			/* others must be able to read what root makes here */
	if (argc > 0 && streq(path_base(argv[0]), STOCK_NAME))
		usual = ACTION_UPDATE_MASQUERADE;
	if (!cmdline_parse(&line, argv + (argc > 0), usual, &wrong)) {
		command_say("%s (--help tells more)", wrong);
		status = EXIT_BAD_ARGUMENTS;
	} else if (take_conf(&conf, &line)) {
		status = flush(run(&conf, &line));
	}
	free_conf(&conf);
	cmdline_free(&line);
	free(wrong);
	return status;
}
