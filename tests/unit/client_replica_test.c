/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replica mode's decisions: whose fault a failure is, what is known of hosts, the environment that travels, files that come back. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/tmp.h"
#include "client/blame.h"
#include "client/capability.h"
#include "client/links.h"
#include "client/replica_files.h"
#include "client/toolchain.h"
#include "client/words.h"
#include "tests/unit/check.h"
#include "tests/unit/compiler_words.h"

#define EXITED(code) ((code) << 8)

/* status, messages, may it be the place's fault?, the line that says so */
static const struct { int status; const char *text; bool place; const char *line; } failures[] = {
	{EXITED(1), "a.c:1:5: error: expected ';' before 'int'\n", false, NULL},
	{EXITED(1), "a.c:3:2: error: #error no way\n", false, NULL},
	{EXITED(1), "", true, NULL},
	{EXITED(2), "a.c:1:5: error: x\n", true, NULL},
	{EXITED(4), "a.c:1:5: error: x\n", true, NULL},
	{9, "a.c:1:5: error: x\n", true, NULL},
	{EXITED(1), "x\na.c:2:10: fatal error: b.h: No such file or directory\ncompilation terminated.\n", true,
	 "a.c:2:10: fatal error: b.h: No such file or directory"},
	{EXITED(1), "a.c:2:10: fatal error: 'b.h' file not found\n", true, "a.c:2:10: fatal error: 'b.h' file not found"},
	{EXITED(1), "a.c:9: internal compiler error: Segmentation fault", true, "a.c:9: internal compiler error: Segmentation fault"},
	{EXITED(1), "gcc: fatal error: cannot execute 'cc1plus'\n", true, "gcc: fatal error: cannot execute 'cc1plus'"},
	{EXITED(1), "virtual memory exhausted: Cannot allocate memory\n", true, "virtual memory exhausted: Cannot allocate memory"},
	{EXITED(1), "a.c: error: conversion from X to UTF-8 not supported by iconv\n", true, "a.c: error: conversion from X to UTF-8 not supported by iconv"},
};

static void
failures_are_blamed(void)
{
	for (size_t i = 0; i < countof(failures); i++) {
		char *line;

		CHECK_ROW(failures[i].text, blame_place(failures[i].status, failures[i].text, strlen(failures[i].text), &line) == failures[i].place);
		CHECK_STR(failures[i].line, line);
		free(line);
	}
}

static void
old_outputs_go_as_the_compiler_removes_them(void)
{
	static const char as[] = "a.c: Assembler messages:\n", cc1[] = "a.c:1:1: error: x\n";

	CHECK(!blame_removes_output(false, false, cc1, sizeof(cc1) - 1));
	CHECK(blame_removes_output(false, false, as, sizeof(as) - 1));
	CHECK(blame_removes_output(true, false, cc1, sizeof(cc1) - 1));
	CHECK(blame_removes_output(false, true, cc1, sizeof(cc1) - 1));
}

/* Make all files in dir so much older. */
static void
age(const char *dir, const char *name, time_t seconds)
{
	struct timespec times[2] = {{.tv_sec = time(NULL) - seconds}, {.tv_sec = time(NULL) - seconds}};
	char *path = path_join(dir, name);

	CHECK_ROW(name, utimensat(AT_FDCWD, path, times, 0) == 0);
	free(path);
}

static void
hosts_are_remembered(const char *dir)
{
	struct digest a = {{1}}, b = {{2}};
	struct hostspec h, other, plain;
	const char *why;
	size_t at;

	CHECK(hostspec_parse("box:4000", &h, &at) == HOSTSPEC_OK && hostspec_parse("box", &other, &at) == HOSTSPEC_OK);
	CHECK(hostspec_parse("box:5000,plain", &plain, &at) == HOSTSPEC_OK);
	CHECK(capability_replica(dir, &h, &a, &why) && !capability_speaks(dir, &h));
	CHECK(!capability_replica(dir, &plain, &a, &why) && strstr(why, ",plain") != NULL);
	CHECK(capability_host(dir, &h, &why) && !capability_host(dir, &plain, &why));
	CHECK(!capability_replica(NULL, &plain, &a, &why));
	capability_set_speaks(dir, &h);
	CHECK(capability_speaks(dir, &h) && !capability_speaks(dir, &other) && !capability_speaks(NULL, &h));
	capability_set_foreign(dir, &h, &a);
	CHECK(!capability_replica(dir, &h, &a, &why) && capability_replica(dir, &h, &b, &why));
	CHECK(capability_replica(dir, &other, &a, &why));
	age(dir, "foreign_tcp_box_4000_0100000000000000", CAPABILITY_FOREIGN_S + 1);
	CHECK(capability_replica(dir, &h, &a, &why));
	capability_set_classic(dir, &h);
	CHECK(!capability_replica(dir, &h, &a, &why) && !capability_speaks(dir, &h) && capability_replica(dir, &other, &a, &why));
	age(dir, "classic_tcp_box_4000", CAPABILITY_CLASSIC_S + 1);
	CHECK(capability_replica(dir, &h, &a, &why));
	age(dir, "classic_tcp_box_4000", -3600);
	CHECK(capability_replica(dir, &h, &a, &why));
	/* without a directory nothing is remembered, and nothing breaks */
	capability_set_classic(NULL, &h);
	capability_set_speaks(NULL, &h);
	capability_set_foreign("/proc/none", &h, &a);
	CHECK(capability_replica(NULL, &h, &a, &why));
	hostspec_free(&h);
	hostspec_free(&other);
	hostspec_free(&plain);
}

/* musl takes every name for that of a locale, in UTF-8, and without one has C.UTF-8 */
#ifdef __GLIBC__
#define UNSET "LC_ALL=C"
#define UNKNOWN "LC_ALL=C"
#define TRANSLATED false
#else
#define UNSET "LC_ALL=C.UTF-8"
#define UNKNOWN "LC_ALL=C.UTF-8"
#define TRANSLATED true
#endif

/* variables, compiler; what the volunteer gets, and whether messages may differ */
static const struct { const char *set[4]; const char *line, *locale; bool differ; } locales[] = {
	{{NULL}, "gcc -c a.c", UNSET, false},
	{{"LANG=C.UTF-8"}, "gcc -c a.c", "LC_ALL=C.UTF-8", false},
	{{"LC_ALL=C", "LANG=C.UTF-8"}, "gcc -c a.c", "LC_ALL=C", false},
	{{"LC_CTYPE=C.UTF-8"}, "gcc -c a.c", "LC_ALL=C.UTF-8", false},
	{{"LANG=xx_YY.UTF-8"}, "gcc -c a.c", UNKNOWN, TRANSLATED},
	{{"LANG=xx_YY.UTF-8"}, "clang -c a.c", UNKNOWN, false},
	{{"LANG=C.UTF-8", "LC_MESSAGES=xx_YY.UTF-8"}, "gcc -c a.c", "LC_ALL=C.UTF-8", TRANSLATED},
	{{"LANG=C.UTF-8", "LANGUAGE=de:en"}, "gcc -c a.c", "LC_ALL=C.UTF-8", true},
	{{"LANG=C.UTF-8", "LANGUAGE=en"}, "gcc -c a.c", "LC_ALL=C.UTF-8", false},
	{{"LANGUAGE=de:en"}, "gcc -c a.c", UNSET, false},
};

static void
set_variable(const char *text)
{
	char *name = xstrndup(text, strcspn(text, "="));

	setenv(name, text + strlen(name) + 1, 1);
	free(name);
}

static void
locales_travel(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG", "LANGUAGE"};
	struct words w;
	struct args a;

	for (size_t i = 0; i < countof(locales); i++) {
		for (size_t k = 0; k < countof(names); k++)
			unsetenv(names[k]);
		for (size_t k = 0; k < 4 && locales[i].set[k] != NULL; k++)
			set_variable(locales[i].set[k]);
		scan_line(locales[i].line, &a);
		words_of(&a, "/usr/bin/gcc", "/w", false, &w);
		CHECK_ROW(locales[i].set[0], strv_has(&w.env, locales[i].locale));
		CHECK_ROW(locales[i].set[0], w.differ == locales[i].differ);
		CHECK(strv_has(&w.env, "PWD=/w") && strv_has(&w.env, "PATH=/usr/bin"));
		strv_free(&w.env);
		args_free(&a);
	}
}

/* Of a variable: what comes behind "NAME=". */
static const char *
value_of(const struct strv *env, const char *name)
{
	for (size_t i = 0; i < env->n; i++)
		if (starts_with(env->v[i], name))
			return env->v[i] + strlen(name);
	return NULL;
}

static void
only_what_compilers_read_travels(void)
{
	struct words w;
	struct args a;

	setenv("CPATH", "/x", 1);
	setenv("SOURCE_DATE_EPOCH", "1", 1);
	setenv("GCC_COLORS", "", 1);
	setenv("SECRET", "s", 1);
	scan_line("gcc -c a.c", &a);
	words_of(&a, "/usr/bin/gcc", "/w", false, &w);
	CHECK(strv_has(&w.env, "CPATH=/x") && strv_has(&w.env, "SOURCE_DATE_EPOCH=1") && strv_has(&w.env, "GCC_COLORS="));
	CHECK(!strv_has(&w.env, "SECRET=s"));
	for (size_t i = 1; i < w.env.n; i++)
		CHECK_ROW(w.env.v[i], strcmp(w.env.v[i - 1], w.env.v[i]) < 0);
	strv_free(&w.env);
	args_free(&a);
}

/* SOURCE_DATE_EPOCH gives times of UTC, and __TIME__ without it those of the place. */
static void
the_time_here_travels(void)
{
	struct words w;
	struct args a;
	int64_t before, told;

	setenv("TZ", "EAST-13:30", 1);
	unsetenv("SOURCE_DATE_EPOCH");
	scan_line("gcc -c a.c", &a);
	words_of(&a, "/usr/bin/gcc", "/w", false, &w);
	CHECK(!w.clock && value_of(&w.env, "SOURCE_DATE_EPOCH=") == NULL);
	strv_free(&w.env);
	before = time(NULL);
	words_of(&a, "/usr/bin/gcc", "/w", true, &w);
	CHECK(w.clock);
	told = strtoll(value_of(&w.env, "SOURCE_DATE_EPOCH="), NULL, 10) - 13 * 3600 - 1800;
	CHECK(told >= before && told <= time(NULL));
	strv_free(&w.env);
	setenv("SOURCE_DATE_EPOCH", "7", 1);
	words_of(&a, "/usr/bin/gcc", "/w", true, &w);
	CHECK(!w.clock);
	CHECK_STR("7", value_of(&w.env, "SOURCE_DATE_EPOCH="));
	strv_free(&w.env);
	args_free(&a);
	unsetenv("TZ");
	unsetenv("SOURCE_DATE_EPOCH");
}

static void
some_compilers_take_the_time(void)
{
	static const struct { const char *summary; bool takes; } compilers[] = {
		{"gcc version 12.2.0 (Debian 12.2.0-14+deb12u1), x86_64-linux-gnu, GNU assembler (GNU Binutils for Debian) 2.40", true},
		{"gcc version 7.1.0 (GCC), x86_64-pc-linux-gnu", true},
		{"gcc version 6.5.0 (GCC), x86_64-pc-linux-gnu", false},
		{"Debian clang version 14.0.6, x86_64-pc-linux-gnu", false},
		{"clang version 20.1.0, x86_64-pc-linux-gnu", true},
		{"another one", false},
	};

	for (size_t i = 0; i < countof(compilers); i++) {
		struct toolchain_id id = {.summary = (char *)compilers[i].summary};

		CHECK_ROW(compilers[i].summary, toolchain_takes_epoch(&id) == compilers[i].takes);
	}
}

static bool
is_text(const char *path, const char *text)
{
	struct buf b = BUF_INIT;
	bool same = buf_read_file(&b, path, 1000) == 0 && b.n == strlen(text) && memcmp(b.p, text, b.n) == 0;

	buf_free(&b);
	return same;
}

static int
take(struct replica_files *f, const char *dir, const char *name, const char *text)
{
	char *path = path_join(dir, name);
	int fd = replica_files_open(f, path);

	if (fd != -1)
		CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	free(path);
	return fd;
}

static void
only_declared_files_are_written(const char *dir)
{
	char *real = realpath(dir, NULL);
	struct replica_files f;
	struct outputs o;
	const char *which;
	struct args a;

	CHECK(chdir(real) == 0 && mkdir("b", 0755) == 0 && symlink("b", "l") == 0 && mkdir("c", 0755) == 0);
	scan_line("gcc -MD -gsplit-dwarf -c a.c -o l/x.o", &a);
	outputs_of(&a, &o);
	replica_files_init(&f, &a, &o);
	CHECK(take(&f, real, "b/x.o", "object") != -1 && f.object);
	CHECK(take(&f, real, "b/x.d", "deps") != -1);
	CHECK(take(&f, real, "b/x.dwo", "dwo") != -1);
	/* a link on the way has no such name there; and what is not declared is not written */
	CHECK(take(&f, real, "l/x.o", "") == -1 && f.stray);
	CHECK(take(&f, real, "b/y.o", "") == -1 && f.stray);
	CHECK(take(&f, real, "c/x.o", "") == -1 && f.stray);
	CHECK(take(&f, "/etc", "passwd", "") == -1 && f.stray);
	CHECK(take(&f, "/", "x.o", "") == -1 && f.stray);
	CHECK(access("b/x.o", F_OK) == -1);
	CHECK(replica_files_commit(&f, &which));
	CHECK(is_text("b/x.o", "object") && is_text("b/x.d", "deps") && is_text("b/x.dwo", "dwo"));
	replica_files_free(&f);
	/* what was not committed leaves nothing */
	replica_files_init(&f, &a, &o);
	CHECK(take(&f, real, "b/x.o", "new") != -1);
	replica_files_free(&f);
	CHECK(is_text("b/x.o", "object"));
	CHECK(rename("b/x.o", "x") == 0 && rename("b/x.d", "y") == 0 && rename("b/x.dwo", "z") == 0 && rmdir("b") == 0);
	outputs_free(&o);
	args_free(&a);
	free(real);
}

/* name: what it adds to the tree, "PATH -> TEXT" each, below dir; NULL: it leads nowhere */
static const struct { const char *name, *links[4]; } leads[] = {
	{"real/file", {NULL}},
	{"one", {"/one -> real/file"}},
	{"two", {"/one -> real/file", "/two -> ./one"}},
	{"dir/file", {"/dir -> real"}},
	{"dir//./up", {"/dir -> real", "/one -> real/file", "/real/up -> ../one"}},
	{"real/../dir/../one", {"/dir -> real", "/one -> real/file"}},
	{"none", {"NULL"}},
	{"loop", {"NULL"}},
	{"real/file/x", {"NULL"}},
};

static void
links_are_followed(const char *dir)
{
	char *real = realpath(dir, NULL), *path, *text;
	struct tree t = TREE_INIT;
	const char *which;
	size_t n;

	CHECK(chdir(real) == 0 && mkdir("real", 0755) == 0 && close(open("real/file", O_CREAT | O_WRONLY, 0644)) == 0);
	CHECK(symlink("real/file", "one") == 0 && symlink("./one", "two") == 0 && symlink("real", "dir") == 0);
	CHECK(symlink("../one", "real/up") == 0 && symlink("loop", "loop") == 0);
	for (size_t i = 0; i < countof(leads); i++) {
		bool nowhere = leads[i].links[0] != NULL && streq(leads[i].links[0], "NULL");

		path = path_join(real, leads[i].name);
		CHECK_ROW(leads[i].name, links_add(&t, path) == !nowhere);
		free(path);
		for (n = 0; !nowhere && n < 4 && leads[i].links[n] != NULL; n++)
			;
		if (!nowhere) {
			CHECK_ROW(leads[i].name, tree_sort(&t, &which) && t.n == n);
			for (size_t k = 0; k < n && k < t.n; k++) {
				text = xasprintf("%s -> %s", t.v[k].path + strlen(real), t.v[k].target);
				CHECK_STR(leads[i].links[k], text);
				free(text);
			}
		}
		tree_free(&t);
	}
	free(real);
}

int
main(void)
{
	const char *dir = tmp_create_dir("/tmp/replica-"), *work = tmp_create_dir("/tmp/replica-"), *links = tmp_create_dir("/tmp/replica-");

	CHECK(dir != NULL && work != NULL && links != NULL);
	failures_are_blamed();
	old_outputs_go_as_the_compiler_removes_them();
	hosts_are_remembered(dir);
	/* a terminal would change what is expected */
	CHECK(freopen("/dev/null", "w", stderr) != NULL);
	locales_travel();
	only_what_compilers_read_travels();
	the_time_here_travels();
	some_compilers_take_the_time();
	only_declared_files_are_written(work);
	links_are_followed(links);
	CHECK(chdir("/") == 0);
	tmp_cleanup(false);
	return check_done();
}
