/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <stdlib.h>
#include <typeinfo>
#include <new>
#include "h.h"
namespace { int hidden(int a) { return a * 2 + __LINE__; } struct Anon { int v; Anon() : v(hidden(1)) {} ~Anon() { v = 0; } } anon; }
template <class T, int N> struct Arr { T d[N]; T &at(int i) { if (i >= N) throw i; return d[i]; } };
struct Base { virtual ~Base() {} virtual int f() const { return 1; } static int count; };
struct Der : Base { int x; Der(int a) : x(a) { count++; } int f() const { return x; } };
int Base::count = 0;
inline int inl(int a) { static int calls; return calls += a; }
extern "C" int c_fn(int a, ...) { return a; }
enum Color { RED, GREEN = 5 };
int use(int n) try {
	Arr<int, 4> a = {{1, 2, 3, 4}};
	Base *b = n ? new Der(n) : new Base;
	int r = b->f() + a.at(n) + inl(n) + anon.v + (typeid(*b) == typeid(Der)) + (int)sizeof(wchar_t) + 'a' + L'b';
	delete b;
	char *p = (char *)malloc(n); p[0] = "\x41 string"[n]; free(p);
	switch (Color(n)) { case RED: r++; break; case GREEN: r--; break; }
	for (int i = 0; i < n; i++) r ^= i << 3;
	return r + h_inline(n) + (dynamic_cast<Der *>(b) != 0);
} catch (int e) { return -e; }
