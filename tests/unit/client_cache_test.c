/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What clients share: found again by the next one, and never in the way when it cannot be had. */
#include "client/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "base/path.h"
#include "tests/unit/check.h"
#include "tests/unit/world.h"

/* For the leak sanitizer: a damaged environment of LMDB is in no state to be closed. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:mdb_env_create\nleak:mdb_env_open\nleak:mdb_txn_begin\n";
}

static bool
has(struct cache *c, const char *key, const char *want)
{
	const void *value;
	size_t n;

	return cache_get(c, key, strlen(key), &value, &n) && n == strlen(want) && memcmp(value, want, n) == 0;
}

static void
put(const char *dir, const char *key, const char *value)
{
	struct cache *c = cache_open(dir);

	cache_put(c, key, strlen(key), value, strlen(value));
	cache_close(c);
}

static bool
find(const char *dir, const char *key, const char *want)
{
	struct cache *c = cache_open(dir);
	bool found = has(c, key, want);

	cache_close(c);
	return found;
}

static void
the_next_one_finds_it(const char *dir)
{
	struct cache *c = cache_open(dir);

	CHECK(!has(c, "a", "1"));
	cache_put(c, "a", 1, "1", 1);
	cache_put(c, "b", 1, "old", 3);
	cache_put(c, "b", 1, "new", 3);
	cache_put(c, "empty", 5, "", 0);
	CHECK(!has(c, "a", "1"));
	cache_close(c);
	c = cache_open(dir);
	CHECK(has(c, "a", "1"));
	CHECK(has(c, "b", "new"));
	CHECK(has(c, "empty", ""));
	CHECK(!has(c, "c", ""));
	CHECK(!has(c, "ab", "1"));
	cache_close(c);
}

static void
values_of_any_size_and_bytes(const char *dir)
{
	static char large[3 << 20], key[CACHE_KEY_MAX];
	struct cache *c = cache_open(dir);
	const void *value;
	size_t n;

	for (size_t i = 0; i < sizeof(large); i++)
		large[i] = (char)(i * 7);
	memset(key, '\0', sizeof(key));
	cache_put(c, key, sizeof(key), large, sizeof(large));
	cache_close(c);
	c = cache_open(dir);
	CHECK(cache_get(c, key, sizeof(key), &value, &n));
	CHECK(n == sizeof(large) && memcmp(value, large, n) == 0);
	CHECK(!cache_get(c, key, sizeof(key) - 1, &value, &n));
	cache_close(c);
}

static void
none_is_a_cache_without_content(void)
{
	const void *value;
	size_t n;

	CHECK(cache_open(NULL) == NULL);
	CHECK(!cache_get(NULL, "a", 1, &value, &n));
	cache_put(NULL, "a", 1, "1", 1);
	cache_close(NULL);
}

/* A file below dir by how its name ends; the caller frees.  NULL: there is none. */
static char *
file_that_ends(const char *dir, const char *end)
{
	char *sub = path_join(dir, "cache"), *file = NULL;
	DIR *d = opendir(sub);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (ends_with(e->d_name, end))
			file = path_join(sub, e->d_name);
	if (d != NULL)
		closedir(d);
	free(sub);
	return file;
}

/* That of the environment. */
static char *
file_of(const char *dir)
{
	return file_that_ends(dir, ".mdb");
}

/* Whatever somebody does to the file: no wrong value, no crash, and it heals. */
static void
damage_heals(const char *dir)
{
	static const struct { const char *what; long at; long length; bool cut; } damages[] = {
		{"cut to nothing", 0, 0, true}, {"cut to half a page", 0, 2000, true}, {"cut to a page", 0, 4096, true}, {"cut to three", 0, 12288, true},
		{"garbage in the first page", 0, 4096, false}, {"in both", 0, 8192, false}, {"behind them", 8192, 16384, false},
		{"everywhere", 0, 65536, false},
	};

	static char garbage[65536];

	memset(garbage, 0xa5, sizeof(garbage));
	for (size_t i = 0; i < countof(damages); i++) {
		char *file;
		int fd;

		put(dir, "kept", "value");
		file = file_of(dir);
		CHECK(file != NULL);
		fd = open(file != NULL ? file : "", O_WRONLY | O_CLOEXEC);
		CHECK_ROW(damages[i].what, fd != -1);
		if (damages[i].cut)
			CHECK(ftruncate(fd, damages[i].length) == 0);
		else
			CHECK(pwrite(fd, garbage, (size_t)damages[i].length, damages[i].at) == damages[i].length);
		close(fd);
		free(file);
		/* there or not, but nothing else */
		CHECK_ROW(damages[i].what, find(dir, "kept", "value") || !find(dir, "kept", "other"));
		put(dir, "kept", "value");
		put(dir, "kept", "value");
		CHECK_ROW(damages[i].what, find(dir, "kept", "value"));
	}
}

/* What was found stays, large and small, whoever cuts the file meanwhile. */
static void
values_outlive_the_file(const char *dir)
{
	enum { N = 3, SIZE = 20000 };
	const void *values[N];
	static char text[SIZE];
	struct cache *c = cache_open(dir);
	char *file;
	size_t n;

	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < N; i++)
		cache_put(c, &i, sizeof(i), text, sizeof(text) - i);
	cache_close(c);
	c = cache_open(dir);
	for (size_t i = 0; i < N; i++)
		CHECK(cache_get(c, &i, sizeof(i), &values[i], &n) && n == sizeof(text) - i);
	file = file_of(dir);
	CHECK(file != NULL && truncate(file, 0) == 0);
	free(file);
	for (size_t i = 0; i < N; i++)
		CHECK(memcmp(values[i], text, sizeof(text) - i) == 0);
	cache_close(c);
}

/* So many of them are more than enough for a transaction. */
#define LATER_SIZE 10000
#define LATER_MANY 40

static void
put_later(const char *dir, size_t key, const char *value, bool hurry)
{
	static char text[LATER_SIZE];
	struct cache *c = cache_open(dir);

	snprintf(text, sizeof(text), "%s", value);
	cache_put_later(c, &key, sizeof(key), text, sizeof(text));
	if (hurry)
		cache_hurry(c);
	cache_close(c);
}

static bool
find_later(const char *dir, size_t key, const char *want)
{
	struct cache *c = cache_open(dir);
	const void *value;
	size_t n;
	bool found = cache_get(c, &key, sizeof(key), &value, &n) && n == LATER_SIZE && streq(value, want);

	cache_close(c);
	return found;
}

/* When the first block was laid aside. */
static void
set_time(const char *file, int64_t at)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	CHECK(fd != -1 && pwrite(fd, &at, sizeof(at), 16) == sizeof(at));
	close(fd);
}

/* What can wait is found once there is much of it, or at once if somebody is in a hurry or there is more to write. */
static void
later_is_not_never(const char *world)
{
	char *dir = path_join(world, "later"), *file;
	struct cache *c;
	size_t found = 0;

	CHECK(mkdir(dir, 0700) == 0);
	put_later(dir, 0, "first", false);
	CHECK(!find_later(dir, 0, "first"));
	put_later(dir, 0, "second", false);
	for (size_t i = 1; i < LATER_MANY; i++)
		put_later(dir, i, "value", false);
	CHECK(find_later(dir, 0, "second"));
	for (size_t i = 1; i < LATER_MANY; i++)
		found += find_later(dir, i, "value");
	CHECK(found > LATER_MANY / 2 && found < LATER_MANY);
	/* what somebody has laid aside long ago, or at a time that has not come */
	for (size_t i = 0; i < 2; i++) {
		file = file_that_ends(dir, "-later");
		CHECK(file == NULL || unlink(file) == 0);
		free(file);
		put_later(dir, 2 * LATER_MANY + i, "old", false);
		file = file_that_ends(dir, "-later");
		set_time(file, i == 0 ? 1 : INT64_MAX);
		put_later(dir, 3 * LATER_MANY + i, "not alone", false);
		CHECK(find_later(dir, 2 * LATER_MANY + i, "old") && find_later(dir, 3 * LATER_MANY + i, "not alone"));
		free(file);
	}
	put_later(dir, LATER_MANY, "hurry", true);
	CHECK(find_later(dir, LATER_MANY, "hurry"));
	c = cache_open(dir);
	cache_put_later(c, "with", 4, "1", 1);
	cache_put(c, "at once", 7, "2", 1);
	cache_close(c);
	CHECK(find(dir, "with", "1") && find(dir, "at once", "2"));
	cache_put_later(NULL, "a", 1, "1", 1);
	cache_hurry(NULL);
	free(dir);
}

/* Change one byte. */
static void
spoil(const char *name, long at)
{
	FILE *f = fopen(name, "r+");
	int c;

	CHECK(f != NULL && fseek(f, at, SEEK_SET) == 0 && (c = fgetc(f)) != EOF && fseek(f, at, SEEK_SET) == 0 && fputc(c ^ 0x40, f) != EOF);
	if (f != NULL)
		fclose(f);
}

/* Whatever somebody does to the file of what waits: nothing wrong comes of it, and it heals. */
static void
what_waits_is_damaged(const char *world)
{
	static const struct { const char *what; long at; long cut; } damages[] = {
		{"empty", -1, 0}, {"cut in the head", -1, 10}, {"cut in the first", -1, 5000}, {"cut in the second", -1, LATER_SIZE + 500},
		{"garbage in a length", 3, -1}, {"in a sum", 9, -1}, {"in the time", 18, -1}, {"in the length of a key", 26, -1}, {"in a value", 3000, -1},
		{"in the second", LATER_SIZE + 200, -1}, {"a link", -1, -1},
	};
	char *dir = path_join(world, "damaged"), *file, *moved = path_join(world, "moved");

	CHECK(mkdir(dir, 0700) == 0);
	for (size_t i = 0; i < countof(damages); i++) {
		size_t first = i * 1000;

		for (size_t k = 0; k < 3; k++)
			put_later(dir, first + k, "value", false);
		file = file_that_ends(dir, "-later");
		CHECK_ROW(damages[i].what, file != NULL);
		if (damages[i].cut != -1)
			CHECK_ROW(damages[i].what, truncate(file, damages[i].cut) == 0);
		else if (damages[i].at == -1)
			CHECK_ROW(damages[i].what, rename(file, moved) == 0 && symlink(moved, file) == 0);
		else
			spoil(file, damages[i].at);
		for (size_t k = 3; k < 3 * LATER_MANY; k++)
			put_later(dir, first + k, "value", false);
		for (size_t k = 0; k < 3; k++)
			CHECK_ROW(damages[i].what, find_later(dir, first + k, "value") || !find_later(dir, first + k, "other"));
		CHECK_ROW(damages[i].what, find_later(dir, first + 2 * LATER_MANY, "value"));
		(void)!unlink(file);
		free(file);
	}
	free(moved);
	free(dir);
}

static void
what_cannot_be_opened_is_done_without(const char *dir)
{
	char *there = path_join(dir, "file");

	world_write(there, "x");
	put(there, "a", "1");
	CHECK(!find(there, "a", "1"));
	free(there);
	there = path_join(dir, "linked");
	CHECK(mkdir(there, 0700) == 0 && chdir(there) == 0 && symlink("/no/such", "cache") == 0);
	put(there, "a", "1");
	CHECK(!find(there, "a", "1"));
	free(there);
}

/* Writers do not wait for each other, and readers for none. */
static void
many_at_once(const char *dir)
{
	enum { CHILDREN = 8, ROUNDS = 20 };
	char key[32];
	int status, n = 0;

	for (int i = 0; i < CHILDREN; i++) {
		if (fork() == 0) {
			for (int k = 0; k < ROUNDS; k++) {
				snprintf(key, sizeof(key), "%d.%d", i, k);
				put(dir, key, key);
			}
			_exit(0);
		}
	}
	while (wait(&status) != -1)
		CHECK_INT(0, status);
	for (int i = 0; i < CHILDREN; i++)
		for (int k = 0; k < ROUNDS; k++) {
			snprintf(key, sizeof(key), "%d.%d", i, k);
			n += find(dir, key, key);
		}
	CHECK(n > 0);
}

static void
sums_differ(void)
{
	static const char *const texts[] = {"", "a", "b", "ab", "ba", "abcdefgh", "abcdefg", "abcdefgi", "abcdefghi"};
	char bytes[100];
	uint64_t sum, other;

	for (size_t i = 0; i < countof(texts); i++)
		for (size_t k = 0; k < countof(texts); k++)
			CHECK((cache_sum(texts[i], strlen(texts[i])) == cache_sum(texts[k], strlen(texts[k]))) == (i == k));
	CHECK(cache_sum("\0", 1) != cache_sum("\0\0", 2));
	/* each bit and each place counts */
	for (size_t i = 0; i < sizeof(bytes); i++) {
		memset(bytes, 0, sizeof(bytes));
		sum = cache_sum(bytes, sizeof(bytes));
		bytes[i] = 1;
		CHECK(cache_sum(bytes, sizeof(bytes)) != sum);
		other = cache_sum(bytes, sizeof(bytes));
		bytes[i] = 0;
		bytes[(i + 32) % sizeof(bytes)] = 1;
		CHECK(cache_sum(bytes, sizeof(bytes)) != other);
	}
	CHECK(cache_sum(NULL, 0) == cache_sum("", 0));
}

int
main(void)
{
	const char *dir = world_new();

	none_is_a_cache_without_content();
	the_next_one_finds_it(dir);
	values_of_any_size_and_bytes(dir);
	many_at_once(dir);
	what_cannot_be_opened_is_done_without(dir);
	damage_heals(dir);
	values_outlive_the_file(dir);
	later_is_not_never(dir);
	what_waits_is_damaged(dir);
	sums_differ();
	world_remove(dir);
	return check_done();
}
