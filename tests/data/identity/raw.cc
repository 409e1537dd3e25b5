// SPDX-License-Identifier: GPL-2.0-or-later
#define HASH "#"
const char *raw = R"(
#define NOT_A_MACRO 1
#include "not/there.h"
" ' /* )" HASH;
int digits = 1'000'000;
#if 0
#error not here
#endif
template <int N> constexpr int twice = N * 2;
int four = twice<2>;
