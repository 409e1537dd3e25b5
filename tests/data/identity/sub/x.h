/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUB_X_H
#define SUB_X_H
#define SUBX 42
struct sx { char a; long b; };
#endif
