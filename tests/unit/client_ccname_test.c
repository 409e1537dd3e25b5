/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of compilers in a made-up /usr/bin. */
#include "client/ccname.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "tests/unit/check.h"

static const char *const programs[] = {
	"bin/x86_64-linux-gnu-gcc-12", "bin/x86_64-linux-gnu-gcc-11", "bin/x86_64-linux-gnu-g++-12", "bin/c99-gcc", "llvm/clang",
	"bin/mycc", "plain/gcc", "gentoo/x86_64-pc-linux-gnu-gcc", "bin/avr-gcc",
};

static const struct {
	const char *link, *target;
} links[] = {
	/* as Debian has them */
	{"bin/gcc-12", "x86_64-linux-gnu-gcc-12"},
	{"bin/gcc-11", "x86_64-linux-gnu-gcc-11"},
	{"bin/gcc", "gcc-12"},
	{"bin/x86_64-linux-gnu-gcc", "gcc-12"},
	{"bin/g++-12", "x86_64-linux-gnu-g++-12"},
	{"bin/g++", "g++-12"},
	{"bin/x86_64-linux-gnu-g++", "g++-12"},
	{"bin/cc", "../alternatives/cc"},
	{"alternatives/cc", "../bin/gcc"},
	{"bin/c++", "../alternatives/c++"},
	{"alternatives/c++", "../bin/clang++"},
	{"bin/clang", "../llvm/clang"},
	{"bin/clang++", "../llvm/clang++"},
	{"llvm/clang++", "clang"},
	{"bin/clang-14", "../llvm/clang"},
	{"bin/c99", "c99-gcc"},
	/* as Gentoo has them */
	{"gentoo/gcc", "x86_64-pc-linux-gnu-gcc"},
	{"gentoo/cc", "gcc"},
	/* gcc is another one than the name with the triple */
	{"mixed/gcc", "../bin/x86_64-linux-gnu-gcc-11"},
};

static const struct {
	const char *typed, *path, *wire, *plain;
	enum cc_kind kind;
} rows[] = {
	{"gcc", "bin/gcc", "x86_64-linux-gnu-gcc", "gcc", CC_GCC},
	{"gcc-12", "bin/gcc-12", "x86_64-linux-gnu-gcc-12", "gcc-12", CC_GCC},
	{"gcc-11", "bin/gcc-11", "x86_64-linux-gnu-gcc-11", "gcc-11", CC_GCC},
	{"g++", "bin/g++", "x86_64-linux-gnu-g++", "g++", CC_GCC},
	{"/usr/bin/gcc", "bin/gcc", "x86_64-linux-gnu-gcc", "gcc", CC_GCC},
	{"/bin/g++-12", "bin/g++-12", "x86_64-linux-gnu-g++-12", "g++-12", CC_GCC},
	{"/usr/bin/sub/gcc", "bin/gcc", "/usr/bin/sub/gcc", "/usr/bin/sub/gcc", CC_GCC},
	{"/opt/x/bin/gcc", "bin/gcc", "/opt/x/bin/gcc", "/opt/x/bin/gcc", CC_GCC},
	{"x86_64-linux-gnu-gcc", "bin/x86_64-linux-gnu-gcc", "x86_64-linux-gnu-gcc", "x86_64-linux-gnu-gcc", CC_GCC},
	{"cc", "bin/cc", "x86_64-linux-gnu-gcc", "cc", CC_GCC},
	{"c++", "bin/c++", "clang++", "c++", CC_CLANG},
	{"clang", "bin/clang", "clang", "clang", CC_CLANG},
	{"clang-14", "bin/clang-14", "clang-14", "clang-14", CC_CLANG},
	{"clang++", "bin/clang++", "clang++", "clang++", CC_CLANG},
	{"c99", "bin/c99", "c99", "c99", CC_GCC},
	{"mycc", "bin/mycc", "mycc", "mycc", CC_UNKNOWN},
	{"x86_64-w64-mingw32-gcc-win32", "bin/mycc", "x86_64-w64-mingw32-gcc-win32", "x86_64-w64-mingw32-gcc-win32", CC_GCC},
	{"gcc-12-posix", "bin/mycc", "gcc-12-posix", "gcc-12-posix", CC_GCC},
	{"avr-gcc", "bin/avr-gcc", "avr-gcc", "avr-gcc", CC_GCC},
	{"gcc", "plain/gcc", "gcc", "gcc", CC_GCC},
	{"gcc", "gentoo/gcc", "x86_64-pc-linux-gnu-gcc", "gcc", CC_GCC},
	{"cc", "gentoo/cc", "x86_64-pc-linux-gnu-gcc", "cc", CC_GCC},
	{"gcc", "mixed/gcc", "gcc", "gcc", CC_GCC},
	{"gcc", "gone/gcc", "gcc", "gcc", CC_GCC},
};

static void
make_world(void)
{
	static const char *const dirs[] = {"bin", "llvm", "alternatives", "plain", "gentoo", "mixed"};
	int fd;

	for (size_t i = 0; i < countof(dirs); i++)
		CHECK(mkdir(dirs[i], 0755) == 0);
	for (size_t i = 0; i < countof(programs); i++) {
		fd = open(programs[i], O_WRONLY | O_CREAT, 0755);
		CHECK(fd != -1);
		close(fd);
	}
	for (size_t i = 0; i < countof(links); i++)
		CHECK(symlink(links[i].target, links[i].link) == 0);
}

static void
test_rows(void)
{
	struct ccname c;
	char *wire;

	for (size_t i = 0; i < countof(rows); i++) {
		ccname_init(&c, rows[i].typed, rows[i].path);
		CHECK_ROW(rows[i].typed, c.kind == rows[i].kind);
		wire = ccname_wire(&c, true, "nowhere");
		CHECK_STR(rows[i].wire, wire);
		free(wire);
		wire = ccname_wire(&c, false, "nowhere");
		CHECK_STR(rows[i].plain, wire);
		free(wire);
		ccname_free(&c);
	}
}

/* The name with the triple may stand elsewhere on PATH. */
static void
test_path_list(void)
{
	struct ccname c;
	char *wire;

	CHECK(mkdir("other", 0755) == 0 && mkdir("usrlocal", 0755) == 0);
	CHECK(rename("bin/x86_64-linux-gnu-gcc", "other/x86_64-linux-gnu-gcc") == 0);
	ccname_init(&c, "gcc", "bin/gcc");
	wire = ccname_wire(&c, true, "usrlocal:other");
	CHECK_STR("gcc", wire);	/* the link leads nowhere from there */
	free(wire);
	CHECK(unlink("other/x86_64-linux-gnu-gcc") == 0);
	CHECK(symlink("../bin/gcc-12", "other/x86_64-linux-gnu-gcc") == 0);
	wire = ccname_wire(&c, true, "usrlocal:other");
	CHECK_STR("x86_64-linux-gnu-gcc", wire);
	free(wire);
	ccname_free(&c);
}

static void
test_relative_name(void)
{
	char *cwd = path_cwd(), *want = path_join(cwd, "bin/mycc"), *wire;
	struct ccname c;

	ccname_init(&c, "bin/mycc", "bin/mycc");
	wire = ccname_wire(&c, true, "nowhere");
	CHECK_STR(want, wire);
	free(wire);
	ccname_free(&c);
	free(want);
	free(cwd);
}

int
main(void)
{
	const char *top = tmp_create_dir("/tmp/client_ccname_test.");

	CHECK(top != NULL && chdir(top) == 0);
	make_world();
	test_rows();
	test_path_list();
	test_relative_name();
	CHECK(chdir("/") == 0);
	tmp_remove(top);
	return check_done();
}
