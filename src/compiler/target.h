/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For which kind of processor is a compile?  On a network of different machines, a volunteer's "gcc" may be one for another
 * processor.  Kinds are the numbers of elf(5), EM_X86_64 and so on; 0: unknown.
 */
#ifndef COMPILER_TARGET_H
#define COMPILER_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What gcc's own macros tell, which text from -fdirectives-only begins with. */
uint16_t target_of_text(const char *p, size_t n);

/* What the header of an ELF file in fd tells; it is read from offset 0, and the descriptor's offset stays. */
uint16_t target_of_object(int fd);

/* What this program was built for. */
uint16_t target_of_us(void);

/*
 * Is an object for found what the compiler called name would make by itself?  want: target_of_text.  If that is unknown, a
 * name without target stands for our own kind of processor, of any word size, and another name for anything.
 */
bool target_fits(uint16_t want, const char *name, uint16_t found);

/* "x86_64", "aarch64"...; "processor 1234" for others.  Valid until the next call. */
const char *target_name(uint16_t machine);

#endif
