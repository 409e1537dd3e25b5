/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in a file, remembered while its stat is the same, and only if a later change would show in it. */
#include "client/facts.h"

#include <errno.h>
#include <time.h>

#include "compiler/scan.h"
#include "tests/unit/check.h"
#include "tests/unit/world.h"

#define LATER 100000000000ll	/* so much after now nothing is young any more */

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The first thing that name pulls in, as the cache and the file give it at that time; NULL for none.  The caller frees. */
static char *
first_item(const char *dir, const char *name, bool scan, int64_t at, enum fact_err *err, bool *known)
{
	struct cache *c = cache_open(dir);
	struct scan_item item;
	struct places p;
	struct place *file;
	struct fact f;
	char *text = NULL;
	size_t pos = 0;

	places_init(&p, NULL);
	file = places_walk(&p, places_walk(&p, p.root, dir, NULL), name, NULL);
	*err = fact_get(c, file, scan, at, &f);
	*known = f.own == NULL;
	if (*err == FACT_OK && f.scanned && scan_next(f.items, f.n, &pos, &item))
		text = xstrdup(item.text);
	CHECK(!scan || *err != FACT_OK || f.scanned);
	fact_free(&f);
	places_free(&p);
	cache_close(c);
	return text;
}

/* One row after the other, with one cache. */
static const struct { const char *write; bool scan; int64_t later; bool known; const char *item; } steps[] = {
	{"#include \"a.h\"\n", true, 0, false, "a.h"},		/* young: not remembered */
	{NULL, true, LATER, false, "a.h"},
	{NULL, true, LATER, true, "a.h"},
	{NULL, false, LATER, true, "a.h"},
	{"#include \"bb.h\"\n", true, LATER, false, "bb.h"},	/* another size */
	{NULL, true, 0, true, "bb.h"},
	{"", true, LATER, false, NULL},
};

static void
facts_hold_while_the_stat_does(const char *dir)
{
	for (size_t i = 0; i < countof(steps); i++) {
		enum fact_err err;
		char *item, row[16];
		bool known;

		snprintf(row, sizeof(row), "%zu", i);
		if (steps[i].write != NULL)
			world_write("x.c", steps[i].write);
		item = first_item(dir, "x.c", steps[i].scan, now_ns() + steps[i].later, &err, &known);
		CHECK_ROW(row, err == FACT_OK);
		CHECK_STR(steps[i].item, item);
		/* an empty file owns nothing either */
		if (steps[i].item != NULL)
			CHECK_ROW(row, known == steps[i].known);
		free(item);
	}
}

/* A digest alone does not do where the text is asked for. */
static void
a_digest_is_no_scan(const char *dir)
{
	enum fact_err err;
	bool known;
	char *item;

	world_write("data", "#include \"d.h\"\n");
	item = first_item(dir, "data", false, now_ns() + LATER, &err, &known);
	CHECK(err == FACT_OK && item == NULL);
	item = first_item(dir, "data", true, now_ns() + LATER, &err, &known);
	CHECK_STR("d.h", item);
	free(item);
}

static void
digests_are_of_the_content(const char *dir)
{
	struct places p;
	struct digest want;
	struct fact f;

	world_write("content", "some\n");
	places_init(&p, NULL);
	CHECK_INT(FACT_OK, fact_get(NULL, places_walk(&p, places_walk(&p, p.root, dir, NULL), "content", NULL), false, now_ns(), &f));
	digest_mem(&want, "some\n", 5);
	CHECK(memcmp(&want, &f.digest, sizeof(want)) == 0);
	fact_free(&f);
	places_free(&p);
}

static void
what_pulls_in_the_same_has_one_sum(const char *dir)
{
	static const struct { const char *a, *b; bool same; } rows[] = {
		{"#include <x.h>\nint a;\n", "#include <x.h>\nint other;\n", true},
		{"#include <x.h>\n", "#include <y.h>\n", false},
		{"#include <x.h>\n", "#include \"x.h\"\n", false},
		{"#define X <x.h>\n", "#define Y <x.h>\n", false},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		uint64_t sums[2];

		for (int k = 0; k < 2; k++) {
			struct places p;
			struct fact f;

			world_write("sum", k == 0 ? rows[i].a : rows[i].b);
			places_init(&p, NULL);
			CHECK_INT(FACT_OK, fact_get(NULL, places_walk(&p, places_walk(&p, p.root, dir, NULL), "sum", NULL), true, now_ns(), &f));
			sums[k] = fact_sum(&f);
			fact_free(&f);
			places_free(&p);
		}
		CHECK_ROW(rows[i].a, (sums[0] == sums[1]) == rows[i].same);
	}
}

static void
what_cannot_be_read_is_said(const char *dir)
{
	struct places p;
	struct place *file;
	struct fact f;

	world_write("gone", "x");
	places_init(&p, NULL);
	file = places_walk(&p, places_walk(&p, p.root, dir, NULL), "gone", NULL);
	CHECK_INT(PLACE_FILE, file->kind);
	CHECK(unlink("gone") == 0);
	CHECK_INT(FACT_ERRNO, fact_get(NULL, file, true, now_ns(), &f));
	CHECK_INT(ENOENT, errno);
	fact_free(&f);
	/* a link in its place is not followed: that would be another file's content under this one's name */
	CHECK(symlink("content", "gone") == 0);
	CHECK(fact_get(NULL, file, true, now_ns(), &f) != FACT_OK);
	fact_free(&f);
	CHECK(unlink("gone") == 0 && mkfifo("gone", 0600) == 0);
	CHECK_INT(FACT_CHANGING, fact_get(NULL, file, true, now_ns(), &f));
	fact_free(&f);
	places_free(&p);
}

int
main(void)
{
	const char *dir = world_new();

	facts_hold_while_the_stat_does(dir);
	a_digest_is_no_scan(dir);
	digests_are_of_the_content(dir);
	what_pulls_in_the_same_has_one_sum(dir);
	what_cannot_be_read_is_said(dir);
	world_remove(dir);
	return check_done();
}
