/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the file system that a job looks at: where names lead, and what was passed on the way. */
#include "client/places.h"

#include "cas/tree.h"
#include "tests/unit/check.h"
#include "tests/unit/world.h"

static void
make_world(void)
{
	static const char *const dirs[] = {"a", "a/b", "a/b/c", "z"};
	static const char *const links[][2] = {
		{"a", "to_a"}, {"b/f", "a/to_f"}, {"../z", "a/up"}, {"to_a/up", "far"}, {"loop", "loop"}, {"ping", "pong"}, {"pong", "ping"},
		{"nowhere", "dangling"}, {".", "self"}, {"a/b/f/", "slashed"}, {"../..//a/./b", "a/b/round"},
	};

	for (size_t i = 0; i < countof(dirs); i++)
		CHECK(mkdir(dirs[i], 0755) == 0);
	for (size_t i = 0; i < countof(links); i++)
		CHECK_ROW(links[i][1], symlink(links[i][0], links[i][1]) == 0);
	world_write("f", "");
	world_write("a/b/f", "text");
	CHECK(chmod("a/b/f", 0755) == 0);
	CHECK(mkfifo("pipe", 0600) == 0);
}

/* From the world's directory; leads and named are below it, "" is itself. */
static const struct { const char *path; enum place_kind kind; const char *leads, *named; } walks[] = {
	{"f", PLACE_FILE, "/f", "/f"},
	{".", PLACE_DIR, "", ""},
	{"", PLACE_DIR, "", ""},
	{"a", PLACE_DIR, "/a", "/a"},
	{"a//b/./f", PLACE_FILE, "/a/b/f", "/a/b/f"},
	{"a/b/../../f", PLACE_FILE, "/f", "/f"},
	{"a/b/..", PLACE_DIR, "/a", "/a"},
	{"to_a", PLACE_DIR, "/a", "/to_a"},
	{"to_a/b/f", PLACE_FILE, "/a/b/f", "/a/b/f"},
	{"a/to_f", PLACE_FILE, "/a/b/f", "/a/to_f"},
	{"to_a/../f", PLACE_FILE, "/f", "/f"},
	{"a/up", PLACE_DIR, "/z", "/a/up"},
	{"far", PLACE_DIR, "/z", "/far"},
	{"far/../f", PLACE_FILE, "/f", "/f"},
	{"self/self/f", PLACE_FILE, "/f", "/f"},
	{"a/b/round/f", PLACE_FILE, "/a/b/f", "/a/b/f"},
	{"pipe", PLACE_OTHER, "/pipe", "/pipe"},
	{"none", PLACE_NONE, "/none", "/none"},
	{"a/none", PLACE_NONE, "/a/none", "/a/none"},
	{"none/f", PLACE_NONE, NULL, NULL},
	{"f/x", PLACE_NONE, NULL, NULL},
	{"pipe/x", PLACE_NONE, NULL, NULL},
	{"dangling", PLACE_NONE, "/nowhere", "/dangling"},
};

static void
names_lead_where_the_kernel_goes(const char *world)
{
	size_t len = strlen(world);

	for (size_t i = 0; i < countof(walks); i++) {
		struct places p;
		struct place *dir, *end, *named = NULL;

		places_init(&p, NULL);
		dir = places_walk(&p, p.root, world, NULL);
		CHECK_INT(PLACE_DIR, dir->kind);
		end = places_walk(&p, dir, walks[i].path, &named);
		CHECK_ROW(walks[i].path, end->kind == walks[i].kind);
		if (walks[i].leads != NULL) {
			CHECK_ROW(walks[i].path, strncmp(end->path, world, len) == 0 && streq(end->path + len, walks[i].leads));
			CHECK_ROW(walks[i].path, end->len == strlen(end->path));
			CHECK_ROW(walks[i].path, named != NULL && streq(named->path + len, walks[i].named));
		}
		places_free(&p);
	}
}

static void
loops_lead_nowhere(const char *world)
{
	static const char *const paths[] = {"loop", "ping", "pong", "loop/x"};
	struct places p;

	places_init(&p, NULL);
	for (size_t i = 0; i < countof(paths); i++) {
		enum place_kind kind = places_walk(&p, places_walk(&p, p.root, world, NULL), paths[i], NULL)->kind;

		CHECK_ROW(paths[i], kind == PLACE_NONE || kind == PLACE_ERROR);
	}
	places_free(&p);
}

/* Links and directories that a name has used, and no others. */
static void
what_was_passed_is_marked(const char *world)
{
	static const struct { const char *path, *dir, *name; bool used; } rows[] = {
		{"to_a/b/f", "", "to_a", true}, {"to_a", "", "to_a", true}, {"a/b/f", "", "to_a", false}, {"to_a/none", "", "to_a", true},
		{"a/b/../../f", "a", "b", true}, {"a/b/../../f", "", "a", true}, {"a/b/../f", "", "a", false}, {"a/b/f", "a", "b", false},
		{"dangling", "", "dangling", false}, {"loop", "", "loop", false},
		{"far", "", "far", true}, {"far", "", "to_a", true}, {"far", "a", "up", true}, {"far", "", "a", true}, {"far", "a", "b", false},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct places p;
		struct place *dir, *e;

		places_init(&p, NULL);
		dir = places_walk(&p, p.root, world, NULL);
		places_walk(&p, dir, rows[i].path, NULL);
		e = places_entry(&p, places_walk(&p, dir, rows[i].dir, NULL), rows[i].name, strlen(rows[i].name));
		CHECK_ROW(rows[i].path, e->used == rows[i].used);
		places_free(&p);
	}
}

static void
a_name_is_looked_at_once(const char *world)
{
	struct places p;
	struct place *dir, *f, *many;
	char name[16];

	places_init(&p, NULL);
	dir = places_walk(&p, p.root, world, NULL);
	f = places_entry(&p, dir, "new", 3);
	CHECK_INT(PLACE_NONE, f->kind);
	world_write("new", "");
	CHECK(places_entry(&p, dir, "new", 3) == f && f->kind == PLACE_NONE);
	CHECK(places_entry(&p, dir, "news", 3) == f);
	f = places_walk(&p, dir, "to_a/b/f", NULL);
	CHECK(places_walk(&p, dir, "a/to_f", NULL) == f);
	CHECK(f->exec && f->sign.size == 4);
	/* more than the first table holds */
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		many = places_entry(&p, dir, name, strlen(name));
		CHECK(many->kind == PLACE_NONE && many->parent == dir);
	}
	CHECK(places_walk(&p, dir, "a/b/f", NULL) == f);
	places_free(&p);
}

/* As the listing of a tree, which has a rule of its own for slashes. */
static void
the_order_is_that_of_a_tree(const char *world)
{
	static const char *const paths[] = {"o", "o/z", "o/b.c", "o/b", "o/b/c", "o-", "o.h", "o/b-c", "o/ab", "o/a", "o/including_much.h", "o/including_more.h", "o/b/a/x"};
	struct place *dir, **order;
	struct places p;
	size_t n;

	CHECK(mkdir("o", 0755) == 0 && mkdir("o/b", 0755) == 0 && mkdir("o/b/a", 0755) == 0);
	places_init(&p, NULL);
	dir = places_walk(&p, p.root, world, NULL);
	for (size_t i = 0; i < countof(paths); i++)
		places_walk(&p, dir, paths[i], NULL);
	order = places_in_order(&p, &n);
	CHECK_INT(p.n, n);
	CHECK(n > countof(paths));
	for (size_t i = 1; i < n; i++)
		CHECK_ROW(order[i]->path, tree_path_cmp(order[i - 1]->path, order[i]->path) < 0);
	free(order);
	order = places_in_order(&p, &n);
	CHECK_INT(p.n, n);
	free(order);
	places_free(&p);
}

static void
signs_tell_changes(void)
{
	struct stat st = {.st_dev = 1, .st_ino = 2, .st_size = 3, .st_mtim = {4, 5}, .st_ctim = {6, 7}}, other[7];
	struct sign a, b;

	sign_of(&a, &st);
	sign_of(&b, &st);
	CHECK(sign_equal(&a, &b) && sign_sum(&a) == sign_sum(&b) && sign_sum(&a) != 0);
	for (size_t i = 0; i < countof(other); i++)
		other[i] = st;
	other[0].st_dev++;
	other[1].st_ino++;
	other[2].st_size++;
	other[3].st_mtim.tv_sec++;
	other[4].st_mtim.tv_nsec++;
	other[5].st_ctim.tv_sec++;
	other[6].st_ctim.tv_nsec++;
	for (size_t i = 0; i < countof(other); i++) {
		sign_of(&b, &other[i]);
		CHECK(!sign_equal(&a, &b) && sign_sum(&a) != sign_sum(&b));
	}
}

int
main(void)
{
	const char *world = world_new();

	make_world();
	names_lead_where_the_kernel_goes(world);
	loops_lead_nowhere(world);
	what_was_passed_is_marked(world);
	a_name_is_looked_at_once(world);
	the_order_is_that_of_a_tree(world);
	signs_tell_changes();
	world_remove(world);
	return check_done();
}
