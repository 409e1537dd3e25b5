/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/known.h"

#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/lockdir.h"

/* Numbers of eight bytes; the file has holes where nothing was added. */
#define SLOTS 65536u

/* Times of files are no finer than this on any file system, clocks of servers aside. */
#define YOUNG_S 2

/* Changes with what the number is made of, or where it stands. */
#define FORMAT 2u

void
known_open(struct known *k, const char *lock_dir)
{
	k->read = false;
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

/* The files of a tree have inodes close to each other: so do their numbers lie, and one read is good for many. */
static size_t
place(const struct stat *st, unsigned kind)
{
	return (size_t)((mix(mix(FORMAT, kind), (uint64_t)st->st_dev) + (uint64_t)st->st_ino) % SLOTS);
}

/* What stands at a place; 0: nothing. */
static uint64_t
number_at(struct known *k, size_t at)
{
	size_t first = at / KNOWN_WINDOW * KNOWN_WINDOW;
	size_t there;
	ssize_t got;

	if (!k->read || k->first != first) {
		got = pread(k->fd, k->window, sizeof(k->window), (off_t)(first * sizeof(k->window[0])));
		/* the file may end anywhere */
		there = got > 0 ? (size_t)got / sizeof(k->window[0]) : 0;
		memset(k->window + there, 0, (KNOWN_WINDOW - there) * sizeof(k->window[0]));
		k->first = first;
		k->read = true;
	}
	return k->window[at - first];
}

bool
known_has(struct known *k, const struct stat *st, unsigned kind)
{
	return k->fd != -1 && number_at(k, place(st, kind)) == number(st, kind);
}

void
known_add(struct known *k, const struct stat *st, unsigned kind)
{
	uint64_t n = number(st, kind);
	size_t at = place(st, kind);
	time_t now = time(NULL);

	if (k->fd == -1 || st->st_mtim.tv_sec > now - YOUNG_S || st->st_ctim.tv_sec > now - YOUNG_S)
		return;
	if (k->read && at - k->first < KNOWN_WINDOW)
		k->window[at - k->first] = n;
	/* without it the file is read again */
	if (pwrite(k->fd, &n, sizeof(n), (off_t)(at * sizeof(n))) != sizeof(n))
		return;
}

void
known_close(struct known *k)
{
	if (k->fd != -1)
		close(k->fd);
	k->fd = -1;
}
