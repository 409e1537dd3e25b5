/* SPDX-License-Identifier: GPL-2.0-or-later */
#import "inc/foo.h"
#import "inc/foo.h"
template<class T> T twice(T t) { return t + t; }
struct Holder { Foo *f; Holder(Foo *g) : f(g) {} };
@implementation Foo
- (int)bar { return twice(__LINE__); }
- (int)with:(int)n and:(const char *)text { return n + text[0] + [self bar]; }
@end
const char *encoding(void) { return @encode(Foo *[3]); }
SEL selector(void) { return @selector(with:and:); }
int through(Foo *f) { return Holder(f).f->isa != 0; }
