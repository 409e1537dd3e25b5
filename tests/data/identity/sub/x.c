/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "x.h"
#include <stddef.h>
int sub_x(int a) { return a + SUBX + (int)offsetof(struct sx, b); }
const char *sub_f(void) { return __FILE__; }
