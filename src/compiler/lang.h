/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Languages, the extensions that name them, and what -x calls them (GCC manual, Overall Options). */
#ifndef COMPILER_LANG_H
#define COMPILER_LANG_H

#include <stdbool.h>

enum lang {
	LANG_UNKNOWN,	/* not a source, or one we do not know */
	LANG_C,
	LANG_CXX,
	LANG_OBJC,
	LANG_OBJCXX,
	LANG_C_PP,	/* preprocessed: .i */
	LANG_CXX_PP,	/* .ii */
	LANG_OBJC_PP,	/* .mi */
	LANG_OBJCXX_PP,	/* .mii */
	LANG_ASM,	/* .s */
	LANG_ASM_CPP,	/* .S .sx */
	LANG_OTHER,	/* a source for gcc, but not for us: Fortran, Go, D, Ada, headers, modules... */
};

/* By the file's extension, as gcc and clang take it. */
enum lang lang_from_name(const char *file);
/* By the operand of -x; "none" is LANG_UNKNOWN with *none set. */
enum lang lang_from_x(const char *operand, bool *none);
/* What comes out of the preprocessor; the same for languages without. */
enum lang lang_preprocessed(enum lang lang);
bool lang_is_preprocessed(enum lang lang);
/* ".i", ".ii"...: an extension that makes any compiler take the file as lang.  NULL if there is none. */
const char *lang_ext(enum lang lang);
/* "c", "c++-cpp-output"...: operand for -x.  NULL for LANG_UNKNOWN and LANG_OTHER. */
const char *lang_x(enum lang lang);

#endif
