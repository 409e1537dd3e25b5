/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growable byte buffer. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *p;	/* NULL until something was added; then p[n] == '\0' */
	size_t n;
	size_t cap;
};

#define BUF_INIT {0}

/*
 * Make room for n more bytes.  False (nothing changed) when memory is short;
 * the other functions exit with EXIT_OUT_OF_MEMORY instead, so call this first
 * for sizes that come from outside.
 */
bool buf_reserve(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* All of fd from its current offset to EOF, at most max bytes.  0, or -1 with errno (EFBIG: more than max). */
int buf_read_fd(struct buf *b, int fd, size_t max);
/* All of the file.  As buf_read_fd. */
int buf_read_file(struct buf *b, const char *path, size_t max);
void buf_free(struct buf *b);		/* leaves it empty and usable */

#endif
