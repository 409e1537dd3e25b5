/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/path.h"
#include "base/util.h"
#include "client/cache_part.h"

/* Of each value, in front of it. */
#define SUM 8u
/* Values read are copied in blocks of this size. */
#define VALUES_BLOCK ((size_t)32 << 10)

static inline uint64_t
mix(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * 0x9e3779b97f4a7c15ull;
	return sum ^ sum >> 29;
}

/* Cheap, and good enough against what a broken disk or a stray write does.  Four sums side by side: a processor waits for none of them. */
uint64_t
cache_sum(const void *p, size_t n)
{
	uint64_t sums[4] = {1, 2, 3, 4}, words[4], sum = n + 1;
	const char *at = p;

	for (; n >= sizeof(words); n -= sizeof(words), at += sizeof(words)) {
		memcpy(words, at, sizeof(words));
		for (size_t i = 0; i < countof(sums); i++)
			sums[i] = mix(sums[i], words[i]);
	}
	memset(words, 0, sizeof(words));
	if (n > 0)	/* nothing may be NULL */
		memcpy(words, at, n);
	for (size_t i = 0; i < countof(sums); i++)
		sum = mix(mix(sum, sums[i]), words[i]);
	return sum ^ sum >> 32;
}

struct cache *
cache_open(const char *dir)
{
	struct cache *c;

	if (dir == NULL)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	c->dir = path_join(dir, "cache");
	c->values.block_size = VALUES_BLOCK;
	return c;
}

/* Whoever made it had no time or no space to write to it; for reading LMDB has no good word for that. */
static bool
is_empty(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 && st.st_size == 0;
}

/* False: it can neither be read nor written. */
static bool
start(struct cache *c)
{
	int err;

	if (c == NULL || c->state != CACHE_UNTRIED)
		return c != NULL && c->state != CACHE_NONE;
	c->state = CACHE_NONE;
	fault_watch();
	if (access(c->dir, W_OK) == -1 && (errno != ENOENT || path_mkdirs(c->dir) == -1))
		return false;
	if (!cache_env_place(c))
		return false;
	/* most jobs find all they ask for, and what writing needs costs time */
	err = cache_env_open(c, false);
	if (err != 0)
		cache_env_close(c);
	if (cache_is_damage(err)) {
		log_info("the cache %s is damaged (%s); making a new one", c->file, mdb_strerror(err));
		cache_env_remove(c->file);
		err = ENOENT;
	}
	if (err != 0 && err != ENOENT && !is_empty(c->file)) {
		log_info("no cache in %s: %s", c->dir, mdb_strerror(err));
		return false;
	}
	c->state = err == 0 ? CACHE_OPEN : CACHE_MISSING;
	return true;
}

static bool
look_up(struct cache *c, const void *key, size_t key_n, const void **value, size_t *n)
{
	MDB_val k = {key_n, (void *)(uintptr_t)key}, v;
	uint64_t sum;

	if (mdb_get(c->txn, c->dbi, &k, &v) != 0 || v.mv_size < SUM)
		return false;
	memcpy(&sum, v.mv_data, SUM);
	if (sum != cache_sum((char *)v.mv_data + SUM, v.mv_size - SUM))
		return false;
	*n = v.mv_size - SUM;
	*value = memcpy(arena_take(&c->values, *n), (char *)v.mv_data + SUM, *n);
	return true;
}

bool
cache_get(struct cache *c, const void *key, size_t key_n, const void **value, size_t *n)
{
	bool found;

	if (!start(c) || c->state != CACHE_OPEN)
		return false;
	if (sigsetjmp(fault_return, 0) != 0) {
		fault_guarded = 0;
		cache_give_up(c);
		return false;
	}
	fault_guarded = 1;
	found = look_up(c, key, key_n, value, n);
	fault_guarded = 0;
	return found;
}

void
cache_put_later(struct cache *c, const void *key, size_t key_n, const void *value, size_t n)
{
	size_t sizes[2] = {key_n, n + SUM};
	uint64_t sum;

	if (c == NULL || key_n > CACHE_KEY_MAX || !start(c))
		return;
	buf_add(&c->pending, sizes, sizeof(sizes));
	buf_add(&c->pending, key, key_n);
	sum = cache_sum(value, n);
	buf_add(&c->pending, &sum, SUM);
	buf_add(&c->pending, value, n);
}

void
cache_hurry(struct cache *c)
{
	if (c != NULL)
		c->urgent = c->pending.n > 0;
}

void
cache_put(struct cache *c, const void *key, size_t key_n, const void *value, size_t n)
{
	cache_put_later(c, key, key_n, value, n);
	cache_hurry(c);
}

static void
write_in_turn(struct cache *c)
{
	/* LMDB has one lock for writers, and no way but to wait for it */
	char *lock = xasprintf("%s-turn", c->file);
	int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		cache_later_take(c);
		cache_write_apart(c);
	}
	if (fd != -1)
		close(fd);
	free(lock);
}

void
cache_close(struct cache *c)
{
	if (c == NULL)
		return;
	if (c->state != CACHE_NONE && c->pending.n > 0 && (c->urgent || !cache_later_add(c)))
		write_in_turn(c);
	cache_env_close(c);
	arena_free(&c->values);
	buf_free(&c->pending);
	free(c->file);
	free(c->dir);
	free(c);
}
