/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What clients have learnt, shared by all clients of one user and one DISTCC_DIR: an LMDB environment in DISTCC_DIR/cache.
 *
 * Never needed: if it cannot be opened (read-only, full, broken, network file system) everything works without, only
 * slower, and nothing is said but in the log.  It is of one boot: nothing is ever synced to the disk, and after a crash of
 * the machine there is simply a new one.  What is damaged by others shows in checks of values or is removed and made anew.
 *
 * Keys and values are bytes.  Each user puts its own letter and a format version in front of its keys, and checks the
 * lengths of what it reads.
 */
#ifndef CLIENT_CACHE_H
#define CLIENT_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cache;

#define CACHE_KEY_MAX 255

/*
 * dir: DISTCC_DIR.  Costs next to nothing: files are opened by the first cache_get or cache_put.  NULL only for dir NULL;
 * all functions take NULL for a cache without content.
 */
struct cache *cache_open(const char *dir);

/*
 * Writes what cache_put collected, in one transaction and in a child it waits for, unless another client is just writing: then it is
 * lost, and whoever needs it next learns it again.  If there is nothing but what cache_put_later collected it is laid aside, to be written
 * with that of other clients, seconds later: an append costs a twentieth of a transaction.
 */
void cache_close(struct cache *c);

/* The value is a copy that stays until cache_close; it is not aligned. */
bool cache_get(struct cache *c, const void *key, size_t key_n, const void **value, size_t *n);

/* 64 bits for a key: good against accidents, not against whoever makes them. */
uint64_t cache_sum(const void *p, size_t n);

/* Collected in memory, both copied; cache_get does not see it.  The last one of a key counts. */
void cache_put(struct cache *c, const void *key, size_t key_n, const void *value, size_t n);

/* The same for what nobody is likely to need soon: what belongs to one source alone. */
void cache_put_later(struct cache *c, const void *key, size_t key_n, const void *value, size_t n);

/* All that was collected up to now is needed at once. */
void cache_hurry(struct cache *c);

#endif
