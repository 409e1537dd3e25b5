/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exitcode.h"
#include "base/log.h"

bool
ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

static void *
checked(void *p)
{
	if (p == NULL)
		log_fatalx(EXIT_OUT_OF_MEMORY, "out of memory");
	return p;
}

/* malloc(0) may be NULL without being a failure: ask for one byte then. */
bool
is_thread_model(const char *s)
{
	static const char *const models[] = {"posix", "win32", "mcf"};

	for (size_t i = 0; i < countof(models); i++)
		if (streq(s, models[i]))
			return true;
	return false;
}

void *
xmalloc(size_t n)
{
	return checked(malloc(n > 0 ? n : 1));
}

void *
xcalloc(size_t n, size_t size)
{
	if (n == 0 || size == 0)
		n = size = 1;
	return checked(calloc(n, size));
}

void *
xrealloc(void *p, size_t n)
{
	return checked(realloc(p, n > 0 ? n : 1));
}

char *
xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *
xstrndup(const char *s, size_t n)
{
	return checked(strndup(s, n));
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		s = NULL;
	va_end(ap);
	return checked(s);
}
