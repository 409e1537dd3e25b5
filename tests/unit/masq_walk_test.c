/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made-up directories: what a name becomes on a PATH, and the way a call really takes. */
#include "masq/walk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tmp.h"
#include "masq/chain.h"
#include "masq/route.h"
#include "tests/unit/check.h"
#include "tests/unit/world.h"

/* bin/ the ends; m/ links to distcc, "m/bin -> ."; n/ another such; h/ to distcc-chain; c/ to ccache; r/ and s/ compilers */
static void
make_world(void)
{
	static const char *const dirs[] = {"bin", "m", "n", "h", "c", "r", "s", "e"};

	for (size_t i = 0; i < countof(dirs); i++)
		CHECK(mkdir(dirs[i], 0755) == 0);
	world_program("bin/distcc");
	world_program("bin/distcc-chain");
	world_program("bin/ccache");
	world_program("r/gcc");
	world_program("s/gcc");
	world_program("s/x-gcc-12");
	CHECK(symlink("x-gcc-12", "s/cc") == 0);
	CHECK(symlink("../bin/distcc", "m/gcc") == 0);
	CHECK(symlink("../bin/distcc", "m/cc") == 0);
	CHECK(symlink("../bin/distcc", "m/lone") == 0);
	CHECK(symlink(".", "m/bin") == 0);
	CHECK(symlink("../m/gcc", "n/gcc") == 0);
	CHECK(symlink("../bin/distcc-chain", "h/gcc") == 0);
	CHECK(symlink("../bin/ccache", "c/gcc") == 0);
	CHECK(symlink("../bin/ccache", "c/lone") == 0);
	CHECK(symlink("../bin/gone", "e/gcc") == 0);
}

/* "c/gcc=ccache!": the sign for those that run */
static char *
show(const struct walk *w)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (size_t i = 0; i < w->n; i++)
		buf_addf(&b, "%s%s=%s%s", i > 0 ? " " : "", w->v[i].path, walk_kind_name(w->v[i].kind), w->v[i].run ? "!" : "");
	return b.p;
}

static const struct {
	const char *name, *list, *steps;
} rows[] = {
	{"gcc", "r", "r/gcc=compiler!"},
	{"gcc", "r:s", "r/gcc=compiler! s/gcc=compiler"},
	{"gcc", "m:r", "m/gcc=distcc! r/gcc=compiler!"},
	{"gcc", "c:m:r", "c/gcc=ccache! m/gcc=distcc! r/gcc=compiler!"},
	{"gcc", "m:c:r", "m/gcc=distcc! c/gcc=ccache r/gcc=compiler!"},
	{"gcc", "c:c:r", "c/gcc=ccache! c/gcc=ccache r/gcc=compiler!"},
	{"gcc", "m:m/bin:n:r", "m/gcc=distcc! m/bin/gcc=distcc n/gcc=distcc r/gcc=compiler!"},
	{"gcc", "h:m:c:r", "h/gcc=chain! m/gcc=distcc c/gcc=ccache r/gcc=compiler!"},
	{"gcc", "c:h:r", "c/gcc=ccache! h/gcc=chain! r/gcc=compiler!"},
	{"gcc", "r:m:s", "r/gcc=compiler! m/gcc=distcc s/gcc=compiler"},
	{"gcc", "e:none::r", "r/gcc=compiler!"},
	{"gcc", "m:e", "m/gcc=distcc!"},
	{"cc", "c:m:s", "m/cc=distcc! s/cc=compiler!"},
	{"lone", "c:m:r", "c/lone=ccache! m/lone=distcc!"},
	{"none", "c:m:r", ""},
	{"gcc", "", ""},
	{"", "r", ""},
	{"s/gcc", "m", "s/gcc=compiler!"},
	{"m/gcc", "", "m/gcc=distcc!"},
	{"none/gcc", "r", ""},
	{"distcc", "m:bin", "bin/distcc=distcc!"},
	{"distcc-chain", "bin", "bin/distcc-chain=chain!"},
	{"ccache", "bin", "bin/ccache=ccache!"},
};

static void
test_walk(void)
{
	struct walk w;
	char *steps;

	for (size_t i = 0; i < countof(rows); i++) {
		walk_path(&w, rows[i].name, rows[i].list);
		steps = show(&w);
		CHECK_STR(rows[i].steps, steps);
		free(steps);
		walk_free(&w);
	}
}

static void
test_details(void)
{
	struct walk w;

	walk_path(&w, "gcc", "none:m:m/bin:r");
	CHECK_INT(3, w.n);
	CHECK_INT(1, w.v[0].entry);
	CHECK_INT(2, w.v[1].entry);
	CHECK_INT(3, w.v[2].entry);
	CHECK(w.v[0].ino == w.v[1].ino && w.v[0].dev == w.v[1].dev);
	CHECK(w.v[0].ino != w.v[2].ino);
	CHECK(walk_runs(&w, WALK_DISTCC) == &w.v[0]);
	CHECK(walk_runs(&w, WALK_REAL) == &w.v[2]);
	CHECK(walk_runs(&w, WALK_CCACHE) == NULL);
	walk_free(&w);
	walk_path(&w, "cc", "s");
	CHECK(w.n == 1 && ends_with(w.v[0].target, "/s/x-gcc-12"));
	walk_free(&w);
	CHECK(chdir("r") == 0);
	walk_path(&w, "gcc", ":/none");
	CHECK(w.n == 1 && streq(w.v[0].path, "./gcc"));
	walk_free(&w);
	CHECK(chdir("..") == 0);
}

/* "c/gcc m/gcc r/gcc" */
static char *
show_route(const struct route *r)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (size_t i = 0; i < r->n; i++)
		buf_addf(&b, "%s%s%s%s", i > 0 ? " " : "", r->v[i].path, streq(r->v[i].by, "PATH") ? "" : "<", streq(r->v[i].by, "PATH") ? "" : r->v[i].by);
	return b.p;
}

#define BOTH (CHAIN_CCACHE | CHAIN_DISTCC)

static const struct {
	const char *name, *list, *prefix, *path, *compiler, *route;
	unsigned chain;		/* DISTCC_CHAIN; 0: the default */
} routes[] = {
	{"gcc", "c:m:r", "", "", "", "c/gcc m/gcc r/gcc", 0},
	{"gcc", "m:c:r", "distcc", "r", "s/gcc", "m/gcc r/gcc", 0},	/* ccache is not asked: its settings count for nothing */
	{"gcc", "c:r:bin", "distcc", "", "", "c/gcc bin/distcc<prefix_command r/gcc", 0},
	{"gcc", "c:m:r:bin", "distcc", "", "", "c/gcc bin/distcc<prefix_command r/gcc", 0},
	{"gcc", "c:m:r:bin", " nothing  bin/distcc ", "", "", "c/gcc bin/distcc<prefix_command r/gcc", 0},
	{"gcc", "c:r:bin", "distcc-chain", "", "", "c/gcc bin/distcc-chain<prefix_command bin/distcc<distcc-chain r/gcc", 0},
	{"gcc", "c:r:bin", "distcc-chain", "", "", "c/gcc bin/distcc-chain<prefix_command r/gcc", CHAIN_CCACHE},
	{"gcc", "c:m:r", "", "s", "", "c/gcc s/gcc<path", 0},
	{"gcc", "c:m:r", "", "c:m", "", "c/gcc m/gcc<path r/gcc", 0},
	{"gcc", "c:m:r", "", "", "s/gcc", "c/gcc s/gcc<compiler", 0},
	{"gcc", "c:m:s", "", "", "cc", "c/gcc m/cc<compiler s/cc", 0},
	{"gcc", "c", "", "", "", "c/gcc", 0},
	{"gcc", "c:m", "", "", "", "c/gcc m/gcc", 0},
	{"gcc", "h:m:r", "", "", "", "h/gcc r/gcc", 0},
	{"gcc", "h:m:r:bin", "", "", "", "h/gcc bin/ccache<distcc-chain bin/distcc<distcc-chain r/gcc", 0},
	{"gcc", "h:m:r:bin", "", "", "", "h/gcc bin/distcc<distcc-chain r/gcc", CHAIN_DISTCC},
	{"gcc", "h:m:r:bin", "distcc", "/none", "/none", "h/gcc bin/ccache<distcc-chain r/gcc", CHAIN_CCACHE},
	{"gcc", "r:h:bin", "", "", "", "r/gcc", 0},
	{"gcc", "h:bin", "", "", "", "h/gcc bin/ccache<distcc-chain bin/distcc<distcc-chain", 0},
	{"gcc", "c:h:m:r:bin", "", "", "", "c/gcc h/gcc bin/distcc<distcc-chain r/gcc", 0},
	{"gcc", "c:h:m:r:bin", "distcc", "", "", "c/gcc bin/distcc<prefix_command r/gcc", 0},
	{"gcc", "none", "", "", "", "", 0},
	{"c/gcc", "m:r", "", "", "", "c/gcc m/gcc r/gcc", 0},
};

static void
test_route(void)
{
	for (size_t i = 0; i < countof(routes); i++) {
		char prefix[40], path[40], compiler[40], check[] = "", *steps;
		struct ccacheconf conf = {.prefix = prefix, .path = path, .compiler = compiler, .check = check};
		struct route_chain chain = {.wanted = routes[i].chain != 0 ? routes[i].chain : BOTH, .pkglibdir = "/none/lib/distcc"};
		struct route r;

		snprintf(prefix, sizeof(prefix), "%s", routes[i].prefix);
		snprintf(path, sizeof(path), "%s", routes[i].path);
		snprintf(compiler, sizeof(compiler), "%s", routes[i].compiler);
		route_find(&r, routes[i].name, routes[i].list, &conf, &chain);
		steps = show_route(&r);
		CHECK_STR(routes[i].route, steps);
		free(steps);
		route_free(&r);
	}
}

int
main(void)
{
	const char *top = tmp_create_dir("/tmp/masq_walk_test.");

	CHECK(top != NULL && chdir(top) == 0);
	make_world();
	test_walk();
	test_details();
	test_route();
	CHECK(chdir("/") == 0);
	tmp_remove(top);
	return check_done();
}
