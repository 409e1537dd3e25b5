/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made-up directories; a link to this test program is a link to the running program. */
#include "masq/realcc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tmp.h"
#include "tests/unit/check.h"
#include "tests/unit/world.h"

static char self[PATH_MAX];

/*
 * masq/      links to us, "bin -> ."; stock/ links to a distcc that is another program; hard/ a hard link
 * ccache/    links to ccache; real/ and other/ compilers; usrbin/ the ends of the links
 */
static void
make_world(void)
{
	static const char *const dirs[] = {"masq", "stock", "ccache", "real", "other", "usrbin", "alt"};

	for (size_t i = 0; i < countof(dirs); i++)
		CHECK(mkdir(dirs[i], 0755) == 0);
	world_program("usrbin/distcc");
	world_program("usrbin/ccache");
	world_program("real/gcc");
	world_program("real/x86_64-linux-gnu-g++-12");
	world_program("other/gcc");
	world_program("other/clang");
	CHECK(symlink(self, "masq/gcc") == 0);
	CHECK(symlink(self, "masq/cc") == 0);
	CHECK(symlink(".", "masq/bin") == 0);
	CHECK(symlink("../usrbin/distcc", "stock/gcc") == 0);
	CHECK(symlink("../usrbin/ccache", "ccache/gcc") == 0);
	CHECK(symlink("masq", "alias") == 0);
	CHECK(symlink("../alt/c++", "real/c++") == 0);
	CHECK(symlink("../real/g++", "alt/c++") == 0);
	CHECK(symlink("x86_64-linux-gnu-g++-12", "real/g++") == 0);
	CHECK(symlink("loop", "real/loop") == 0);
}

static void
test_own_names(void)
{
	static const char *const ours[] = {"distcc", "distccd", "distcc-chain", "distcc-config", "distccmon-text", "lsdistcc"};
	static const char *const others[] = {"gcc", "cc", "ccache", "icecc", "clang", "x86_64-linux-gnu-gcc", ""};

	for (size_t i = 0; i < countof(ours); i++)
		CHECK_ROW(ours[i], realcc_is_own_name(ours[i]));
	for (size_t i = 0; i < countof(others); i++)
		CHECK_ROW(others[i], !realcc_is_own_name(others[i]));
}

static void
test_ours(void)
{
	static const struct {
		const char *path;
		bool ours;
	} rows[] = {
		{"masq/gcc", true}, {"masq/bin/gcc", true}, {"alias/gcc", true}, {"stock/gcc", true}, {"usrbin/distcc", true},
		{"real/gcc", false}, {"real/c++", false}, {"ccache/gcc", false}, {"none/gcc", false}, {"real/loop", false},
	};

	for (size_t i = 0; i < countof(rows); i++)
		CHECK_ROW(rows[i].path, realcc_is_ours(rows[i].path) == rows[i].ours);
	CHECK(realcc_is_ccache("ccache/gcc") && realcc_is_ccache("usrbin/ccache"));
	CHECK(!realcc_is_ccache("real/gcc") && !realcc_is_ccache("masq/gcc"));
}

static const struct {
	const char *list, *name, *trimmed, *found;
} paths[] = {
	{"masq:real", "gcc", "real", "real/gcc"},
	{"real", "gcc", "real", "real/gcc"},
	{"ccache:masq:real", "gcc", "real", "real/gcc"},
	{"masq:ccache:real", "gcc", "ccache:real", "real/gcc"},
	{"other:masq:real", "gcc", "real", "real/gcc"},
	{"masq:real:masq", "gcc", "real", "real/gcc"},		/* the same directory twice */
	{"masq:masq/bin:alias:real", "gcc", "real", "real/gcc"},	/* and by other names */
	{"masq/bin:real", "gcc", "real", "real/gcc"},
	{"masq:stock:real", "gcc", "real", "real/gcc"},
	{"stock:real", "gcc", "real", "real/gcc"},
	{"masq:real:stock:other", "gcc", "real:other", "real/gcc"},
	{"masq:none:real", "gcc", "none:real", "real/gcc"},
	{"masq:real", "clang", "masq:real", NULL},			/* no link of that name: nothing to trim */
	{"masq:other", "clang", "masq:other", "other/clang"},
	{"masq", "gcc", "", NULL},
	{"masq:ccache", "gcc", "ccache", NULL},
	{"", "gcc", "", NULL},
	{"ccache:real", "gcc", "ccache:real", "real/gcc"},
	{"masq:real", "cc", "real", NULL},
};

static void
test_path(void)
{
	char *trimmed, *found, *again;

	for (size_t i = 0; i < countof(paths); i++) {
		trimmed = realcc_trim_path(paths[i].list, paths[i].name, &found);
		CHECK_STR(paths[i].trimmed, trimmed);
		CHECK_STR(paths[i].found, found);
		again = realcc_find(paths[i].name, trimmed);
		CHECK_STR(paths[i].found, again);
		free(trimmed);
		free(found);
		free(again);
	}
}

static void
test_names_with_slashes(void)
{
	char *found = realcc_find("real/gcc", "other");

	CHECK_STR("real/gcc", found);
	free(found);
	CHECK(realcc_find("masq/gcc", "real") == NULL);
	CHECK(realcc_find("none/gcc", "real") == NULL);
	found = realcc_find("ccache/gcc", "real");	/* asked for by name */
	CHECK_STR("ccache/gcc", found);
	free(found);
}

static void
test_resolve(void)
{
	char *end = realcc_resolve("real/c++");

	CHECK_STR("real/../alt/../real/x86_64-linux-gnu-g++-12", end);
	free(end);
	end = realcc_resolve("real/gcc");
	CHECK_STR("real/gcc", end);
	free(end);
	CHECK(realcc_resolve("real/loop") == NULL && errno == ELOOP);
	CHECK(realcc_resolve("real/none") == NULL && errno == ENOENT);
}

static void
test_depth(void)
{
	static const struct {
		const char *value;
		int depth;
	} rows[] = {{"", 0}, {"1", 1}, {"7", 7}, {"yes", 1}, {"-1", 1}};

	unsetenv(REALCC_GUARD);
	CHECK_INT(0, realcc_depth());
	realcc_set_depth(0);
	CHECK_STR("1", getenv(REALCC_GUARD));
	realcc_set_depth(realcc_depth());
	CHECK_INT(2, realcc_depth());
	for (size_t i = 0; i < countof(rows); i++) {
		setenv(REALCC_GUARD, rows[i].value, 1);
		CHECK_INT(rows[i].depth, realcc_depth());
	}
}

int
main(void)
{
	const char *top = tmp_create_dir("/tmp/masq_realcc_test.");

	CHECK(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	CHECK(top != NULL && chdir(top) == 0);
	make_world();
	test_own_names();
	test_ours();
	test_path();
	test_names_with_slashes();
	test_resolve();
	test_depth();
	CHECK(chdir("/") == 0);
	tmp_remove(top);
	return check_done();
}
