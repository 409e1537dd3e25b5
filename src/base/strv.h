/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growable argument vector that owns its strings and is always NULL-terminated. */
#ifndef BASE_STRV_H
#define BASE_STRV_H

#include <stdbool.h>
#include <stddef.h>

struct strv {
	char **v;	/* NULL until the first push; then v[n] == NULL */
	size_t n;
	size_t cap;
};

#define STRV_INIT {0}

void strv_push(struct strv *a, const char *s);		/* copies s */
void strv_push_own(struct strv *a, char *s);		/* takes s (malloc) over */
void strv_pushf(struct strv *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strv_push_all(struct strv *a, char *const *v);	/* copies a NULL-terminated vector; NULL is an empty one */
void strv_insert(struct strv *a, size_t at, const char *s);
void strv_replace(struct strv *a, size_t at, const char *s);
void strv_remove(struct strv *a, size_t at);
bool strv_has(const struct strv *a, const char *s);
/* Quoted for a human and a shell, joined by blanks; the caller frees. */
char *strv_join(char *const *v);
void strv_free(struct strv *a);				/* leaves it empty and usable */

#endif
