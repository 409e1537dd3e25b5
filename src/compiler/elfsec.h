/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Find a section of an ELF object in memory; nothing in the object is believed (elf(5)). */
#ifndef COMPILER_ELFSEC_H
#define COMPILER_ELFSEC_H

#include <stdbool.h>
#include <stddef.h>

/* Place and length of a section's bytes in the file. */
struct elfsec {
	size_t at, n;
};

/*
 * The bytes of the section called name in the object p of size bytes, of either
 * class and this machine's byte order.  False if there is none, if it is
 * compressed or has no bytes in the file, or if the object is damaged.
 */
bool elfsec_find(const unsigned char *p, size_t size, const char *name, struct elfsec *r);

#endif
