/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For client/cache*.c alone: the environment of LMDB that is a cache, and what happens when its file is damaged.  That can make LMDB run
 * into anything, so it works under guard (base/fault.h), and a fault is the end of the cache.
 */
#ifndef CLIENT_CACHE_PART_H
#define CLIENT_CACHE_PART_H

#include <lmdb.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

/* Address space, not memory; the file grows as it is filled. */
#define CACHE_MAP_SIZE ((size_t)(sizeof(size_t) > 4 ? 1u << 30 : 1u << 28))

/* CACHE_MISSING: nothing to read, but it can be written. */
enum cache_state { CACHE_UNTRIED, CACHE_OPEN, CACHE_MISSING, CACHE_NONE };

struct cache {
	char *dir;
	enum cache_state state;
	char *file;		/* of the environment */
	MDB_env *env;
	MDB_dbi dbi;
	MDB_txn *txn;		/* for reading, held until the end */
	bool empty;		/* nothing was ever written */
	struct arena values;	/* copies of those read: somebody may cut the file under us at any time */
	struct buf pending;	/* key length, value length, key, value, ... */
	bool urgent;		/* there is something of cache_put among it */
};

/*
 * cache_later: "FILE-later", where clients lay aside what can wait; blocks of their pending ones, each with its length, sum and time in front.
 *
 * Append what is pending.  False: there is enough for a transaction now, or it cannot be: write it.
 */
bool cache_later_add(const struct cache *c);
/* Put what was laid aside in front of what is pending, if it is enough; who calls holds the writers' lock. */
void cache_later_take(struct cache *c);

/* Find c->file, below c->dir, which is there.  False: there can be no cache. */
bool cache_env_place(struct cache *c);

/* For reading, with a transaction; for writing, without one.  0 or an error of LMDB's, then cache_env_close. */
int cache_env_open(struct cache *c, bool writing);
void cache_env_close(struct cache *c);

/* The file and its lock, whoever uses them; the next one makes them anew. */
void cache_env_remove(const char *file);

/* What is in the way is damage if LMDB says that this is none of its files. */
bool cache_is_damage(int err);

/* The file is damaged: it goes, and this client does without. */
void cache_give_up(struct cache *c);

/* Write what is pending, in a child, and wait for it.  The environment is closed then. */
void cache_write_apart(struct cache *c);

#endif
