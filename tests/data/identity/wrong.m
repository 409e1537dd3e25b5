/* SPDX-License-Identifier: GPL-2.0-or-later */
#import "inc/foo.h"
int wrong(Foo *f, id x) { [f unknown]; return [x with:3] + undeclared; }
