/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lang.h"
#include "tests/unit/check.h"

static const struct { const char *file; enum lang lang; } names[] = {
	{"a.c", LANG_C},
	{"dir.d/a.c", LANG_C},
	{"a.b.c", LANG_C},
	{"a.cc", LANG_CXX}, {"a.cp", LANG_CXX}, {"a.cxx", LANG_CXX}, {"a.cpp", LANG_CXX}, {"a.CPP", LANG_CXX},
	{"a.c++", LANG_CXX}, {"a.C", LANG_CXX},
	{"a.m", LANG_OBJC}, {"a.mm", LANG_OBJCXX}, {"a.M", LANG_OBJCXX},
	{"a.i", LANG_C_PP}, {"a.ii", LANG_CXX_PP}, {"a.mi", LANG_OBJC_PP}, {"a.mii", LANG_OBJCXX_PP},
	{"a.s", LANG_ASM}, {"a.S", LANG_ASM_CPP}, {"a.sx", LANG_ASM_CPP},
	{"a.CC", LANG_OTHER}, {"a.CXX", LANG_OTHER},	/* C++ to clang, an object to gcc */
	{"a.h", LANG_OTHER}, {"a.hh", LANG_OTHER}, {"a.H", LANG_OTHER}, {"a.hpp", LANG_OTHER}, {"a.h++", LANG_OTHER},
	{"a.f90", LANG_OTHER}, {"a.go", LANG_OTHER}, {"a.d", LANG_OTHER}, {"a.cu", LANG_OTHER}, {"a.cppm", LANG_OTHER},
	{"a.adb", LANG_OTHER}, {"a.bc", LANG_OTHER}, {"a.ll", LANG_OTHER},
	{"a.o", LANG_UNKNOWN}, {"a.a", LANG_UNKNOWN}, {"a.so", LANG_UNKNOWN}, {"a.so.1", LANG_UNKNOWN}, {"a.Cpp", LANG_UNKNOWN},
	{"a", LANG_UNKNOWN}, {"d.c/a", LANG_UNKNOWN}, {"", LANG_UNKNOWN}, {"a.", LANG_UNKNOWN}, {"-", LANG_UNKNOWN},
};

static const struct { const char *x; enum lang lang; bool none; } operands[] = {
	{"none", LANG_UNKNOWN, true},
	{"c", LANG_C, false},
	{"c++", LANG_CXX, false},
	{"objective-c", LANG_OBJC, false},
	{"objective-c++", LANG_OBJCXX, false},
	{"cpp-output", LANG_C_PP, false},
	{"c++-cpp-output", LANG_CXX_PP, false},
	{"objective-c-cpp-output", LANG_OBJC_PP, false},
	{"objc-cpp-output", LANG_OBJC_PP, false},
	{"objc++-cpp-output", LANG_OBJCXX_PP, false},
	{"assembler", LANG_ASM, false},
	{"assembler-with-cpp", LANG_ASM_CPP, false},
	{"c-header", LANG_OTHER, false},
	{"cuda", LANG_OTHER, false},
	{"go", LANG_OTHER, false},
	{"f77", LANG_OTHER, false},
	{"", LANG_OTHER, false},
};

int
main(void)
{
	bool none;

	for (size_t i = 0; i < countof(names); i++)
		CHECK_ROW(names[i].file, lang_from_name(names[i].file) == names[i].lang);
	for (size_t i = 0; i < countof(operands); i++) {
		CHECK_ROW(operands[i].x, lang_from_x(operands[i].x, &none) == operands[i].lang);
		CHECK_ROW(operands[i].x, none == operands[i].none);
	}

	/* Extension and -x name a language the same way, there and back. */
	for (enum lang l = LANG_C; l <= LANG_ASM_CPP; l++) {
		CHECK(lang_from_name(lang_ext(l)) == l);
		CHECK(lang_from_x(lang_x(l), &none) == l);
		CHECK(lang_preprocessed(lang_preprocessed(l)) == lang_preprocessed(l));
		CHECK(lang_is_preprocessed(lang_preprocessed(l)) == (l < LANG_ASM));
	}
	CHECK_STR(".ii", lang_ext(lang_preprocessed(LANG_CXX)));
	CHECK_STR(NULL, lang_ext(LANG_OTHER));
	CHECK_STR(NULL, lang_x(LANG_UNKNOWN));
	return check_done();
}
