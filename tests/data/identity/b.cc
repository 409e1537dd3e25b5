/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string>
#include <vector>
#include <memory>
#include <stdexcept>
#include <cstdio>
#include "h.h"
namespace lib {
template <class T> class Stack {
public:
	void push(T t) { v_.push_back(static_cast<T &&>(t)); }
	T pop() { if (v_.empty()) throw std::runtime_error(std::string("empty at ") + __FILE__); T t = v_.back(); v_.pop_back(); return t; }
private:
	std::vector<T> v_;
};
struct Shape { virtual ~Shape() {} virtual double area() const = 0; };
struct Sq : Shape { double s; explicit Sq(double d) : s(d) {} double area() const { return s * s; } };
struct Ci : Shape { double r; explicit Ci(double d) : r(d) {} double area() const { return 3.14 * r * r; } };
static int counter() { static std::string s("once"); return (int)s.size(); }
Shape *make(int k) { if (k) return new Sq(k); return new Ci(2); }
}
int run(int n)
{
	lib::Stack<std::string> st;
	for (int i = 0; i < n; i++)
		st.push(std::string(i, 'x'));
	try {
		st.pop();
	} catch (const std::exception &e) {
		std::puts(e.what());
		return h_inline(n);
	}
	std::unique_ptr<lib::Shape> p(lib::make(n));
	return (int)p->area() + lib::counter() + (dynamic_cast<lib::Sq *>(p.get()) != 0);
}
