/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/args_word.h"

#include <ctype.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"

void
args_word_at(char *const *argv, size_t i, unsigned kinds, bool only_inputs, struct args_word *w)
{
	*w = (struct args_word){WORD_INPUT, NULL, argv[i], NULL, 1, false};
	if (only_inputs || argv[i][0] != '-' || argv[i][1] == '\0')
		return;
	w->opt = opt_find(argv[i], kinds, &w->arg);
	w->type = w->opt == NULL ? WORD_UNKNOWN : WORD_OPTION;
	if (w->opt == NULL)
		return;
	if (w->opt->form == OPT_SEPARATE || (w->opt->form == OPT_EITHER && w->arg == NULL)) {
		w->arg = argv[i + 1];
		w->missing = w->arg == NULL;
		w->n = w->missing ? 1 : 2;
	}
}

unsigned
args_kinds(enum cc_kind kind)
{
	switch (kind) {
	case CC_GCC:
		return OPT_GCC;
	case CC_CLANG:
		return OPT_CLANG;
	case CC_UNKNOWN:
		break;
	}
	return OPT_GCC | OPT_CLANG;
}

/* What stands behind the dash in "gcc-12", "gcc-12-win32", "gcc-posix". */
static bool
is_variant(const char *s)
{
	return isdigit((unsigned char)*s) || is_thread_model(s);
}

/* Is name the program, alone or as "TARGET-program", "program-VERSION", "program-posix", "program.exe"? */
static bool
names_program(const char *name, const char *program)
{
	size_t n = strlen(program);
	const char *p;

	for (p = strstr(name, program); p != NULL; p = strstr(p + 1, program)) {
		if (p != name && p[-1] != '-')
			continue;
		if (p[n] == '\0' || p[n] == '.' || isdigit((unsigned char)p[n]) || (p[n] == '-' && is_variant(p + n + 1)))
			return true;
	}
	return false;
}

static enum cc_kind
kind_of_name(const char *file)
{
	static const char *const gcc[] = {"gcc", "g++", "c89-gcc", "c99-gcc", "gnatgcc"};
	static const char *const clang[] = {"clang", "clang++"};
	const char *name = path_base(file);

	for (size_t i = 0; i < countof(clang); i++)
		if (names_program(name, clang[i]))
			return CC_CLANG;
	for (size_t i = 0; i < countof(gcc); i++)
		if (names_program(name, gcc[i]))
			return CC_GCC;
	return CC_UNKNOWN;
}

/* The file a name leads to decides: "gcc" may be a link to clang. */
enum cc_kind
args_cc_kind(const char *name, const char *real_path)
{
	enum cc_kind kind = real_path == NULL ? CC_UNKNOWN : kind_of_name(real_path);

	return kind == CC_UNKNOWN ? kind_of_name(name) : kind;
}

bool
args_is_cxx_driver(const char *compiler)
{
	static const char *const cxx[] = {"g++", "c++", "clang++"};
	const char *name = path_base(compiler);

	for (size_t i = 0; i < countof(cxx); i++)
		if (names_program(name, cxx[i]))
			return true;
	return false;
}

enum lang
args_source_lang(const char *source, const char *x, bool cxx_driver)
{
	enum lang lang;
	bool none;

	if (x != NULL) {
		lang = lang_from_x(x, &none);
		if (!none)
			return lang;
	}
	lang = lang_from_name(source);
	if (cxx_driver && lang == LANG_C)
		return LANG_CXX;
	if (cxx_driver && lang == LANG_C_PP)
		return LANG_CXX_PP;
	return lang;
}
