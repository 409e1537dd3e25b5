/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#define H_CONST 0.25f
static inline int h_inline(int a) { return a ^ __LINE__; }
