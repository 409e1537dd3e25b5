/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stat says of a file, as far as it tells whether something has changed. */
#ifndef CLIENT_SIGN_H
#define CLIENT_SIGN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct sign {
	uint64_t dev, ino, size;
	int64_t mtime, ctime;	/* nanoseconds */
};

/* Of what the cache keeps of one file: a letter for who keeps it, the version of its form, and which file; no bytes left open. */
struct sign_key {
	char space, version, pad[6];
	uint64_t dev, ino;
};

struct sign_key sign_key(char space, char version, const struct sign *s);

void sign_of(struct sign *s, const struct stat *st);
bool sign_equal(const struct sign *a, const struct sign *b);
/* Is it the sign of what stat has found there? */
bool sign_is_of(const struct sign *s, const struct stat *st);
/* Has it changed within the last ns nanoseconds before now_ns (real time)?  Another change right behind that one might not show. */
bool sign_is_young(const struct sign *s, int64_t now_ns, int64_t ns);
/* Never 0. */
uint64_t sign_sum(const struct sign *s);

#endif
