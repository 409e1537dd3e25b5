/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Systems made up below a root: what is found, where links go, what is in their directory. */
#include "masq/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/tmp.h"
#include "masq/inroot.h"
#include "masq/links.h"
#include "masq/place.h"
#include "tests/unit/check.h"

static const char *top;

/* All paths below are seen from inside the root, with a blank in its name. */
static char *
in_root(const char *path)
{
	return xasprintf("%s/a root%s", top, path);
}

static void
put(const char *path, const char *text, int mode)
{
	char *full = in_root(path), *dir = path_dir(full);
	int fd;

	CHECK(path_mkdirs(dir) == 0);
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	CHECK(fd != -1);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	free(dir);
	free(full);
}

static void
put_link(const char *path, const char *text)
{
	char *full = in_root(path), *dir = path_dir(full);

	CHECK(path_mkdirs(dir) == 0);
	CHECK(symlink(text, full) == 0);
	free(dir);
	free(full);
}

static void
put_programs(const char *dir, const char *names)
{
	size_t len;

	for (const char *p = names; *p != '\0'; p += len + strspn(p + len, " ")) {
		char *path;

		len = strcspn(p, " ");
		path = xasprintf("%s/%.*s", dir, (int)len, p);
		put(path, "", 0755);
		free(path);
	}
}

/* As Gentoo has it: gcc 12 and 13 (13 active), a cross gcc, LLVM 17, our links, ccache's. */
static void
make_gentoo(void)
{
	put_programs("/usr/x86_64-pc-linux-gnu/gcc-bin/13", "gcc g++ c++ x86_64-pc-linux-gnu-gcc x86_64-pc-linux-gnu-gcc-13 gcov gcc-ar");
	put_programs("/usr/x86_64-pc-linux-gnu/gcc-bin/12", "gcc-12 x86_64-pc-linux-gnu-gcc-12");
	put_programs("/usr/x86_64-pc-linux-gnu/riscv64-unknown-elf/gcc-bin/13", "gcc riscv64-unknown-elf-gcc riscv64-unknown-elf-g++");
	put_programs("/opt/odd/bin", "odd-gcc gcc");
	put_programs("/usr/lib/llvm/17/bin", "clang clang++ clang-17 x86_64-pc-linux-gnu-clang clang-format");
	put_programs("/usr/bin", "distcc ccache c99 lto-dump");
	put("/usr/bin/gcc-8", "", 0644);	/* not to be executed */
	/* gcc-config makes absolute links */
	put_link("/usr/bin/gcc", "/usr/x86_64-pc-linux-gnu/gcc-bin/13/gcc");
	put_link("/usr/bin/cc", "gcc");
	put_link("/usr/bin/x86_64-pc-linux-gnu-gcc", "/usr/x86_64-pc-linux-gnu/gcc-bin/13/x86_64-pc-linux-gnu-gcc");
	put_link("/usr/bin/gcc-9", "/usr/x86_64-pc-linux-gnu/gcc-bin/9/gcc");
	put("/etc/env.d/gcc/x86_64-pc-linux-gnu-13",
		"GCC_PATH=\"/usr/x86_64-pc-linux-gnu/gcc-bin/13\"\nLDPATH=\"/usr/lib\"\nCTARGET=\"x86_64-pc-linux-gnu\"\n", 0644);
	put("/etc/env.d/gcc/x86_64-pc-linux-gnu-12-hardened", "PATH='/usr/x86_64-pc-linux-gnu/gcc-bin/12'\n", 0644);
	put("/etc/env.d/gcc/odd-5.4.0", "# old\nGCC_PATH=/nowhere:/opt/odd/bin\n", 0644);
	put("/etc/env.d/gcc/config-x86_64-pc-linux-gnu", "CURRENT=x86_64-pc-linux-gnu-13\n", 0644);
	put("/etc/env.d/gcc/broken-1", "GCC_PATH=\"/usr/bin\n", 0644);
	put("/usr/lib/gcc-cross/my-own/12/x", "", 0644);
	put_programs("/usr/bin", "my-own-gcc your-own-gcc");
	put_link("/usr/lib/ccache/bin/tcc", "../../../bin/ccache");
	put_link("/usr/lib/ccache/bin/gcc-77", "../../../bin/ccache");
	put_link("/opt/stock/lib/gcc-88", "../bin/distcc");
	put_programs("/opt/stock/bin", "distcc");
	put_link("/usr/lib/distcc/gcc", "../../bin/distcc");
	put_link("/usr/lib/distcc/gcc-66", "/usr/bin/distcc");
	put_link("/usr/lib/distcc/g++", "/usr/bin/gone");
	put_link("/usr/lib/distcc/bin", ".");
	put_link("/usr/lib/distcc/tcc", "../../bin/distcc");
	put("/usr/lib/distcc/c++", "a wrapper", 0755);
	put("/usr/lib/distcc/.keep", "", 0644);
	put_link("/usr/lib/distcc/.distcc-config.77", "../../bin/distcc");
	put_programs("/usr/bin", "tcc");
}

static char *
found_names(const struct scan *s)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (size_t i = 0; i < s->n; i++)
		buf_addf(&b, "%s%s%s%s", i > 0 ? " " : "", s->v[i].name, s->v[i].on_path ? "" : "!", s->v[i].prefixed ? "*" : "");
	return b.p;
}

static void
test_gentoo(void)
{
	char *root = in_root(""), *masq = in_root("/usr/lib/distcc"), *program = in_root("/usr/bin/distcc"), *names, *path;
	struct scan_from from = {
		.root = root, .eprefix = "", .list = "/usr/lib/distcc/bin:/usr/lib/ccache/bin:/opt/stock/lib:relative::/usr/bin", .masq = masq,
		.program = program,
	};
	bool on_path = true;
	struct scan s;

	scan_compilers(&s, &from);
	names = found_names(&s);
	CHECK_STR("c++! c99 cc clang! clang++! clang-17! g++! gcc gcc-12! my-own-gcc* odd-gcc!* riscv64-unknown-elf-g++!* "
		"riscv64-unknown-elf-gcc!* x86_64-pc-linux-gnu-clang!* x86_64-pc-linux-gnu-gcc* x86_64-pc-linux-gnu-gcc-12!* "
		"x86_64-pc-linux-gnu-gcc-13!*", names);
	free(names);
	CHECK(!s.holds_compilers);
	path = scan_behind(&s, "clang-17", &on_path);
	CHECK(path != NULL && ends_with(path, "/usr/lib/llvm/17/bin/clang-17") && !on_path);
	free(path);
	path = scan_behind(&s, "tcc", &on_path);	/* no usual name, but a program */
	CHECK(path != NULL && ends_with(path, "/usr/bin/tcc") && on_path);
	free(path);
	CHECK(scan_behind(&s, "gcc-66", NULL) == NULL);
	CHECK(scan_behind(&s, "distcc", NULL) == NULL);
	scan_compilers_free(&s);
	free(root);
	free(masq);
	free(program);
}

static void
test_no_place_for_links(void)
{
	static const struct {
		const char *masq;
		bool holds;
	} rows[] = {
		{"/usr/bin", true}, {"/usr/lib/llvm/17/bin", true}, {"/usr/x86_64-pc-linux-gnu/gcc-bin/13", true},
		{"/opt/odd/bin", true}, {"/usr/lib/distcc", false}, {"/usr/lib/distcc/bin", false}, {"/none", false},
	};
	char *root = in_root("");

	for (size_t i = 0; i < countof(rows); i++) {
		char *masq = in_root(rows[i].masq);
		struct scan_from from = {.root = root, .eprefix = "", .list = "/usr/lib/distcc:/usr/bin", .masq = masq};
		struct scan s;

		scan_compilers(&s, &from);
		CHECK_ROW(rows[i].masq, s.holds_compilers == rows[i].holds);
		scan_compilers_free(&s);
		free(masq);
	}
	free(root);
}

/* This system: only PATH counts for sure. */
static void
test_path(void)
{
	char *bin = in_root("/usr/bin"), *masq = in_root("/usr/lib/distcc"), *list = xasprintf("%s:%s:.", masq, bin), *path;
	char *hard = in_root("/usr/bin/clang"), *program = in_root("/usr/bin/distcc");
	struct scan_from from = {.root = "", .eprefix = "", .list = list, .masq = masq, .program = program};
	bool on_path = false;
	struct scan s;

	CHECK(link(program, hard) == 0);
	put_programs("/work", "gcc-55");
	path = in_root("/work");
	CHECK(chdir(path) == 0);
	free(path);
	scan_compilers(&s, &from);
	path = scan_behind(&s, "c99", &on_path);
	CHECK(path != NULL && starts_with(path, bin) && on_path);
	free(path);
	path = scan_behind(&s, "gcc-55", &on_path);
	CHECK_STR("./gcc-55", path);
	free(path);
	path = scan_behind(&s, "clang", NULL);		/* a hard link to us */
	CHECK(path == NULL || !starts_with(path, bin));
	free(path);
	path = scan_behind(&s, "cc", NULL);		/* its link leads out of our root */
	CHECK(path == NULL || !starts_with(path, bin) || access("/usr/x86_64-pc-linux-gnu", F_OK) == 0);
	free(path);
	scan_compilers_free(&s);
	CHECK(unlink(hard) == 0);
	CHECK(chdir(top) == 0);
	free(bin);
	free(masq);
	free(list);
	free(hard);
	free(program);
}

static void
test_links(void)
{
	static const struct {
		const char *name;
		enum link_kind kind;
		const char *text;
		bool dangling, behind;
	} rows[] = {
		{"bin", LINK_FOREIGN, ".", false, false},
		{"c++", LINK_FILE, NULL, false, false},
		{"g++", LINK_FOREIGN, "/usr/bin/gone", true, false},
		{"gcc", LINK_OURS, "../../bin/distcc", false, true},
		{"gcc-66", LINK_OURS, "/usr/bin/distcc", false, false},
		{"tcc", LINK_OURS, "../../bin/distcc", false, true},
	};
	char *root = in_root(""), *masq = in_root("/usr/lib/distcc"), *none = in_root("/none"), *file = in_root("/usr/bin/gcc-8");
	struct scan_from from = {.root = root, .eprefix = "", .list = "/usr/bin", .masq = masq};
	struct links l;
	struct scan s;

	scan_compilers(&s, &from);
	CHECK(links_read(&l, root, masq, &s) == 0);
	CHECK_INT(countof(rows), l.n);
	CHECK_INT(1, l.hidden);
	for (size_t i = 0; i < countof(rows) && i < l.n; i++) {
		CHECK_STR(rows[i].name, l.v[i].name);
		CHECK_ROW(rows[i].name, l.v[i].kind == rows[i].kind);
		CHECK_STR(rows[i].text, l.v[i].text);
		CHECK_ROW(rows[i].name, l.v[i].dangling == rows[i].dangling);
		CHECK_ROW(rows[i].name, (l.v[i].behind != NULL) == rows[i].behind);
	}
	CHECK(links_find(&l, "gcc") == &l.v[3] && links_find(&l, "cc") == NULL);
	links_free(&l);
	CHECK(links_read(&l, root, none, &s) == 0 && l.n == 0);
	links_free(&l);
	CHECK(links_read(&l, root, file, &s) == -1 || geteuid() == 0);
	links_free(&l);
	scan_compilers_free(&s);
	free(root);
	free(masq);
	free(none);
	free(file);
}

static void
test_place(void)
{
	static const struct {
		const char *dir, *program, *text;
	} rows[] = {
		{"/usr/lib/distcc", "/usr/bin/distcc", "../../bin/distcc"},
		{"/usr/distcc", "/usr/bin/distcc", "../bin/distcc"},
		{"/usr/lib/distcc/chain", "/usr/bin/distcc-chain", "../../../bin/distcc-chain"},
		{"/usr/lib64/not/yet/there", "/usr/bin/distcc", "../../../../bin/distcc"},
		{"/opt/links", "/usr/bin/distcc", "/usr/bin/distcc"},
		{"/usr/lib/distcc", "/opt/odd/bin/distcc", "/opt/odd/bin/distcc"},
		{"/usr2/lib", "/usr/bin/distcc", "/usr/bin/distcc"},
		{"/usr/lib/distcc", "/bin2/distcc", "/bin2/distcc"},
		{"/alias/distcc", "/usr/bin/distcc", "../../bin/distcc"},	/* a link to /usr/lib */
		{"/work/links", "/work/distcc", "/work/distcc"},
	};
	char *root = in_root(""), *dir, *program, *text;

	put_link("/alias", "usr/lib");
	for (size_t i = 0; i < countof(rows); i++) {
		dir = in_root(rows[i].dir);
		program = in_root(rows[i].program);
		text = place_link_text(root, dir, program);
		CHECK_STR(rows[i].text, text);
		free(text);
		free(dir);
		free(program);
	}
	dir = place_program(root, "", "/usr/lib/distcc", "distcc", "/usr/bin");
	program = in_root("/usr/bin/distcc");
	CHECK_STR(program, dir);
	free(dir);
	dir = place_program(root, "", "/usr/local/lib/distcc", "distcc", "/usr/bin");	/* the usual place as well */
	CHECK_STR(program, dir);
	free(dir);
	CHECK(place_program(root, "", "/usr/lib/distcc", "distcc-none", "/usr/bin") == NULL);
	CHECK(place_program(root, "/prefix", "/usr/lib/distcc", "distcc", "/usr/bin") == NULL);
	free(program);
	free(root);
}

static void
test_roots(void)
{
	static const struct {
		const char *text, *root;
	} rows[] = {{NULL, ""}, {"", ""}, {"/", ""}, {"//", ""}, {"/mnt", "/mnt"}, {"/mnt/", "/mnt"}, {"/mnt/x//", "/mnt/x"}};
	static const struct {
		const char *root, *eprefix, *path, *result;
	} places[] = {
		{"", "", "/usr/lib", "/usr/lib"}, {"/r", "", "/usr/lib", "/r/usr/lib"}, {"/r", "/e", "/usr/lib", "/r/e/usr/lib"},
		{"/r", "/e", "/e/usr/lib", "/r/e/usr/lib"}, {"/r", "/e", "/e2/usr/lib", "/r/e/e2/usr/lib"},
	};
	char *s;

	for (size_t i = 0; i < countof(rows); i++) {
		s = place_root(rows[i].text);
		CHECK_STR(rows[i].root, s);
		free(s);
	}
	s = place_root("relative");
	CHECK(s[0] == '/' && ends_with(s, "/relative"));
	free(s);
	for (size_t i = 0; i < countof(places); i++) {
		s = place_in(places[i].root, places[i].eprefix, places[i].path);
		CHECK_STR(places[i].result, s);
		free(s);
	}
}

static void
test_profile_path(void)
{
	static const struct {
		const char *text, *path;
	} rows[] = {
		{"GCC_PATH=\"/a:/b\"\n", "/a:/b"}, {"GCC_PATH='/a'\n", "/a"}, {"GCC_PATH=/a\n", "/a"}, {"PATH=\"/old\"\n", "/old"},
		{"PATH=\"/old\"\nGCC_PATH=\"/new\"\n", "/new"}, {"LDPATH=\"/x\"\n", ""}, {"", ""}, {"GCC_PATH=\"/a", ""},
	};
	char *path;

	for (size_t i = 0; i < countof(rows); i++) {
		path = scan_profile_path(rows[i].text);
		CHECK_STR(rows[i].path, path);
		free(path);
	}
}

static void
test_loops(void)
{
	char *root = in_root(""), *loop, *step;
	struct stat st;

	put_link("/loop/a", "b");
	put_link("/loop/b", "/loop/a");
	loop = in_root("/loop/a");
	CHECK(inroot_stat(root, loop, &st) == -1 && errno == ELOOP);
	CHECK(!inroot_is_exec(root, loop));
	step = inroot_step(root, loop);
	CHECK(step != NULL && ends_with(step, "/a root/loop/b"));
	free(loop);
	loop = inroot_step(root, step);
	CHECK(loop != NULL && ends_with(loop, "/a root/loop/a"));
	free(step);
	free(loop);
	free(root);
}

int
main(void)
{
	top = tmp_create_dir("/tmp/masq_scan_test.");
	CHECK(top != NULL && chdir(top) == 0);
	make_gentoo();
	test_gentoo();
	test_no_place_for_links();
	test_path();
	test_links();
	test_place();
	test_roots();
	test_profile_path();
	test_loops();
	CHECK(chdir("/") == 0);
	tmp_remove(top);
	return check_done();
}
