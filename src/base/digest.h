/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BLAKE2b-256 (RFC 7693, 32 bytes, no key), by libsodium: the name of a file's content. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_LEN 32
#define DIGEST_HEX_LEN (2 * DIGEST_LEN)

struct digest {
	unsigned char b[DIGEST_LEN];
};

void digest_mem(struct digest *d, const void *p, size_t n);

/* The whole regular file, from its beginning, whatever fd's offset (which stays). *size: bytes digested.  0, or -1 with errno. */
int digest_fd(struct digest *d, int fd, uint64_t *size);

/* Piece by piece; the state needs no freeing. */
struct digest_state {
	_Alignas(64) unsigned char opaque[384];
};
void digest_begin(struct digest_state *s);
void digest_add(struct digest_state *s, const void *p, size_t n);
void digest_end(struct digest_state *s, struct digest *d);

/* As memcmp. */
int digest_cmp(const struct digest *a, const struct digest *b);

/* Lower-case hexadecimal digits and a NUL. */
void digest_hex(const struct digest *d, char out[DIGEST_HEX_LEN + 1]);
/* Exactly DIGEST_HEX_LEN digits of lower case, and nothing after them. */
bool digest_from_hex(struct digest *d, const char *s);

#endif
