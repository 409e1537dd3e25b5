/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/cmdallow.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tmp.h"
#include "tests/unit/check.h"

/*
 * list/     the allow-list directory: gcc, g++, gone (links to a program called distcc), plain (no execute permission)
 * bin/      gcc -> gcc-12 -> tri-linux-gnu-gcc-12, g++ (a program), clang, tri-linux-gnu-ld,
 *           distcc, cc -> distcc
 * opt/      gcc, weird
 * empty/
 */
static const char *top;

static char *
at(const char *name)
{
	return xasprintf("%s/%s", top, name);
}

static void
make_dir(const char *name)
{
	char *path = at(name);

	CHECK(mkdir(path, 0755) == 0);
	free(path);
}

static void
make_file(const char *name, mode_t mode)
{
	char *path = at(name);
	FILE *f = fopen(path, "w");

	CHECK(f != NULL);
	if (f != NULL)
		fclose(f);
	chmod(path, mode);
	free(path);
}

static void
make_link(const char *target, const char *name)
{
	char *path = at(name);

	CHECK(symlink(target, path) == 0);
	free(path);
}

static void
make_tree(void)
{
	make_dir("list");
	make_dir("bin");
	make_dir("opt");
	make_dir("empty");
	make_file("bin/distcc", 0755);
	make_link("distcc", "bin/cc");
	make_link("../bin/distcc", "list/gcc");
	make_link("../bin/distcc", "list/g++");
	make_link("../bin/distcc", "list/gone");
	make_link("../bin/distcc", "list/distccd");
	make_link("../bin/nothing", "list/dangling");
	make_file("list/plain", 0644);
	make_file("bin/tri-linux-gnu-gcc-12", 0755);
	make_link("tri-linux-gnu-gcc-12", "bin/gcc-12");
	make_link("gcc-12", "bin/gcc");
	make_file("bin/g++", 0755);
	make_file("bin/clang", 0755);
	make_file("bin/plain", 0755);
	make_file("opt/gcc", 0755);
	make_file("opt/weird", 0755);
}

/* What a test begins with; paths in expectations are relative to top. */
enum start { DIRS, COMMANDS, CMDLIST, CMDLIST2, EVERYTHING };

static const struct { enum start start; const char *argv0; enum cmdallow_err err; const char *path; } rows[] = {
	{DIRS, "gcc", CMDALLOW_OK, "bin/gcc"},
	{DIRS, "g++", CMDALLOW_OK, "bin/g++"},
	{DIRS, "/usr/bin/gcc", CMDALLOW_OK, NULL},	/* that very file, or bin/gcc where it does not exist */
	{DIRS, "gone", CMDALLOW_MISSING, NULL},
	{DIRS, "nowhere", CMDALLOW_MISSING, NULL},
	{DIRS, "clang", CMDALLOW_DENIED, NULL},
	{DIRS, "plain", CMDALLOW_DENIED, NULL},
	{DIRS, "dangling", CMDALLOW_MISSING, NULL},
	{DIRS, "/usr/bin/clang-nowhere", CMDALLOW_MISSING, NULL},
	{DIRS, "/opt/gcc", CMDALLOW_DENIED, NULL},
	{DIRS, "./gcc", CMDALLOW_DENIED, NULL},
	{DIRS, "../bin/gcc", CMDALLOW_DENIED, NULL},
	{DIRS, "/usr/bin/../bin/gcc", CMDALLOW_DENIED, NULL},
	{DIRS, "/usr/bin//gcc", CMDALLOW_DENIED, NULL},
	{DIRS, "/bin/sh", CMDALLOW_MISSING, NULL},
	{DIRS, "distcc", CMDALLOW_DENIED, NULL},
	{DIRS, "distccd", CMDALLOW_DENIED, NULL},
	{DIRS, "", CMDALLOW_DENIED, NULL},
	{DIRS, "/", CMDALLOW_DENIED, NULL},
	{DIRS, ".", CMDALLOW_MISSING, NULL},
	{DIRS, "..", CMDALLOW_MISSING, NULL},
	/* cross names that are the plain compiler */
	{DIRS, "tri-linux-gnu-gcc", CMDALLOW_OK, "bin/gcc"},
	{DIRS, "/usr/bin/tri-linux-gnu-gcc", CMDALLOW_OK, "bin/gcc"},
	{DIRS, "tri-linux-gnu-gcc-12", CMDALLOW_OK, "bin/gcc"},
	{DIRS, "tri-linux-gnu-gcc-13", CMDALLOW_MISSING, NULL},
	{DIRS, "tri-linux-gnu-g++", CMDALLOW_MISSING, NULL},
	{DIRS, "gnu-gcc", CMDALLOW_MISSING, NULL},
	{DIRS, "other-linux-gnu-gcc", CMDALLOW_MISSING, NULL},
	/* commands.allow: a path, a name */
	{COMMANDS, "weird", CMDALLOW_OK, "opt/weird"},
	{COMMANDS, "/usr/bin/weird", CMDALLOW_OK, "opt/weird"},
	{COMMANDS, "TOP/opt/weird", CMDALLOW_OK, "opt/weird"},
	{COMMANDS, "TOP/other/weird", CMDALLOW_DENIED, NULL},
	{COMMANDS, "clang", CMDALLOW_OK, "bin/clang"},
	{COMMANDS, "TOP/bin/clang", CMDALLOW_DENIED, NULL},
	{COMMANDS, "gcc", CMDALLOW_OK, "bin/gcc"},
	{COMMANDS, "removed", CMDALLOW_MISSING, NULL},
	/* DISTCC_CMDLIST: instead of the directories, by the last word of the path */
	{CMDLIST, "gcc", CMDALLOW_OK, "opt/gcc"},
	{CMDLIST, "/anywhere/gcc", CMDALLOW_OK, "opt/gcc"},
	{CMDLIST, "../gcc", CMDALLOW_OK, "opt/gcc"},
	{CMDLIST, "g++", CMDALLOW_DENIED, NULL},
	{CMDLIST, "clang", CMDALLOW_DENIED, NULL},
	/* by the last two */
	{CMDLIST2, "gcc", CMDALLOW_DENIED, NULL},
	{CMDLIST2, "opt/gcc", CMDALLOW_OK, "opt/gcc"},
	{CMDLIST2, "/x/opt/gcc", CMDALLOW_OK, "opt/gcc"},
	{CMDLIST2, "/x/bin/gcc", CMDALLOW_DENIED, NULL},
	{EVERYTHING, "clang", CMDALLOW_OK, "bin/clang"},
	{EVERYTHING, "TOP/opt/gcc", CMDALLOW_OK, "opt/gcc"},
	{EVERYTHING, "/nowhere/gcc", CMDALLOW_OK, "bin/gcc"},
	{EVERYTHING, "./gcc", CMDALLOW_OK, "bin/gcc"},
	{EVERYTHING, "tri-linux-gnu-gcc", CMDALLOW_OK, "bin/gcc"},
	{EVERYTHING, "nowhere", CMDALLOW_MISSING, NULL},
	{EVERYTHING, "cc", CMDALLOW_MISSING, NULL},	/* a link to us */
	{EVERYTHING, "distcc", CMDALLOW_DENIED, NULL},
};

static void
begin(struct cmdallow *a, enum start start)
{
	*a = (struct cmdallow)CMDALLOW_INIT;
	strv_push_own(&a->dirs, at("missing"));
	strv_push_own(&a->dirs, at("list"));
	a->everything = start == EVERYTHING;
	if (start == COMMANDS) {
		strv_push_own(&a->commands, at("opt/weird"));
		strv_push(&a->commands, "clang");
		strv_push_own(&a->commands, at("opt/removed"));
	}
	if (start == CMDLIST || start == CMDLIST2) {
		a->has_cmdlist = true;
		strv_push_own(&a->cmdlist, at("opt/gcc"));
		a->numwords = start == CMDLIST2 ? 2 : 1;
	}
}

static void
test_find(void)
{
	char *search = xasprintf("%s/list:%s/missing:%s/bin", top, top, top);

	for (size_t i = 0; i < countof(rows); i++) {
		struct cmdallow a;
		char *path, *want = rows[i].path != NULL ? at(rows[i].path) : NULL;
		char *argv0 = starts_with(rows[i].argv0, "TOP/") ? at(rows[i].argv0 + 4) : xstrdup(rows[i].argv0);

		begin(&a, rows[i].start);
		CHECK_ROW(rows[i].argv0, cmdallow_find(&a, argv0, search, &path) == rows[i].err);
		if (want != NULL)
			CHECK_STR(want, path);
		else
			CHECK_ROW(rows[i].argv0, (path != NULL) == (rows[i].err == CMDALLOW_OK));
		free(path);
		free(want);
		free(argv0);
		cmdallow_free(&a);
	}
	free(search);
}

static void
test_usable(void)
{
	struct cmdallow a;

	begin(&a, DIRS);
	CHECK(cmdallow_usable(&a));
	cmdallow_free(&a);
	CHECK(!cmdallow_usable(&a));
	strv_push_own(&a.dirs, at("missing"));
	strv_push_own(&a.dirs, at("empty"));
	CHECK(!cmdallow_usable(&a));
	strv_push(&a.commands, "gcc");
	CHECK(cmdallow_usable(&a));
	cmdallow_free(&a);
	a.everything = true;
	CHECK(cmdallow_usable(&a));
	cmdallow_free(&a);
	begin(&a, DIRS);
	a.has_cmdlist = true;	/* and is empty: the directories do not count */
	CHECK(!cmdallow_usable(&a));
	cmdallow_free(&a);
}

int
main(void)
{
	char *prefix = xasprintf("%s/cmdallow_", tmp_dir());

	top = tmp_create_dir(prefix);
	free(prefix);
	CHECK(top != NULL);
	if (top != NULL) {
		make_tree();
		test_find();
		test_usable();
	}
	tmp_cleanup(false);
	return check_done();
}
