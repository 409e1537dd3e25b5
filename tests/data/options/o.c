#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include "inc/h.h"
static int table[16] = { 1, 2, 3 };
extern int other(int);
int global_var; const char *const greeting = "hello";
static int unused_fn(int a) { return a; }
int sum(int n, ...) { va_list ap; int s = 0; va_start(ap, n); while (n--) s += va_arg(ap, int); va_end(ap); return s; }
int classify(int c, unsigned u) {
	int r = 0, unusedvar;
	switch (c) { case 1: r = 1; case 2: r += 2; break; case 'a': r = other(c); break; default: r = u > c; }
	if (u == -1) r++;
	for (int i = 0; i < 16; i++) table[i] += i * c;
	return r;
}
void copy(float *restrict a, const float *restrict b, int n) { for (int i = 0; i < n; i++) a[i] = b[i] * 2.0f + 1; }
char *dup(const char *s) { char buf[32]; char *p = malloc(strlen(s) + 1); strcpy(buf, s); if (!p) return NULL; strcpy(p, buf); return p; }
int shadow(int x) { { int x = 3; x++; } return TWICE(x) + (x, x); }
int main(int argc, char **argv) {
	struct point p = { argc, 2, argv[0], 1.5 };
	printf("%d %ld %s\n", area(&p), p.x, greeting);
	return classify(argc, argc) + sum(2, 1, 2) + __LINE__;
}
