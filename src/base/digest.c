/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/digest.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* Its state must fit ours, whatever version of libsodium is there. */
_Static_assert(sizeof(crypto_generichash_state) <= sizeof(((struct digest_state *)0)->opaque), "room for libsodium's state");

static crypto_generichash_state *
state_of(struct digest_state *s)
{
	return (crypto_generichash_state *)(void *)s->opaque;
}

/* Finds the fastest code for this processor; without it the slow one is used. */
static void
prepare(void)
{
	static bool done;

	if (!done) {
		done = true;
		(void)!sodium_init();
	}
}

void
digest_mem(struct digest *d, const void *p, size_t n)
{
	prepare();
	crypto_generichash(d->b, sizeof(d->b), p, n, NULL, 0);
}

void
digest_begin(struct digest_state *s)
{
	prepare();
	crypto_generichash_init(state_of(s), NULL, 0, DIGEST_LEN);
}

void
digest_add(struct digest_state *s, const void *p, size_t n)
{
	crypto_generichash_update(state_of(s), p, n);
}

void
digest_end(struct digest_state *s, struct digest *d)
{
	crypto_generichash_final(state_of(s), d->b, sizeof(d->b));
}

int
digest_fd(struct digest *d, int fd, uint64_t *size)
{
	unsigned char block[65536];
	struct digest_state s;
	uint64_t at = 0;
	ssize_t n;

	digest_begin(&s);
	for (;;) {
		n = pread(fd, block, sizeof(block), (off_t)at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		digest_add(&s, block, (size_t)n);
		at += (uint64_t)n;
	}
	digest_end(&s, d);
	*size = at;
	return 0;
}

int
digest_cmp(const struct digest *a, const struct digest *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

void
digest_hex(const struct digest *d, char out[DIGEST_HEX_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_LEN; i++) {
		out[2 * i] = digits[d->b[i] >> 4];
		out[2 * i + 1] = digits[d->b[i] & 15];
	}
	out[DIGEST_HEX_LEN] = '\0';
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool
digest_from_hex(struct digest *d, const char *s)
{
	struct digest out;
	int high, low;

	for (size_t i = 0; i < DIGEST_LEN; i++) {
		high = nibble(s[2 * i]);
		low = high == -1 ? -1 : nibble(s[2 * i + 1]);
		if (low == -1)
			return false;
		out.b[i] = (unsigned char)(high << 4 | low);
	}
	if (s[DIGEST_HEX_LEN] != '\0')
		return false;
	*d = out;
	return true;
}
