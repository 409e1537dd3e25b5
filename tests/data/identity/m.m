/* SPDX-License-Identifier: GPL-2.0-or-later */
@interface Foo
- (int)bar;
@end
int objc(Foo *f) { return [f bar]; }
