/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strv.h"
#include "base/tmp.h"
#include "masq/inroot.h"
#include "masq/shvar.h"
#include "tests/unit/check.h"

static void
test_parse(void)
{
	static const struct {
		const char *line, *name, *value;	/* name NULL: no assignment */
	} rows[] = {
		{"A=b", "A", "b"},
		{"A=", "A", ""},
		{"A=\"\"", "A", ""},
		{"A=\"two words\"", "A", "two words"},
		{"A='two words'", "A", "two words"},
		{"  A=b  # comment", "A", "b"},
		{"export A=b", "A", "b"},
		{"export\tA='b'", "A", "b"},
		{"exportA=b", "exportA", "b"},
		{"A=\"a \\\"b\\\" \\\\ \\$c \\x\"", "A", "a \"b\" \\ $c \\x"},
		{"A='a\\b'", "A", "a\\b"},
		{"A=a\\ b", "A", "a b"},
		{"A=a'b'\"c\"d", "A", "abcd"},
		{"A=b;B=c", "A", "b"},
		{"A=b\nB=c", "A", "b"},
		{"A=b\r", "A", "b"},
		{"_a9=b", "_a9", "b"},
		{"A=b#c", "A", "b#c"},
		{"# A=b", NULL, NULL},
		{"", NULL, NULL},
		{"A", NULL, NULL},
		{"A =b", NULL, NULL},
		{"=b", NULL, NULL},
		{"9A=b", NULL, NULL},
		{"A=\"b", NULL, NULL},
		{"A='b\n'", NULL, NULL},
		{"A-B=c", NULL, NULL},
	};
	struct shvar v;

	for (size_t i = 0; i < countof(rows); i++) {
		bool found = shvar_parse(rows[i].line, &v);

		CHECK_ROW(rows[i].line, found == (rows[i].name != NULL));
		if (!found)
			continue;
		CHECK_ROW(rows[i].line, rows[i].name != NULL && v.name_len == strlen(rows[i].name) &&
			memcmp(v.name, rows[i].name, v.name_len) == 0);
		CHECK_STR(rows[i].value, v.value);
		free(v.value);
	}
}

static void
test_set(void)
{
	static const struct {
		const char *text, *name, *value, *result;
	} rows[] = {
		{"", "A", "b", "A=\"b\"\n"},
		{"X=1", "A", "b", "X=1\nA=\"b\"\n"},		/* the last line was not ended */
		{"X=1\n", "A", "", "X=1\nA=\"\"\n"},
		{"# A=1\n", "A", "b", "# A=1\nA=\"b\"\n"},
		{"A=1\n", "A", "b", "A=\"b\"\n"},
		{"# head\nA='1' # why\n\nB=2\n", "A", "b c", "# head\nA=\"b c\" # why\n\nB=2\n"},
		{"export A=\"1\";B=2\n", "A", "b", "export A=\"b\";B=2\n"},
		{"A=1\nA=2\n", "A", "3", "A=1\nA=\"3\"\n"},	/* the last one counts */
		{"AB=1\n", "A", "2", "AB=1\nA=\"2\"\n"},
		{"A=1\n", "A", "$x \"y\" \\z", "A='$x \"y\" \\z'\n"},
		{"A=1", "A", "%compiler% -v", "A=\"%compiler% -v\""},
	};
	char *result, *value;

	for (size_t i = 0; i < countof(rows); i++) {
		result = shvar_set(rows[i].text, rows[i].name, rows[i].value);
		CHECK_STR(rows[i].result, result);
		value = shvar_get(result, rows[i].name);
		CHECK_STR(rows[i].value, value);
		free(value);
		free(result);
	}
	CHECK(shvar_get("A=1\n", "B") == NULL);
	value = shvar_get("A=1\nA=2\n", "A");
	CHECK_STR("2", value);
	free(value);
	CHECK(shvar_can_hold("a \"b\" $c \\ \303\244") && shvar_can_hold(""));
	CHECK(!shvar_can_hold("it's") && !shvar_can_hold("a\nb") && !shvar_can_hold("a\tb") && !shvar_can_hold("\177"));
}

static char *
hosts_are_good(const char *text)
{
	return streq(text, "good") ? NULL : xstrdup("bad hosts");
}

static void
test_complain(void)
{
	static const struct {
		const char *name, *value;
		bool ok;
	} rows[] = {
		{"DISTCC_VERBOSE", "0", true}, {"DISTCC_VERBOSE", "1", true}, {"DISTCC_VERBOSE", "", false},
		{"DISTCC_VERBOSE", "2", false}, {"DISTCC_VERBOSE", "yes", false}, {"DISTCC_FALLBACK", "-1", false},
		{"DISTCC_LOG", "/var/log/x y", true}, {"DISTCC_LOG", "", true}, {"DISTCC_LOG", "x", false},
		{"DISTCC_DIR", "~/x", false}, {"DISTCC_HOSTS", "good", true}, {"DISTCC_HOSTS", "box:99999", false},
		{"DISTCC_IO_TIMEOUT", "300", true}, {"DISTCC_IO_TIMEOUT", "5m", false},
		{"DISTCC_CHAIN", "ccache,distcc", true}, {"DISTCC_CHAIN", "distcc", true}, {"DISTCC_CHAIN", "none", true},
		{"DISTCC_CHAIN", "distcc,ccache", false},
		{"UNCACHED_ERR_FD", "2", true}, {"UNCACHED_ERR_FD", "x", false},
		{"DISTCC_SSH", "ssh -p 2", true}, {"DISTCC_NEW_ONE", "x", true}, {"CCACHE_COMPILERCHECK", "%compiler% -v", true},
		{"DISTCC_SSH", "it's", false}, {"DISTCC_SSH", "a\nPATH=x", false},
		{"PATH", "/x", false}, {"LD_PRELOAD", "x", false}, {"", "x", false}, {"DISTCC_A B", "x", false},
		{"DISTCC_A=b", "x", false}, {"distcc_x", "x", false},
	};
	char *wrong;

	for (size_t i = 0; i < countof(rows); i++) {
		wrong = settings_complain(rows[i].name, rows[i].value, hosts_are_good);
		CHECK_ROW(rows[i].name, (wrong == NULL) == rows[i].ok);
		free(wrong);
	}
}

static void
test_merge(void)
{
	static const struct {
		const char *old, *hosts, *result;
	} rows[] = {
		{"", "a b", "a b\n"},
		{"x\n", "a b", "a b\n"},
		{"x", "  a b \n", "a b\n"},
		{"# mine\nx y\n\n# end\n", "a b", "# mine\na b\n\n# end\n"},
		{"# only\n", "a", "# only\na\n"},
		{"x # cellar\ny\n\tz # attic\n", "a b", "# cellar\na b\n# attic\n"},
		{"#x\n  # y\n", "a", "#x\n  # y\na\n"},
		{"# old\nx\n", "# new\na\nb\n", "# new\na\nb\n"},	/* a whole text takes the place of all */
		{"# old\nx\n", "a # cellar", "a # cellar\n"},
		{"a b\n", "a b", "a b\n"},
	};
	char *result;

	for (size_t i = 0; i < countof(rows); i++) {
		result = settings_merge_hosts(rows[i].old, rows[i].hosts);
		CHECK_STR(rows[i].result, result);
		free(result);
	}
}

static void
test_locate(void)
{
	struct settings_files s;

	settings_locate(&s, "", "", "/etc", NULL);
	CHECK_STR("/etc/distcc/hosts", s.hosts);
	CHECK(s.hosts_default == NULL);
	CHECK_STR("/etc/env.d/02distcc", s.env);
	settings_files_free(&s);
	settings_locate(&s, "", "", "/etc", "/home/x/.distcc");
	CHECK_STR("/home/x/.distcc/hosts", s.hosts);
	CHECK_STR("/etc/distcc/hosts", s.hosts_default);
	settings_files_free(&s);
	settings_locate(&s, "/mnt/r", "/pfx", "/etc", NULL);
	CHECK_STR("/mnt/r/pfx/etc/distcc/hosts", s.hosts);
	CHECK_STR("/mnt/r/pfx/etc/env.d/02distcc", s.env);
	settings_files_free(&s);
	settings_locate(&s, "/mnt/r", "/pfx", "/pfx/etc", NULL);	/* built for that prefix */
	CHECK_STR("/mnt/r/pfx/etc/distcc/hosts", s.hosts);
	settings_files_free(&s);
}

static bool
holds(const char *path, const char *want)
{
	struct buf text = BUF_INIT;
	bool missing, same = settings_read(path, &text, &missing) == 0 && !missing && streq(text.p, want);

	buf_free(&text);
	return same;
}

static void
test_files(void)
{
	struct buf text = BUF_INIT;
	struct strv names = STRV_INIT;
	struct stat st;
	bool missing = false;
	int fd;

	CHECK(settings_read("none/file", &text, &missing) == 0 && missing && streq(text.p, ""));
	buf_free(&text);
	fd = settings_lock("new/dir/file");
	CHECK(fd != -1);
	close(fd);
	CHECK(settings_write("new/dir/file", "one\n") == 0 && holds("new/dir/file", "one\n"));
	CHECK(stat("new/dir/file", &st) == 0 && (st.st_mode & 07777) == 0644);
	CHECK(chmod("new/dir/file", 0600) == 0);
	CHECK(symlink("new/dir/file", "link") == 0);
	CHECK(settings_write("link", "two\n") == 0 && holds("new/dir/file", "two\n"));
	CHECK(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
	CHECK(stat("link", &st) == 0 && (st.st_mode & 07777) == 0600);
	CHECK(settings_write("new/dir", "x") == -1 && errno == EINVAL);
	CHECK(symlink("gone", "dead") == 0);
	CHECK(settings_write("dead", "x") == -1 && errno == EINVAL);
	CHECK(settings_write("none/file", "x") == -1 && errno == ENOENT);
	CHECK(settings_read("new", &text, &missing) == -1 && !missing);
	CHECK(mkfifo("pipe", 0600) == 0);
	CHECK(settings_read("pipe", &text, &missing) == -1 && errno == EINVAL);
	buf_free(&text);
	inroot_list("new/dir", &names);
	CHECK_INT(1, names.n);		/* nothing is left lying about */
	strv_free(&names);
}

int
main(void)
{
	const char *top = tmp_create_dir("/tmp/masq_settings_test.");

	CHECK(top != NULL && chdir(top) == 0);
	test_parse();
	test_set();
	test_complain();
	test_merge();
	test_locate();
	test_files();
	CHECK(chdir("/") == 0);
	tmp_remove(top);
	return check_done();
}
