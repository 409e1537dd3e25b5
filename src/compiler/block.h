/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text by blocks of 16 bytes, with the vectors that gcc and clang have for every processor: a comparison such as
 * block_at(p) == '"' has all bits set in the bytes where it holds.  Whoever defines BLOCK as 32 before has the
 * compiler make code for AVX2.
 */
#ifndef COMPILER_BLOCK_H
#define COMPILER_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef BLOCK
#define BLOCK 16u
#endif

/* without SSE vectors are passed in another way than with it, which does not matter within one file */
#pragma GCC diagnostic ignored "-Wpsabi"

typedef unsigned char block __attribute__((vector_size(BLOCK)));

/* The BLOCK bytes from p, which need not be aligned. */
static inline block
block_at(const char *p)
{
	block b;

	memcpy(&b, p, sizeof(b));
	return b;
}

/* Of a comparison, or several put together: a bit for each byte, the first one's is the lowest. */
static inline unsigned
block_bits(block b)
{
#if BLOCK == 32u
	typedef char bytes __attribute__((vector_size(BLOCK)));

	return (unsigned)__builtin_ia32_pmovmskb256((bytes)b);
#elif defined(__SSE2__)
	typedef char bytes __attribute__((vector_size(BLOCK)));

	return (unsigned)__builtin_ia32_pmovmskb128((bytes)b);
#else
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	const uint64_t own = 0x8040201008040201u;
#else
	const uint64_t own = 0x0102040810204080u;
#endif
	const uint64_t sum = 0x0101010101010101u;
	uint64_t half[2];

	/* of each byte a bit of its own, all of them added up in the highest byte */
	memcpy(half, &b, sizeof(half));
	return (unsigned)((half[0] & own) * sum >> 56 | (half[1] & own) * sum >> 56 << 8);
#endif
}

static inline bool
block_any(block b)
{
	return block_bits(b) != 0;
}

/* The first byte in which a comparison holds, BLOCK if there is none. */
static inline size_t
block_first(block b)
{
	unsigned bits = block_bits(b);

	return bits != 0 ? (size_t)__builtin_ctz(bits) : BLOCK;
}

#endif
