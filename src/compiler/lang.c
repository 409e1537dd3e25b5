/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/util.h"
#include "compiler/lang.h"

/*
 * Extensions of which gcc and clang make the same, and those that only tell us that a word is a source.
 * Left out: what one of them takes for an object to link (.CC and .CXX are C++ to clang only, .sx
 * assembler to gcc only), as such a command differs from one compiler to the next.
 */
static const struct {
	const char *ext;
	enum lang lang;
} extensions[] = {
	{".c", LANG_C},
	{".cc", LANG_CXX},
	{".cp", LANG_CXX},
	{".cxx", LANG_CXX},
	{".cpp", LANG_CXX},
	{".CPP", LANG_CXX},
	{".c++", LANG_CXX},
	{".C", LANG_CXX},
	{".m", LANG_OBJC},
	{".mm", LANG_OBJCXX},
	{".M", LANG_OBJCXX},
	{".i", LANG_C_PP},
	{".ii", LANG_CXX_PP},
	{".mi", LANG_OBJC_PP},
	{".mii", LANG_OBJCXX_PP},
	{".s", LANG_ASM},
	{".S", LANG_ASM_CPP},
	{".sx", LANG_ASM_CPP},
	{".asm", LANG_ASM},

	{".CC", LANG_OTHER}, {".CXX", LANG_OTHER},
	{".h", LANG_OTHER}, {".H", LANG_OTHER}, {".hh", LANG_OTHER}, {".hp", LANG_OTHER}, {".hpp", LANG_OTHER},
	{".hxx", LANG_OTHER}, {".HPP", LANG_OTHER}, {".h++", LANG_OTHER}, {".tcc", LANG_OTHER},
	{".ccm", LANG_OTHER}, {".cppm", LANG_OTHER}, {".cxxm", LANG_OTHER}, {".c++m", LANG_OTHER}, {".ixx", LANG_OTHER},
	{".iim", LANG_OTHER}, {".iih", LANG_OTHER}, {".gch", LANG_OTHER}, {".pch", LANG_OTHER}, {".pcm", LANG_OTHER},
	{".cu", LANG_OTHER}, {".cui", LANG_OTHER}, {".hip", LANG_OTHER}, {".hipi", LANG_OTHER}, {".cl", LANG_OTHER},
	{".clcpp", LANG_OTHER}, {".rs", LANG_OTHER}, {".ll", LANG_OTHER}, {".bc", LANG_OTHER}, {".ast", LANG_OTHER},
	{".ads", LANG_OTHER}, {".adb", LANG_OTHER}, {".d", LANG_OTHER}, {".di", LANG_OTHER}, {".dd", LANG_OTHER},
	{".go", LANG_OTHER}, {".mod", LANG_OTHER}, {".def", LANG_OTHER}, {".brig", LANG_OTHER}, {".cob", LANG_OTHER},
	{".f", LANG_OTHER}, {".F", LANG_OTHER}, {".for", LANG_OTHER}, {".FOR", LANG_OTHER}, {".ftn", LANG_OTHER},
	{".FTN", LANG_OTHER}, {".fpp", LANG_OTHER}, {".FPP", LANG_OTHER}, {".f90", LANG_OTHER}, {".F90", LANG_OTHER},
	{".f95", LANG_OTHER}, {".F95", LANG_OTHER}, {".f03", LANG_OTHER}, {".F03", LANG_OTHER}, {".f08", LANG_OTHER},
	{".F08", LANG_OTHER},
};

/* What -x calls each language, and the extension that stands for it. */
static const struct {
	enum lang lang;
	enum lang pp;
	const char *x;
	const char *ext;
} languages[] = {
	{LANG_C, LANG_C_PP, "c", ".c"},
	{LANG_CXX, LANG_CXX_PP, "c++", ".cc"},
	{LANG_OBJC, LANG_OBJC_PP, "objective-c", ".m"},
	{LANG_OBJCXX, LANG_OBJCXX_PP, "objective-c++", ".mm"},
	{LANG_C_PP, LANG_C_PP, "cpp-output", ".i"},
	{LANG_CXX_PP, LANG_CXX_PP, "c++-cpp-output", ".ii"},
	{LANG_OBJC_PP, LANG_OBJC_PP, "objective-c-cpp-output", ".mi"},
	{LANG_OBJCXX_PP, LANG_OBJCXX_PP, "objective-c++-cpp-output", ".mii"},
	{LANG_ASM, LANG_ASM, "assembler", ".s"},
	{LANG_ASM_CPP, LANG_ASM, "assembler-with-cpp", ".S"},
};

enum lang
lang_from_name(const char *file)
{
	const char *base = strrchr(file, '/');
	const char *dot;

	dot = strrchr(base ? base : file, '.');
	if (dot == NULL)
		return LANG_UNKNOWN;
	for (size_t i = 0; i < countof(extensions); i++)
		if (streq(dot, extensions[i].ext))
			return extensions[i].lang;
	return LANG_UNKNOWN;
}

enum lang
lang_from_x(const char *operand, bool *none)
{
	*none = streq(operand, "none");
	if (*none)
		return LANG_UNKNOWN;
	for (size_t i = 0; i < countof(languages); i++)
		if (streq(operand, languages[i].x))
			return languages[i].lang;
	/* The older spellings of gcc, which clang takes too. */
	if (streq(operand, "objc-cpp-output"))
		return LANG_OBJC_PP;
	if (streq(operand, "objc++-cpp-output"))
		return LANG_OBJCXX_PP;
	return LANG_OTHER;
}

enum lang
lang_preprocessed(enum lang lang)
{
	for (size_t i = 0; i < countof(languages); i++)
		if (languages[i].lang == lang)
			return languages[i].pp;
	return lang;
}

bool
lang_is_preprocessed(enum lang lang)
{
	return lang == LANG_C_PP || lang == LANG_CXX_PP || lang == LANG_OBJC_PP || lang == LANG_OBJCXX_PP;
}

const char *
lang_ext(enum lang lang)
{
	for (size_t i = 0; i < countof(languages); i++)
		if (languages[i].lang == lang)
			return languages[i].ext;
	return NULL;
}

const char *
lang_x(enum lang lang)
{
	for (size_t i = 0; i < countof(languages); i++)
		if (languages[i].lang == lang)
			return languages[i].x;
	return NULL;
}
