/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/dirnames.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/util.h"

#define VERSION 1
#define QUIET_NS 30000000000ll

/* Of each name, at least; one in 16 of those that are not there is asked for in vain. */
#define BITS_OF_NAME 16u
#define BITS_MIN 64u
#define NAMES_MAX 16384u

struct head {
	struct sign sign;
	uint32_t bits;		/* a power of two; they follow.  0: it cannot be told by them what is there */
	uint32_t pad;
};

static bool
is_ascii(const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)name[i] >= 0x80)
			return false;
	return true;
}

/* Means the same to all file systems, but for case. */
static bool
is_plain(const char *name, size_t n)
{
	return n > 0 && name[0] != '.' && name[n - 1] != '.' && name[n - 1] != ' ' && memchr(name, '~', n) == NULL && is_ascii(name, n);
}

static uint32_t
hash_of(const char *name, size_t n)
{
	uint64_t h = n;

	for (size_t i = 0; i < n; i++)
		h = (h ^ ((unsigned char)name[i] | 0x20u)) * 0x100000001b3ull;
	return (uint32_t)(h >> 32 ^ h);
}

void
dirnames_get(struct cache *c, const struct sign *dir, struct dirnames *d)
{
	struct sign_key key = sign_key('d', VERSION, dir);
	struct head head;
	const void *value;
	size_t n;

	if (!cache_get(c, &key, sizeof(key), &value, &n) || n < sizeof(head))
		return;
	memcpy(&head, value, sizeof(head));
	if (!sign_equal(&head.sign, dir) || (head.bits & (head.bits - 1)) != 0 || n - sizeof(head) != head.bits / 8)
		return;
	if (head.bits >= BITS_MIN)
		d->bits = (const unsigned char *)value + sizeof(head);
	d->mask = head.bits - 1;
}

bool
dirnames_unread(const struct dirnames *d)
{
	return d->bits == NULL && d->mask == 0;
}

bool
dirnames_lacks(const struct dirnames *d, const char *name, size_t n)
{
	uint32_t at;

	if (d->bits == NULL || !is_plain(name, n))
		return false;
	at = hash_of(name, n) & d->mask;
	return (d->bits[at / 8] & 1u << at % 8) == 0;
}

/* The hashes of all names.  False: it cannot be read, or has too many, or one that other names may mean. */
static bool
read_names(DIR *d, struct buf *hashes)
{
	const struct dirent *e;
	uint32_t hash;

	for (errno = 0; (e = readdir(d)) != NULL; errno = 0) {
		size_t n = strlen(e->d_name);

		if (!is_ascii(e->d_name, n) || hashes->n >= NAMES_MAX * sizeof(hash))
			return false;
		hash = hash_of(e->d_name, n);
		buf_add(hashes, &hash, sizeof(hash));
	}
	return errno == 0;
}

/* told: else only that there is nothing to be known. */
static void
put_set(struct cache *c, const struct sign *dir, const struct buf *hashes, bool told)
{
	struct head head = {.sign = *dir, .bits = told ? BITS_MIN : 0};
	size_t names = told ? hashes->n / sizeof(uint32_t) : 0;
	struct sign_key key = sign_key('d', VERSION, dir);
	unsigned char *value;
	uint32_t hash;

	while (head.bits < names * BITS_OF_NAME)
		head.bits *= 2;
	value = xcalloc(1, sizeof(head) + head.bits / 8);
	memcpy(value, &head, sizeof(head));
	for (size_t i = 0; i < names; i++) {
		memcpy(&hash, hashes->p + i * sizeof(hash), sizeof(hash));
		hash &= head.bits - 1;
		value[sizeof(head) + hash / 8] |= (unsigned char)(1u << hash % 8);
	}
	cache_put(c, &key, sizeof(key), value, sizeof(head) + head.bits / 8);
	free(value);
}

void
dirnames_put(struct cache *c, const char *path, const struct sign *dir, int64_t now_ns)
{
	struct buf hashes = BUF_INIT;
	struct stat st;
	bool told;
	DIR *d;
	int fd;

	if (sign_is_young(dir, now_ns, QUIET_NS))
		return;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	d = fd != -1 ? fdopendir(fd) : NULL;
	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	told = read_names(d, &hashes);
	if (fstat(fd, &st) == 0 && sign_is_of(dir, &st))
		put_set(c, dir, &hashes, told);
	closedir(d);
	buf_free(&hashes);
}
