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

void sign_of(struct sign *s, const struct stat *st);
bool sign_equal(const struct sign *a, const struct sign *b);
/* Never 0. */
uint64_t sign_sum(const struct sign *s);

#endif
