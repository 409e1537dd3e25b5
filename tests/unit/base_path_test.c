/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "check.h"

static const struct {
	const char *in, *base, *ext, *dir, *to_o;
} names[] = {
	{"hello.c", "hello.c", ".c", ".", "hello.o"},
	{"a/b/hello.cc", "hello.cc", ".cc", "a/b", "hello.o"},
	{"/hello.c", "hello.c", ".c", "/", "hello.o"},
	{"//hello.c", "hello.c", ".c", "/", "hello.o"},
	{"a//hello.c", "hello.c", ".c", "a", "hello.o"},
	{"a.b/hello", "hello", NULL, "a.b", "hello.o"},
	{"../x.tar.gz", "x.tar.gz", ".gz", "..", "x.tar.o"},
	{".profile", ".profile", NULL, ".", ".profile.o"},
	{"a/.profile.c", ".profile.c", ".c", "a", ".profile.o"},
	{"x.", "x.", ".", ".", "x.o"},
	{"a/", "", NULL, "a", ".o"},
	{"", "", NULL, ".", ".o"},
};

static void
test_names(void)
{
	for (size_t i = 0; i < countof(names); i++) {
		char *dir = path_dir(names[i].in);
		char *to_o = path_base_with_ext(names[i].in, ".o");

		CHECK_STR(names[i].base, path_base(names[i].in));
		CHECK_STR(names[i].ext, path_ext(names[i].in));
		CHECK_STR(names[i].dir, dir);
		CHECK_STR(names[i].to_o, to_o);
		free(dir);
		free(to_o);
	}
}

static void
test_join(void)
{
	static const struct {
		const char *dir, *name, *want;
	} rows[] = {
		{"a", "b", "a/b"}, {"/", "b", "/b"}, {"a/", "b", "a/b"}, {".", "b/c", "./b/c"},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		char *s = path_join(rows[i].dir, rows[i].name);

		CHECK_STR(rows[i].want, s);
		free(s);
	}
}

static void
make_file(const char *name, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	fchmod(fd, mode);
	close(fd);
}

/* In an empty directory: one/tool (executable), two/tool (plain), two/dir (directory), tool (executable) */
static void
test_find(void)
{
	static const struct {
		const char *name, *list, *want;
	} rows[] = {
		{"tool", "one:two", "one/tool"},
		{"tool", "two:one", "one/tool"},
		{"tool", "two", NULL},
		{"dir", "two:one", NULL},
		{"tool", ":one", "./tool"},
		{"tool", "two:", "./tool"},
		{"tool", "two::one", "./tool"},
		{"tool", "", "./tool"},
		{"tool", "nothere:one/:", "one/tool"},
		{"", "one", NULL},
		{"one/tool", "two", "one/tool"},
		{"two/tool", "one", NULL},
		{"missing", "one:two", NULL},
	};

	mkdir("one", 0777);
	mkdir("two", 0777);
	mkdir("two/dir", 0777);
	make_file("one/tool", 0755);
	make_file("two/tool", 0644);
	make_file("tool", 0755);
	for (size_t i = 0; i < countof(rows); i++) {
		char *s = path_find(rows[i].name, rows[i].list);

		CHECK_STR(rows[i].want, s);
		free(s);
	}
	CHECK_STR(NULL, path_find("tool", NULL));
	CHECK(path_is_exec("tool"));
	CHECK(!path_is_exec("two/tool"));
	CHECK(!path_is_exec("two"));
	CHECK(!path_is_exec("missing"));
}

static bool
is_dir(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 && S_ISDIR(st.st_mode);
}

static void
test_mkdirs(void)
{
	CHECK_INT(0, path_mkdirs("x/y/z"));
	CHECK(is_dir("x/y/z"));
	CHECK_INT(0, path_mkdirs("x/y/z"));
	CHECK_INT(0, path_mkdirs("x//w/"));
	CHECK(is_dir("x/w"));
	CHECK_INT(0, path_mkdirs("/"));
	CHECK_INT(-1, path_mkdirs("tool"));
	CHECK_INT(EEXIST, errno);
	CHECK_INT(-1, path_mkdirs("tool/a/b"));
	CHECK_INT(ENOTDIR, errno);
	CHECK_INT(-1, path_mkdirs(""));
	CHECK_INT(ENOENT, errno);
}

static void
test_below(void)
{
	static const struct { const char *path, *dir; bool below; } rows[] = {
		{"/a/b", "/a", true}, {"/a/b/c", "/a", true}, {"/a", "/a", false}, {"/ab", "/a", false}, {"/a", "/a/b", false}, {"/b/a", "/a", false},
	};

	for (size_t i = 0; i < countof(rows); i++)
		CHECK_ROW(rows[i].path, path_is_below(rows[i].path, rows[i].dir) == rows[i].below);
}

int
main(void)
{
	char *prefix = path_join(tmp_dir(), "path_test_");
	const char *dir = tmp_create_dir(prefix);
	char *cwd;

	free(prefix);
	test_names();
	test_join();
	if (dir == NULL || chdir(dir) == -1)
		return 1;
	cwd = path_cwd();
	CHECK(cwd != NULL && ends_with(cwd, path_base(dir)));
	free(cwd);
	test_find();
	test_mkdirs();
	if (chdir("/") == -1)
		return 1;
	tmp_cleanup(false);
	test_below();
	return check_done();
}
