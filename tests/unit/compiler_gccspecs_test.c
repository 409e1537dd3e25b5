/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/gccspecs.h"

#include "tests/unit/check.h"

static const struct { const char *text, *trouble; } rows[] = {
	{"", NULL},
	{"\n\n", NULL},
	/* as newlib's nano.specs */
	{"%rename link                nano_link\n%rename cpp_unique_options\t\tnano_cpp_unique_options\n\n*cpp_unique_options:\n"
	 "-isystem =/include/newlib-nano %(nano_cpp_unique_options)\n\n*nano_libc:\n-lc_nano\n\n*link:\n%(nano_link) %:replace-outfile(-lc -lc_nano)\n\n"
	 "*lib:\n%{!shared:%{g*:-lg_nano} %{!p:%{!pg:-lc_nano}}}\n", NULL},
	/* as musl's */
	{"*cpp_options:\n-nostdinc -isystem /musl -isystem include%s %(old_cpp_options)\n\n*libgcc:\nlibgcc.a%s %:if-exists(libgcc_eh.a%s)\n\n"
	 "*link:\n%{static:-Bstatic} -dynamic-linker /lib/ld-musl-x86_64.so.1\n\n*esp_cpp_options:\n\n\n", NULL},
	{"*cc1:\n+ %{!O0:-fstack-protector}\n", NULL},
	{"*cpp:\n-include config.h\n", "-include"},
	{"*cpp:\n-imacros config.h", "-imacros"},
	{"*cc1:\n-fplugin=x\n", "-fplugin"},
	{"*cc1:\n\\\n-wrapper gdb\n", "-wrapper"},
	{"*self_spec:\n-specs=other.specs\n", "-specs"},
	{"*self_spec:\n%:getenv(WHERE /x)\n", "%:"},
	{"*asm:\n-B/there\n", "-B"},
	{"%include <other.specs>\n", "%include"},
	{"%include_noerr <other.specs>\n", "%include"},
	{"*cc1:\n@more\n", NULL},		/* "@" begins a rule of a language; gcc takes no list there */
	{"*cc1:\n-O2 @more\n", " @"},
	/* the linker's rule has ended */
	{"*link:\n-Bstatic\n\n-B\n", "-B"},
	{"*link:\n-Bstatic\n*asm:\n-B\n", "-B"},
	{"*libgcc_s:\n-B\n*cpp:\n-B", "-B"},
};

int
main(void)
{
	for (size_t i = 0; i < countof(rows); i++)
		CHECK_STR(rows[i].trouble, gccspecs_trouble(rows[i].text));
	return check_done();
}
