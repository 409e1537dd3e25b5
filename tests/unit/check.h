/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that count on: a test program runs all of them and exits 1 if one failed. */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <stdio.h>
#include <string.h>

#include "base/util.h"

static int check_failed, check_passed;

#define CHECK(cond) \
	do { \
		if (cond) { \
			check_passed++; \
		} else { \
			check_failed++; \
			printf("%s:%d: CHECK(%s)\n", __FILE__, __LINE__, #cond); \
		} \
	} while (0)

/* The same with the row of a table that was being tried. */
#define CHECK_ROW(row, cond) \
	do { \
		if (cond) { \
			check_passed++; \
		} else { \
			check_failed++; \
			printf("%s:%d: row %s: CHECK(%s)\n", __FILE__, __LINE__, (row), #cond); \
		} \
	} while (0)

#define CHECK_INT(want, got) check_int(__FILE__, __LINE__, #got, (long)(want), (long)(got))
#define CHECK_STR(want, got) check_str(__FILE__, __LINE__, #got, (want), (got))

static inline void
check_int(const char *file, int line, const char *what, long want, long got)
{
	if (want == got) {
		check_passed++;
		return;
	}
	check_failed++;
	printf("%s:%d: %s is %ld, not %ld\n", file, line, what, got, want);
}

static inline void
check_str(const char *file, int line, const char *what, const char *want, const char *got)
{
	if (want == got || (want != NULL && got != NULL && strcmp(want, got) == 0)) {
		check_passed++;
		return;
	}
	check_failed++;
	printf("%s:%d: %s is \"%s\", not \"%s\"\n", file, line, what, got ? got : "(null)", want ? want : "(null)");
}

/* The last words of main: prints the counts, returns the exit status. */
static inline int
check_done(void)
{
	printf("%d checks, %d failed\n", check_passed + check_failed, check_failed);
	return check_failed != 0;
}

#endif
