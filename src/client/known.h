/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that an earlier job found in order, so that no later one reads them again: numbers made of what stat(2) says,
 * in a table beside the locks.  It forgets what collides, and whatever goes wrong with it, it knows nothing.
 */
#ifndef CLIENT_KNOWN_H
#define CLIENT_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Numbers read at once: a page of them. */
#define KNOWN_WINDOW 512u

struct known {
	int fd;
	bool read;	/* numbers first and following are in window */
	size_t first;
	uint64_t window[KNOWN_WINDOW];
};

#define KNOWN_NOTHING {.fd = -1}

/* NULL: there is no such directory. */
void known_open(struct known *k, const char *lock_dir);

/* kind: of which judgement; a file may be in order for one and not for another. */
bool known_has(struct known *k, const struct stat *st, unsigned kind);

/* Not of files changed in the last seconds: they may change again without a new time. */
void known_add(struct known *k, const struct stat *st, unsigned kind);

void known_close(struct known *k);

#endif
