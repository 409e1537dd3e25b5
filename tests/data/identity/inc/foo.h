/* SPDX-License-Identifier: GPL-2.0-or-later */
@protocol Walk
- (int)bar;
@end
__attribute__((objc_root_class))
@interface Foo <Walk> { @public Class isa; }
- (int)with:(int)n and:(const char *)text;
@end
