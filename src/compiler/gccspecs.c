/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/gccspecs.h"

#include <stdbool.h>
#include <string.h>

#include "base/util.h"

/* "%:" calls a function of the driver: getenv, if-exists... */
static const char *const troubles[] = {"-include", "-imacros", "-fplugin", "-wrapper", "-specs", "-B", "%include", "%:", " @"};

/* The names of rules that are for the linker alone begin so. */
static const char *const of_linker[] = {"*link", "*lib", "*startfile", "*endfile", "*post_link"};

static bool
is_for_linker(const char *line)
{
	for (size_t i = 0; i < countof(of_linker); i++)
		if (starts_with(line, of_linker[i]))
			return true;
	return false;
}

static const char *
trouble_in(const char *line, size_t n)
{
	for (size_t i = 0; i < countof(troubles); i++)
		if (memmem(line, n, troubles[i], strlen(troubles[i])) != NULL)
			return troubles[i];
	return NULL;
}

const char *
gccspecs_trouble(const char *text)
{
	const char *trouble = NULL;
	bool linker = false;
	size_t n;

	/* a rule ends with an empty line */
	for (const char *line = text; *line != '\0' && trouble == NULL; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		if (n == 0)
			linker = false;
		else if (*line == '*')
			linker = is_for_linker(line);
		if (!linker)
			trouble = trouble_in(line, n);
	}
	return trouble;
}
