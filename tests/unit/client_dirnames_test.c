/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that a directory lacks: never one that is there, nor one after it has changed. */
#include "client/dirnames.h"

#include <sys/stat.h>
#include <unistd.h>

#include "client/places.h"
#include "tests/unit/check.h"
#include "tests/unit/world.h"

#define MINUTE 60000000000ll

static struct sign
look(const char *dir)
{
	struct sign sign = {0};
	struct stat st;

	CHECK_ROW(dir, lstat(dir, &st) == 0);
	sign_of(&sign, &st);
	return sign;
}

/* Read it as if it had been left alone for ns nanoseconds. */
static void
learn(const char *dir, int64_t ns)
{
	struct sign sign = look(dir);
	struct cache *c = cache_open(".");

	dirnames_put(c, dir, &sign, sign.ctime + ns);
	cache_close(c);
}

/* As far as it goes without the cache, which is closed. */
static struct dirnames
look_up(const char *dir)
{
	struct sign sign = look(dir);
	struct cache *c = cache_open(".");
	struct dirnames d = {0};

	dirnames_get(c, &sign, &d);
	cache_close(c);
	return d;
}

static bool
is_known(const char *dir)
{
	return look_up(dir).bits != NULL;
}

static bool
is_unread(const char *dir)
{
	struct dirnames d = look_up(dir);

	return dirnames_unread(&d);
}

static const struct { const char *name; bool lacks; } names[] = {
	{"stdio.h", false}, {"Makefile", false}, {"_1", false},
	{"STDIO.H", false}, {"makeFILE", false},	/* some file systems take them for the same */
	{"stdlib.h", true}, {"stdio", true}, {"stdio.hh", true}, {"x", true},
	{"", false}, {".hidden", false}, {"stdlib.", false}, {"stdlib ", false}, {"stdli~1.h", false}, {"b\303\244r.h", false},
};

static void
what_is_not_there_is_known(void)
{
	struct dirnames d = {0};
	struct sign sign;
	struct cache *c;

	mkdir("d", 0755);
	world_write("d/stdio.h", "");
	world_write("d/Makefile", "");
	world_write("d/_1", "");
	for (size_t i = 0; i < countof(names); i++)
		CHECK_ROW(names[i].name, !dirnames_lacks(&d, names[i].name, strlen(names[i].name)));
	learn("d", MINUTE);
	c = cache_open(".");
	sign = look("d");
	dirnames_get(c, &sign, &d);
	CHECK(d.bits != NULL);
	for (size_t i = 0; i < countof(names); i++)
		CHECK_ROW(names[i].name, dirnames_lacks(&d, names[i].name, strlen(names[i].name)) == names[i].lacks);
	cache_close(c);
}

/* However many there are. */
static void
what_is_there_is_never_missed(void)
{
	int lacking = 0, count = 1000;
	struct dirnames d = {0};
	struct sign sign;
	struct cache *c;
	char name[32];

	mkdir("many", 0755);
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "many/n%d.h", i);
		world_write(name, "");
	}
	learn("many", MINUTE);
	sign = look("many");
	c = cache_open(".");
	dirnames_get(c, &sign, &d);
	CHECK(d.bits != NULL);
	for (int i = 0; i < 2 * count; i++) {
		bool lacks;

		snprintf(name, sizeof(name), "n%d.h", i);
		lacks = dirnames_lacks(&d, name, strlen(name));
		CHECK_ROW(name, i >= count || !lacks);
		lacking += lacks;
	}
	CHECK(lacking > count * 8 / 10);
	cache_close(c);
}

static void
a_change_is_the_end_of_it(void)
{
	CHECK(is_known("d") && !is_unread("d"));
	world_write("d/new.h", "");
	CHECK(!is_known("d") && is_unread("d"));
	learn("d", 1000000);	/* too early: one more change might not show */
	CHECK(!is_known("d"));
	learn("d", MINUTE);
	CHECK(is_known("d"));
	CHECK(unlink("d/new.h") == 0);
	CHECK(!is_known("d"));
}

static void
odd_directories_are_not_known(void)
{
	mkdir("odd", 0755);
	world_write("odd/b\303\244r.h", "");
	CHECK(is_unread("odd"));
	learn("odd", MINUTE);
	CHECK(!is_known("odd") && !is_unread("odd"));	/* in vain, and never again */
	world_write("odd/one_more", "");
	CHECK(is_unread("odd"));
	learn("d/stdio.h", MINUTE);	/* none at all */
	CHECK(!is_known("d/stdio.h"));
	CHECK(symlink("d", "link") == 0);
	learn("link", MINUTE);
	CHECK(!is_known("link"));
}

/* Ask for names that dir has and others; how often the disk was asked for what is not there. */
static uint32_t
ask_places(const char *world, bool learning)
{
	struct cache *c = cache_open(".");
	struct place *dir;
	struct places p;
	uint32_t missed;
	char name[32];

	places_init(&p, c);
	dir = places_walk(&p, places_walk(&p, p.root, world, NULL), "wide", NULL);
	CHECK(dir->kind == PLACE_DIR);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "x%d.h", i);
		CHECK_ROW(name, places_entry(&p, dir, name, strlen(name))->kind == (i == 50 ? PLACE_FILE : PLACE_NONE));
	}
	missed = dir->names.missed;
	if (learning)
		places_learn(&p, dir->sign.ctime + MINUTE);
	places_free(&p);
	cache_close(c);
	return missed;
}

static void
places_ask_for_less(const char *world)
{
	mkdir("wide", 0755);
	world_write("wide/x50.h", "");
	CHECK_INT(99, ask_places(world, true));
	CHECK(ask_places(world, false) < 30);
	world_write("wide/y", "");
	CHECK_INT(99, ask_places(world, false));
}

int
main(void)
{
	const char *world = world_new();

	what_is_not_there_is_known();
	what_is_there_is_never_missed();
	a_change_is_the_end_of_it();
	odd_directories_are_not_known();
	places_ask_for_less(world);
	world_remove(world);
	return check_done();
}
