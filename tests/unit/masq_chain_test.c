/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "masq/chain.h"
#include "tests/unit/check.h"

/* ---- DISTCC_CHAIN */

static const struct { const char *text; bool ok; unsigned steps; } settings[] = {
	{NULL, true, CHAIN_CCACHE | CHAIN_DISTCC},
	{"", true, CHAIN_CCACHE | CHAIN_DISTCC},
	{"ccache,distcc", true, CHAIN_CCACHE | CHAIN_DISTCC},
	{"distcc,ccache", true, CHAIN_CCACHE | CHAIN_DISTCC},
	{"distcc", true, CHAIN_DISTCC},
	{"ccache", true, CHAIN_CCACHE},
	{"none", true, CHAIN_NONE},
	{"distcc,distcc", true, CHAIN_DISTCC},
	{"ccache distcc", false, 0},
	{"ccache,", false, 0},
	{",distcc", false, 0},
	{"Distcc", false, 0},
	{"distcc2", false, 0},
	{"dist", false, 0},
	{"0", false, 0},
};

static void
test_parse(void)
{
	unsigned steps;

	for (size_t i = 0; i < countof(settings); i++) {
		const char *row = settings[i].text != NULL ? settings[i].text : "(null)";
		bool ok = chain_parse(settings[i].text, &steps);

		CHECK_ROW(row, ok == settings[i].ok);
		if (ok)
			CHECK_ROW(row, steps == settings[i].steps);
	}
}

/* ---- the plan */

#define BOTH (CHAIN_CCACHE | CHAIN_DISTCC)

/* have: c ccache, d distcc; is: o CCACHE_DISABLE, C below ccache, D below distcc, b blank in distcc's path */
static const struct { unsigned wanted; const char *have, *is, *args; unsigned steps; } plans[] = {
	{BOTH, "cd", "", "-O2 -c x.c -o x.o", BOTH},
	{BOTH, "cd", "", "-S x.c", BOTH},
	{BOTH, "cd", "", "@words", BOTH},
	{BOTH, "d", "", "-c x.c", CHAIN_DISTCC},
	{BOTH, "c", "", "-c x.c", CHAIN_CCACHE},
	{BOTH, "", "", "-c x.c", CHAIN_NONE},
	{CHAIN_DISTCC, "cd", "", "-c x.c", CHAIN_DISTCC},
	{CHAIN_CCACHE, "cd", "", "-c x.c", CHAIN_CCACHE},
	{CHAIN_NONE, "cd", "", "-c x.c", CHAIN_NONE},
	/* nothing that ccache could keep */
	{BOTH, "cd", "", "x.o -o x", CHAIN_DISTCC},
	{BOTH, "cd", "", "--version", CHAIN_DISTCC},
	{BOTH, "cd", "", "", CHAIN_DISTCC},
	{BOTH, "cd", "", "-E x.c", CHAIN_NONE},
	{BOTH, "cd", "", "-E -c x.c", CHAIN_NONE},
	{CHAIN_CCACHE, "cd", "", "-E x.c", CHAIN_NONE},
	{BOTH, "cd", "o", "-c x.c", CHAIN_DISTCC},
	/* each step once */
	{BOTH, "cd", "C", "-c x.c", CHAIN_DISTCC},
	{BOTH, "cd", "C", "-E x.c", CHAIN_NONE},
	{CHAIN_CCACHE, "cd", "C", "-c x.c", CHAIN_NONE},
	{BOTH, "cd", "D", "-c x.c", CHAIN_NONE},
	{BOTH, "cd", "CD", "-c x.c", CHAIN_NONE},
	/* CCACHE_PREFIX is a list with blanks between */
	{BOTH, "cd", "b", "-c x.c", CHAIN_DISTCC},
	{CHAIN_CCACHE, "cd", "b", "-c x.c", CHAIN_CCACHE},
};

static void
split(const char *text, struct strv *out)
{
	size_t len;

	for (const char *p = text; *p != '\0'; p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ");
		strv_push_own(out, xstrndup(p, len));
	}
}

static char *no_words[] = {NULL};

static char *const *
vector(const struct strv *v)
{
	return v->v != NULL ? v->v : no_words;
}

static void
test_plan(void)
{
	for (size_t i = 0; i < countof(plans); i++) {
		struct strv args = STRV_INIT;
		struct chain_plan plan;
		char row[64];

		split(plans[i].args, &args);
		chain_plan(&(struct chain_situation){
			.wanted = plans[i].wanted,
			.have_ccache = strchr(plans[i].have, 'c') != NULL,
			.have_distcc = strchr(plans[i].have, 'd') != NULL,
			.ccache_off = strchr(plans[i].is, 'o') != NULL,
			.below_ccache = strchr(plans[i].is, 'C') != NULL,
			.below_distcc = strchr(plans[i].is, 'D') != NULL,
			.blank_in_distcc = strchr(plans[i].is, 'b') != NULL,
			.args = vector(&args),
		}, &plan);
		snprintf(row, sizeof(row), "%zu: %s", i, plans[i].args);
		CHECK_ROW(row, plan.steps == plans[i].steps);
		CHECK_ROW(row, (plan.no_ccache == NULL) == ((plan.steps & CHAIN_CCACHE) != 0));
		CHECK_ROW(row, (plan.no_distcc == NULL) == ((plan.steps & CHAIN_DISTCC) != 0));
		strv_free(&args);
	}
}

/* ---- the command */

static const char *const *environment;

static const char *
getvar(const char *name)
{
	size_t len = strlen(name);

	for (const char *const *e = environment; e != NULL && *e != NULL; e++) {
		if (strncmp(*e, name, len) == 0 && (*e)[len] == '=')
			return *e + len + 1;
	}
	return NULL;
}

static char compiler[] = "/opt/bin/gcc", ccache[] = "/bin/ccache", distcc[] = "/bin/distcc", cpp[] = "/bin/distcc-cpp", path[] = "/opt/bin:/bin";
static const struct chain_programs programs = {.compiler = compiler, .ccache = ccache, .distcc = distcc, .cpp = cpp, .path = path};

#define NO_OTHERS "CCACHE_COMPILER=|CCACHE_PATH="

static const struct { unsigned steps; const char *env, *file, *argv, *set; } commands[] = {
	{BOTH, "", "/bin/ccache", "ccache /opt/bin/gcc -c x.c",
		"CCACHE_PREFIX=/bin/distcc|CCACHE_PREFIX_CPP=/bin/distcc-cpp|CCACHE_CPP2=1|" NO_OTHERS "|PATH=/opt/bin:/bin"},
	{CHAIN_CCACHE, "", "/bin/ccache", "ccache /opt/bin/gcc -c x.c", "CCACHE_PREFIX=|CCACHE_PREFIX_CPP=|" NO_OTHERS "|PATH=/opt/bin:/bin"},
	{CHAIN_DISTCC, "CCACHE_PREFIX=distcc", "/bin/distcc", "distcc /opt/bin/gcc -c x.c", "PATH=/opt/bin:/bin"},
	{CHAIN_NONE, "", "/opt/bin/gcc", "/opt/bin/gcc -c x.c", "PATH=/opt/bin:/bin"},
	/* what the user had: others' words stay, ours are not doubled */
	{BOTH, "CCACHE_PREFIX=nice distcc", "/bin/ccache", "ccache /opt/bin/gcc -c x.c",
		"CCACHE_PREFIX=nice /bin/distcc|CCACHE_PREFIX_CPP=/bin/distcc-cpp|CCACHE_CPP2=1|" NO_OTHERS "|PATH=/opt/bin:/bin"},
	{BOTH, "CCACHE_PREFIX=  /usr/local/bin/distcc  |CCACHE_PREFIX_CPP=time distcc-cpp", "/bin/ccache", "ccache /opt/bin/gcc -c x.c",
		"CCACHE_PREFIX=/bin/distcc|CCACHE_PREFIX_CPP=time /bin/distcc-cpp|CCACHE_CPP2=1|" NO_OTHERS "|PATH=/opt/bin:/bin"},
	{CHAIN_CCACHE, "CCACHE_PREFIX=distcc-chain icecc", "/bin/ccache", "ccache /opt/bin/gcc -c x.c",
		"CCACHE_PREFIX=icecc|CCACHE_PREFIX_CPP=|" NO_OTHERS "|PATH=/opt/bin:/bin"},
	{BOTH, "CCACHE_NOCPP2=1|CCACHE_CC=clang", "/bin/ccache", "ccache /opt/bin/gcc -c x.c",
		"CCACHE_PREFIX=/bin/distcc|CCACHE_PREFIX_CPP=|" NO_OTHERS "|CCACHE_CC=|PATH=/opt/bin:/bin"},
};

/* text with bars between to a vector of constant strings */
static const char *const *
split_bars(const char *text, struct strv *out)
{
	size_t len;

	for (const char *p = text; *p != '\0'; p += len + (p[len] == '|')) {
		len = strcspn(p, "|");
		strv_push_own(out, xstrndup(p, len));
	}
	return (const char *const *)out->v;
}

static char *
join(char *const *v, const char *with)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; v[i] != NULL; i++)
		buf_addf(&b, "%s%s", i > 0 ? with : "", v[i]);
	return b.p;
}

static void
test_prepare(void)
{
	static char option[] = "-c", source[] = "x.c";
	char *args[] = {option, source, NULL};

	for (size_t i = 0; i < countof(commands); i++) {
		struct chain_plan plan = {.steps = commands[i].steps};
		struct strv env = STRV_INIT;
		struct chain_run run;
		char *argv, *set;

		environment = split_bars(commands[i].env, &env);
		chain_prepare(&run, &plan, &programs, args, getvar);
		argv = join(run.argv.v, " ");
		set = join(run.set.v, "|");
		CHECK_STR(commands[i].file, run.file);
		CHECK_STR(commands[i].argv, argv);
		CHECK_STR(commands[i].set, set);
		free(argv);
		free(set);
		chain_run_free(&run);
		strv_free(&env);
	}
}

/* clang's configuration files count for ccache as inputs. */
static void
test_prepare_configured(void)
{
	static const struct { unsigned steps; const char *env, *set; } cases[] = {
		{CHAIN_CCACHE, "", "CCACHE_PREFIX=|CCACHE_PREFIX_CPP=|" NO_OTHERS "|CCACHE_EXTRAFILES=/etc/clang/a.cfg:/etc/clang/b.cfg|PATH=/opt/bin:/bin"},
		{CHAIN_CCACHE, "CCACHE_EXTRAFILES=/x:/y", "CCACHE_PREFIX=|CCACHE_PREFIX_CPP=|" NO_OTHERS "|CCACHE_EXTRAFILES=/x:/y:/etc/clang/a.cfg:/etc/clang/b.cfg|PATH=/opt/bin:/bin"},
		{CHAIN_DISTCC, "", "PATH=/opt/bin:/bin"},
	};
	struct chain_programs configured = programs;
	char *args[] = {NULL};

	strv_push(&configured.configs, "/etc/clang/a.cfg");
	strv_push(&configured.configs, "/etc/clang/with:colon.cfg");
	strv_push(&configured.configs, "/etc/clang/b.cfg");
	for (size_t i = 0; i < countof(cases); i++) {
		struct chain_plan plan = {.steps = cases[i].steps};
		struct strv env = STRV_INIT;
		struct chain_run run;
		char *set;

		environment = split_bars(cases[i].env, &env);
		chain_prepare(&run, &plan, &configured, args, getvar);
		set = join(run.set.v, "|");
		CHECK_STR(cases[i].set, set);
		free(set);
		chain_run_free(&run);
		strv_free(&env);
	}
	strv_free(&configured.configs);
}

/* ---- the trail */

static void
test_trail(void)
{
	char *one = chain_extend(NULL, "/usr/bin/gcc", true), *two = chain_extend(one, "/opt/x/cc", false), *text;

	CHECK_STR("gcc=/usr/bin/gcc", one);
	CHECK_STR("gcc=/usr/bin/gcc:=/opt/x/cc", two);
	CHECK(!chain_loops(NULL, "/usr/bin/gcc"));
	CHECK(!chain_loops("", "/usr/bin/gcc"));
	CHECK(chain_loops(one, "/usr/bin/gcc"));
	CHECK(!chain_loops(one, "/usr/bin/gcc-12"));
	CHECK(!chain_loops(one, "/usr/bin/g"));
	CHECK(!chain_loops(one, "/opt/x/cc"));
	CHECK(chain_loops(two, "/usr/bin/gcc"));
	CHECK(chain_loops(two, "/opt/x/cc"));
	CHECK(!chain_loops("junk", "junk"));
	CHECK(!chain_loops(":::", "/usr/bin/gcc"));

	CHECK_STR("gcc", chain_found_as(one, "/usr/bin/gcc"));
	CHECK_STR(NULL, chain_found_as(one, "/usr/bin/cc"));
	CHECK_STR(NULL, chain_found_as(two, "/usr/bin/gcc"));
	CHECK_STR(NULL, chain_found_as(two, "/opt/x/cc"));
	CHECK_STR(NULL, chain_found_as(NULL, "/usr/bin/gcc"));
	CHECK_STR(NULL, chain_found_as("junk", "junk"));

	text = chain_show_trail(two);
	CHECK_STR("gcc: /usr/bin/gcc -> /opt/x/cc", text);
	free(text);
	free(one);
	free(two);
}

/* ---- the programs */

static const char *top;

static char *
in_top(const char *name)
{
	return path_join(top, name);
}

static void
make_program(const char *name)
{
	char *file = in_top(name), *dir = path_dir(file);
	FILE *f;

	path_mkdirs(dir);
	f = fopen(file, "w");
	fputs("#!/bin/sh\n", f);
	fclose(f);
	chmod(file, 0755);
	free(dir);
	free(file);
}

static void
make_link(const char *name, const char *target)
{
	char *link = in_top(name), *to = in_top(target), *dir = path_dir(link);

	path_mkdirs(dir);
	CHECK(symlink(to, link) == 0);
	free(dir);
	free(to);
	free(link);
}

/* PATH from words with commas between. */
static char *
list_of(const char *words)
{
	struct buf b = BUF_INIT;
	size_t len;

	for (const char *p = words; *p != '\0'; p += len + (p[len] == ',')) {
		len = strcspn(p, ",");
		buf_addf(&b, "%s%s/%.*s", b.n > 0 ? ":" : "", top, (int)len, p);
	}
	return b.p != NULL ? b.p : xstrdup("");
}

/* without the directory for this test */
static const char *
below_top(const char *file)
{
	return file != NULL && starts_with(file, top) ? file + strlen(top) + 1 : file;
}

static const struct { const char *words, *name, *called_by, *compiler, *path, *ccache; bool by_name; } searches[] = {
	{"bin", "gcc", NULL, "bin/gcc", "bin", "bin/ccache", true},
	/* every order of the links */
	{"chain,bin", "gcc", NULL, "bin/gcc", "bin", "bin/ccache", true},
	{"cache,masq,bin", "gcc", NULL, "bin/gcc", "cache,bin", "bin/ccache", true},
	{"masq,cache,bin", "gcc", NULL, "bin/gcc", "cache,bin", "bin/ccache", true},
	{"masq,chain,cache,masq,bin,masq", "gcc", NULL, "bin/gcc", "cache,bin", "bin/ccache", true},
	{"bin,masq,cache,chain", "gcc", NULL, "bin/gcc", "bin,cache", "bin/ccache", true},
	/* a compiler before our links is the one that is meant, unless it is the link that was called */
	{"new,masq,bin", "gcc", NULL, "new/gcc", "new,bin", "bin/ccache", true},
	{"new,masq,bin", "gcc", "masq/gcc", "bin/gcc", "new,bin", "bin/ccache", true},
	{"new,masq,bin", "masq/gcc", NULL, "bin/gcc", "new,bin", "bin/ccache", true},
	{"new,bin", "masq/gcc", NULL, "new/gcc", "new,bin", "bin/ccache", true},
	{"new,bin", "cache/gcc", NULL, "new/gcc", "new,bin", "bin/ccache", true},
	/* named by its path */
	{"new,bin", "bin/gcc", NULL, "bin/gcc", "new,bin", "bin/ccache", false},
	{"new,bin", "bin/none", NULL, NULL, "new,bin", "bin/ccache", false},
	/* nothing there */
	{"masq,cache", "gcc", NULL, NULL, "cache", "bin/ccache", true},
	{"", "gcc", NULL, NULL, "", NULL, true},
	{"new", "gcc", NULL, "new/gcc", "new", NULL, true},
	{"empty,new", "none", NULL, NULL, "empty,new", NULL, true},
	/* no ccache by its own name, but a link to it */
	{"cache,new", "gcc", NULL, "new/gcc", "cache,new", "bin/ccache", true},
};

static void
test_search(void)
{
	struct chain_programs p;

	make_program("bin/gcc");
	make_program("bin/ccache");
	make_program("bin/distcc");
	make_program("bin/distcc-chain");
	make_program("new/gcc");
	make_link("masq/gcc", "bin/distcc");
	make_link("chain/gcc", "bin/distcc-chain");
	make_link("cache/gcc", "bin/ccache");
	for (size_t i = 0; i < countof(searches); i++) {
		char *list = list_of(searches[i].words), *want = list_of(searches[i].path), row[64];
		bool slash = strchr(searches[i].name, '/') != NULL;
		char *name = slash ? in_top(searches[i].name) : xstrdup(searches[i].name);
		char *called_by = searches[i].called_by != NULL ? in_top(searches[i].called_by) : NULL;

		snprintf(row, sizeof(row), "%zu: %s on %s", i, searches[i].name, searches[i].words);
		chain_find(&p, name, called_by, list, "/nonexistent/lib");
		CHECK_STR(searches[i].compiler, below_top(p.compiler));
		CHECK_STR(searches[i].ccache, below_top(p.ccache));
		CHECK_STR(want, p.path);
		CHECK_ROW(row, p.by_name == searches[i].by_name);
		chain_programs_free(&p);
		free(list);
		free(want);
		free(name);
		free(called_by);
	}
}

static void
test_distcc(void)
{
	char *pkglibdir = in_top("lib/distcc"), *nowhere = in_top("a/b/c"), *list = list_of("empty,masq2"), *found;

	/* PREFIX/bin before PATH; a link on PATH to it is as good */
	found = chain_find_distcc("", pkglibdir);
	CHECK_STR("bin/distcc", below_top(found));
	free(found);
	make_link("masq2/distcc", "bin/distcc");
	found = chain_find_distcc(list, nowhere);
	CHECK_STR("masq2/distcc", below_top(found));
	free(found);
	found = chain_find_distcc("", nowhere);
	CHECK_STR(NULL, found);
	free(pkglibdir);
	free(nowhere);
	free(list);
}

static void
test_identity(void)
{
	char *list = list_of("masq,bin"), *masq = in_top("masq/gcc"), *real = in_top("bin/gcc"), *own = in_top("bin/distcc");
	struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000, .tv_nsec = 5}};
	struct buf a = BUF_INIT, b = BUF_INIT;

	CHECK(chain_identity(masq, list, &a));
	CHECK(chain_identity(real, list, &b));
	CHECK_STR(a.p, b.p);
	CHECK(starts_with(a.p, real));
	buf_free(&b);
	CHECK(utimensat(AT_FDCWD, real, times, 0) == 0);
	CHECK(chain_identity(masq, list, &b));
	CHECK(strcmp(a.p, b.p) != 0);
	CHECK(ends_with(b.p, " 10 1000000000.000000005\n"));
	buf_free(&b);
	CHECK(truncate(real, 5) == 0 && utimensat(AT_FDCWD, real, times, 0) == 0);
	CHECK(chain_identity(masq, list, &b));
	CHECK(ends_with(b.p, " 5 1000000000.000000005\n"));
	/* not distcc's own file, whatever it is */
	CHECK(!chain_identity(own, list, &b));
	CHECK(!chain_identity(masq, "", &b));
	buf_free(&a);
	buf_free(&b);
	free(list);
	free(masq);
	free(real);
	free(own);
}

int
main(void)
{
	char *prefix = path_join(tmp_dir(), "chain-test.");

	top = tmp_create_dir(prefix);
	free(prefix);
	test_parse();
	test_plan();
	test_prepare();
	test_prepare_configured();
	test_trail();
	test_search();
	test_distcc();
	test_identity();
	tmp_remove(top);
	return check_done();
}
