/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every file wants and libc lacks. */
#ifndef BASE_UTIL_H
#define BASE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define countof(a) (sizeof(a) / sizeof((a)[0]))

static inline bool
streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool
starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool ends_with(const char *s, const char *suffix);

/* "posix", "win32", "mcf": stands behind the names of compilers for Windows that differ in it (gcc's --enable-threads), "x86_64-w64-mingw32-gcc-posix". */
bool is_thread_model(const char *s);

/* Allocate or exit with EXIT_OUT_OF_MEMORY: for small amounts of our own choosing, never for a length from the wire. */
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
