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

#endif
