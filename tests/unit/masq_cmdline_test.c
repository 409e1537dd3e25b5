/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/cmdline.h"

#include <stdlib.h>

#include "tests/unit/check.h"

/* The words of line, separated by '|' . */
static void
split(struct strv *v, const char *line)
{
	size_t len;

	strv_push(v, "x");	/* so that v->v is there */
	strv_remove(v, 0);
	for (const char *p = line; *line != '\0'; p += len + 1) {
		len = strcspn(p, "|");
		strv_push_own(v, xstrndup(p, len));
		if (p[len] == '\0')
			break;
	}
}

static const struct {
	const char *line;
	enum action action;
	const char *operands;	/* NULL: the line is wrong */
} rows[] = {
	{"", ACTION_NONE, ""},
	{"--check", ACTION_CHECK, ""},
	{"--install-links", ACTION_INSTALL_LINKS, ""},
	{"--summary|f", ACTION_SUMMARY, "f"},
	{"--make-conf", ACTION_MAKE_CONF, ""},
	{"--make-conf|--apply|-n", ACTION_MAKE_CONF, ""},
	{"--apply", ACTION_MAKE_CONF, ""},
	{"--revert|--root|/x", ACTION_MAKE_CONF, ""},
	{"--no-distcc", ACTION_NO_DISTCC, ""},
	{"--no-distcc|a/b|=c/d-1", ACTION_NO_DISTCC, "a/b =c/d-1"},
	{"--allow-distcc|--root|/x|a/b", ACTION_ALLOW_DISTCC, "a/b"},
	{"--install-links|a|b", ACTION_INSTALL_LINKS, "a b"},
	{"--install-links|-n|a", ACTION_INSTALL_LINKS, "a"},
	{"-n|--install-links|--|-x", ACTION_INSTALL_LINKS, "-x"},
	{"--install-links=a", ACTION_INSTALL_LINKS, "a"},
	{"--remove-links|a", ACTION_REMOVE_LINKS, "a"},
	{"--update-masquerade", ACTION_UPDATE_MASQUERADE, ""},
	{"--update-masquerade-with-crossdev", ACTION_UPDATE_CROSSDEV, ""},
	{"--show-chain", ACTION_SHOW_CHAIN, ""},
	{"--show-chain|gcc|--probe|--json", ACTION_SHOW_CHAIN, "gcc"},
	{"--show-chain=gcc", ACTION_SHOW_CHAIN, "gcc"},
	{"--set-hosts|a b", ACTION_SET_HOSTS, "'a b'"},
	{"--set-hosts|a|b", ACTION_SET_HOSTS, "a b"},
	{"--set-hosts|--randomize a", ACTION_SET_HOSTS, "'--randomize a'"},
	{"--set-hosts=--randomize a", ACTION_SET_HOSTS, "'--randomize a'"},
	{"--set-log|", ACTION_SET_LOG, "''"},
	{"--set-env|A|--dir", ACTION_SET_ENV, "A --dir"},
	{"--set-env=A|b", ACTION_SET_ENV, "A b"},
	{"--get-env", ACTION_GET_ENV, ""},
	{"--get-env|A", ACTION_GET_ENV, "A"},
	{"-h", ACTION_HELP, ""},
	{"--version", ACTION_VERSION, ""},
	{"--check|--list-links", ACTION_NONE, NULL},
	{"--check|x", ACTION_NONE, NULL},
	{"--check=x", ACTION_NONE, NULL},
	{"--show-chain|a|b", ACTION_NONE, NULL},
	{"--set-env|A", ACTION_NONE, NULL},
	{"--set-env|A|b|c", ACTION_NONE, NULL},
	{"--set-hosts", ACTION_NONE, NULL},
	{"--set-verbose|1|2", ACTION_NONE, NULL},
	{"--list-links|--dir", ACTION_NONE, NULL},
	{"--list-links|--dir=", ACTION_NONE, NULL},
	{"--list-links|--dir|", ACTION_NONE, NULL},
	{"--list-links|-n", ACTION_NONE, NULL},
	{"--install-links|--json", ACTION_NONE, NULL},
	{"--install-links|--force=yes", ACTION_NONE, NULL},
	{"--remove-links|--force", ACTION_NONE, NULL},
	{"--show-chain|--root|/x", ACTION_NONE, NULL},
	{"--bogus", ACTION_NONE, NULL},
	{"-x", ACTION_NONE, NULL},
	{"-n", ACTION_NONE, NULL},
	{"word", ACTION_NONE, NULL},
	{"", ACTION_NONE, ""},
};

static void
test_lines(void)
{
	for (size_t i = 0; i < countof(rows); i++) {
		struct strv argv = STRV_INIT;
		struct cmdline c;
		char *wrong = NULL, *operands;
		bool ok;

		split(&argv, rows[i].line);
		ok = cmdline_parse(&c, argv.v, ACTION_NONE, &wrong);
		CHECK_ROW(rows[i].line, ok == (rows[i].operands != NULL));
		CHECK_ROW(rows[i].line, ok == (wrong == NULL));
		if (ok) {
			operands = strv_join(c.operands.v);
			CHECK_STR(rows[i].operands, operands);
			CHECK_ROW(rows[i].line, c.action == rows[i].action);
			free(operands);
		}
		free(wrong);
		cmdline_free(&c);
		strv_free(&argv);
	}
}

static void
test_options(void)
{
	struct strv argv = STRV_INIT;
	struct cmdline c;
	char *wrong;

	split(&argv, "--dir|a b|--root=/r|--install-links|--dry-run|--force|--chain");
	CHECK(cmdline_parse(&c, argv.v, ACTION_NONE, &wrong));
	CHECK_STR("a b", c.dir);
	CHECK_STR("/r", c.root);
	CHECK(c.dry_run && c.force && c.chain && !c.json && !c.probe);
	cmdline_free(&c);
	strv_free(&argv);
	split(&argv, "--check");
	CHECK(cmdline_parse(&c, argv.v, ACTION_NONE, &wrong));
	CHECK(c.dir == NULL && c.root == NULL && !c.dry_run && !c.force && !c.chain && !c.json && !c.probe);
	cmdline_free(&c);
	strv_free(&argv);
}

static void
test_usual(void)
{
	struct strv argv = STRV_INIT;
	struct cmdline c;
	char *wrong;

	split(&argv, "-n");
	CHECK(cmdline_parse(&c, argv.v, ACTION_UPDATE_MASQUERADE, &wrong) && c.action == ACTION_UPDATE_MASQUERADE && c.dry_run);
	cmdline_free(&c);
	CHECK(cmdline_parse(&c, argv.v + 1, ACTION_UPDATE_MASQUERADE, &wrong) && c.action == ACTION_UPDATE_MASQUERADE);
	cmdline_free(&c);
	strv_free(&argv);
	split(&argv, "--list-links");
	CHECK(cmdline_parse(&c, argv.v, ACTION_UPDATE_MASQUERADE, &wrong) && c.action == ACTION_LIST_LINKS);
	cmdline_free(&c);
	strv_free(&argv);
	split(&argv, "word");
	CHECK(!cmdline_parse(&c, argv.v, ACTION_UPDATE_MASQUERADE, &wrong));
	free(wrong);
	cmdline_free(&c);
	strv_free(&argv);
}

int
main(void)
{
	test_lines();
	test_options();
	test_usual();
	return check_done();
}
