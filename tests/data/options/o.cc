#include <string>
#include <cstdio>
#include "inc/h.h"
namespace n { template <class T> T mx(T a, T b) { return a < b ? b : a; } }
struct base { virtual ~base(); virtual int f(int) = 0; int m; };
struct derived : base { int f(int x) override { return x + m; } int g; static thread_local int tl; };
base::~base() {}
thread_local int derived::tl = 3;
enum class color { red, green };
int col(color c) { switch (c) { case color::red: return 1; } return 0; }
int thrower(int x) { try { if (x > 3) throw x; return (int) 3.7; } catch (int e) { return e; } }
std::string join(const std::string &a, const char *b) { int unusedv; return a + b; }
static int unused_fn() { return 0; }
int use(base &b) { derived d; d.m = 1; return b.f(n::mx(3, 4)) + d.f(2) + derived::tl; }
int main() { auto l = [](int a) { return a * 2; }; std::string s = join("a", "b"); printf("%s %d\n", s.c_str(), l(3)); return s.size() + col(color::red); }
