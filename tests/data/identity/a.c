/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <stdint.h>
#include <math.h>
#include <pthread.h>
#include "h.h"
#ifndef X
#define X 1
#endif
#define STR(x) #x
#define XSTR(x) STR(x)
#define MAX(a, b) ((a) > (b) ? (a) : (b))

static const char where[] = __FILE__ ":" XSTR(__LINE__);
__thread int tls_counter;
int table[] = { 1, 2, [5] = X, MAX(3, X) };
volatile int stop;
struct node { struct node *next; char name[17]; double w; unsigned bits : 3; };
typedef int (*fn)(int);
static int helper(int a) { return a * 3 + X; }
/* a comment that stays */
static inline int hot(const char *s, size_t n)
{
	int sum = 0;
	for (size_t i = 0; i < n; i++)	// the loop
		sum += s[i] * (int)i;
	return sum;
}
__attribute__((constructor)) static void init(void) { tls_counter = 7; }
double norm(const double *v, int n)
{
	double s = 0;
	for (int i = 0; i < n; i++)
		s += v[i] * v[i];
	return sqrt(s);
}
int classify(int c)
{
	switch (c) {
	case 1:
		c += helper(c);
		/* fall through */
	case 2:
		return c + 1;
	case 3: case 4: case 5: case 6: case 7:
		return table[c];
	default:
		return -1;
	}
}
void *worker(void *arg)
{
	struct node *n = arg;
	char buf[32];

	while (n != NULL && !stop) {
		snprintf(buf, sizeof buf, "%s %d\n", n->name, hot(n->name, strlen(n->name)));
		fputs(buf, stderr);
		n = n->next;
	}
	return n;
}
int cmp(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
float half(float f) { return f / 2.0f + H_CONST; }
const char *get_where(void) { qsort(table, 8, sizeof *table, cmp); return where; }
int main(int argc, char **argv)
{
	fn f = helper;
	return f(argc) + classify(argc) + (int)strlen(argv[0]) + h_inline(argc);
}
