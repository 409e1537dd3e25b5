/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What directives-only text has to keep right. */
#include <limits.h>
#define STR_(x) #x
#define STR(x) STR_(x)
#define CAT(a, b) a ## b
#define VA(f, ...) f(__VA_ARGS__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"
static int unused_one;
#pragma GCC diagnostic pop
#define PRAGMA _Pragma("GCC diagnostic ignored \"-Wunused-function\"")
PRAGMA
static int unused_two(void) { return __LINE__; }
const char *text = STR( a   b "c\n" CAT(x, y) ) __FILE__ STR(__LINE__);
int CAT(x, __LINE__) = __COUNTER__ + __COUNTER__ + __INCLUDE_LEVEL__;
int sum(int a, int b) { return a + b; }
int call(void) { return VA(sum, 1,
	2) + INT_MAX; }
#line 700 "renamed.c"
const char *renamed = __FILE__ STR(__LINE__);
char cont\
inued = 'c'; /* a comment */ int after = 1; // and one \
that goes on
