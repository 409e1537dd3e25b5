/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program or a shared library needs to be loaded, by its ELF headers (elf(5)); nothing in it is believed, nothing is run. */
#ifndef SERVER_ELFNEEDS_H
#define SERVER_ELFNEEDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"

struct elfneeds {
	unsigned char class;	/* 32 or 64 bits, as in e_ident; two files go together if class and machine agree */
	unsigned machine;
	char *interp;		/* the loader; NULL: none */
	struct strv needed;	/* names of libraries */
	char *rpath, *runpath;	/* colon-separated; NULL: none */
};

/*
 * False: it is no dynamic ELF file of this machine's byte order, or it is damaged.  elfneeds_free in every case.  A static program or an object is fine, and
 * needs nothing.
 */
bool elfneeds_of(const void *p, size_t n, struct elfneeds *e);
/* The same of a file. */
bool elfneeds_of_file(const char *path, struct elfneeds *e);
void elfneeds_free(struct elfneeds *e);

#endif
