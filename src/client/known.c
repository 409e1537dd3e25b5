/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/known.h"

#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "client/lockdir.h"

/* Numbers of eight bytes; the file has holes where nothing was added. */
#define SLOTS 65536u

/* Times of files are no finer than this on any file system, clocks of servers aside. */
#define YOUNG_S 2

/* Changes with what the number is made of. */
#define FORMAT 1u

void
known_open(struct known *k, const char *lock_dir)
{
	k->fd = lock_dir != NULL ? lockdir_open(lock_dir, "known_files", false) : -1;
}

static uint64_t
mix(uint64_t h, uint64_t value)
{
	h = (h ^ value) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* Never 0, which is what a hole reads as. */
static uint64_t
number(const struct stat *st, unsigned kind)
{
	uint64_t h = mix(FORMAT, kind);

	h = mix(h, (uint64_t)st->st_dev);
	h = mix(h, (uint64_t)st->st_ino);
	h = mix(h, (uint64_t)st->st_size);
	h = mix(h, (uint64_t)st->st_mtim.tv_sec);
	h = mix(h, (uint64_t)st->st_mtim.tv_nsec);
	h = mix(h, (uint64_t)st->st_ctim.tv_sec);
	h = mix(h, (uint64_t)st->st_ctim.tv_nsec);
	return mix(h, 0) | 1;
}

static off_t
place(uint64_t n)
{
	return (off_t)((n >> 32) % SLOTS * sizeof(n));
}

bool
known_has(const struct known *k, const struct stat *st, unsigned kind)
{
	uint64_t n = number(st, kind), there;

	return k->fd != -1 && pread(k->fd, &there, sizeof(there), place(n)) == sizeof(there) && there == n;
}

void
known_add(const struct known *k, const struct stat *st, unsigned kind)
{
	uint64_t n = number(st, kind);
	time_t now = time(NULL);

	if (k->fd == -1 || st->st_mtim.tv_sec > now - YOUNG_S || st->st_ctim.tv_sec > now - YOUNG_S)
		return;
	/* without it the file is read again */
	if (pwrite(k->fd, &n, sizeof(n), place(n)) != sizeof(n))
		return;
}

void
known_close(struct known *k)
{
	if (k->fd != -1)
		close(k->fd);
	k->fd = -1;
}
