/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text by blocks of 16 bytes, with the vectors that gcc and clang have for every processor: a comparison such as
 * block_at(p) == '"' has all bits set in the bytes where it holds.
 */
#ifndef COMPILER_BLOCK_H
#define COMPILER_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BLOCK 16u

typedef unsigned char block __attribute__((vector_size(BLOCK)));

/* The BLOCK bytes from p, which need not be aligned. */
static inline block
block_at(const char *p)
{
	block b;

	memcpy(&b, p, sizeof(b));
	return b;
}

#if defined(__SSE2__)

/* Of a comparison: a bit for each byte, the first one's is the lowest. */
static inline unsigned
block_bits(block b)
{
	typedef char bytes __attribute__((vector_size(BLOCK)));

	return (unsigned)__builtin_ia32_pmovmskb128((bytes)b);
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

/* In how many bytes does it hold?  Made for few. */
static inline size_t
block_count(block b)
{
	size_t n = 0;

	for (unsigned bits = block_bits(b); bits != 0; bits &= bits - 1)
		n++;
	return n;
}

#else

static inline bool
block_any(block b)
{
	uint64_t half[2];

	memcpy(half, &b, sizeof(half));
	return (half[0] | half[1]) != 0;
}

/* The first byte of eight in which a comparison holds; not 0. */
static inline size_t
block_first_of(uint64_t half)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (size_t)__builtin_ctzll(half) / 8;
#else
	return (size_t)__builtin_clzll(half) / 8;
#endif
}

/* The first byte in which a comparison holds, BLOCK if there is none. */
static inline size_t
block_first(block b)
{
	uint64_t half[2];

	memcpy(half, &b, sizeof(half));
	if (half[0] != 0)
		return block_first_of(half[0]);
	return half[1] != 0 ? 8 + block_first_of(half[1]) : BLOCK;
}

static inline size_t
block_count(block b)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t half[2];

	memcpy(half, &b, sizeof(half));
	return (size_t)(((half[0] & ones) * ones >> 56) + ((half[1] & ones) * ones >> 56));
}

#endif

#endif
