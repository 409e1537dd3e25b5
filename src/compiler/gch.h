/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How gcc's precompiled headers begin: "gpch", a letter for the language, three digits, and 16 bytes that tell the very compiler (cc1, cc1plus...)
 * that made them.  Source: gcc/c-family/c-pch.cc.
 */
#ifndef COMPILER_GCH_H
#define COMPILER_GCH_H

#include <stdbool.h>

#include "compiler/identity.h"

#define GCH_CHECKSUM_AT 8
#define GCH_CHECKSUM_LEN 16
/* What must be read to know the language, and to know the compiler. */
#define GCH_MAGIC_LEN 5
#define GCH_HEAD_LEN (GCH_CHECKSUM_AT + GCH_CHECKSUM_LEN)

/* The language of a file that begins with head.  False: it is no precompiled header of gcc. */
bool gch_lang(const char head[GCH_MAGIC_LEN], enum identity_lang *lang);

#endif
