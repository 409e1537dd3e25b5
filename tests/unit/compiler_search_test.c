/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/search.h"
#include "compiler/search_own.h"

#include <stdlib.h>

#include "base/util.h"
#include "tests/unit/check.h"
#include "tests/unit/compiler_words.h"

static const struct {
	const char *command;
	const char *quote, *angle, *system, *after;
} rows[] = {
	{"gcc -c x.c", "", "", "", ""},
	{"gcc -Ia -I b -c x.c -I./c/", "", "a b ./c", "", ""},
	{"gcc -I / -c x.c", "", "/", "", ""},
	{"gcc -iquote q -isystem s -idirafter d -c x.c", "q", "", "s", "d"},
	{"gcc -iquoteq -isystems -idirafterd -c x.c", "q", "", "s", "d"},
	{"gcc -Ia -I- -Ib -c x.c", "a", "b", "", ""},
	{"gcc -iprefix p/ -iwithprefix a -iwithprefixbefore b -c x.c", "", "p/b", "", "p/a"},
	{"gcc --sysroot=/r -I=/a -isystem =b -c x.c", "", "/r/a", "/rb", ""},
	{"gcc --sysroot /r -isysroot /s -I$SYSROOT/a -c x.c", "", "/s/a", "", ""},
	{"gcc -Wp,-Ia,-I,b -c x.c", "", "a b", "", ""},
	{"gcc -Xpreprocessor -Ia -c x.c", "", "a", "", ""},
	{"clang -isystem s -cxx-isystem x -c-isystem c -c x.c", "", "", "s c", ""},
	{"clang -isystem s -cxx-isystem x -c-isystem c -c x.cc", "", "", "s x", ""},
	{"clang -isysroot /r -iwithsysroot /a -c x.c", "", "", "/r/a", ""},
};

static void
test_directories(void)
{
	struct search s;
	struct args a;

	for (size_t i = 0; i < countof(rows); i++) {
		const char *const want[] = {rows[i].quote, rows[i].angle, rows[i].system, rows[i].after};

		scan_line(rows[i].command, &a);
		CHECK_ROW(rows[i].command, search_from_args(&s, &a, NULL));
		const struct strv *const got[] = {&s.quote, &s.angle, &s.system, &s.after};

		for (size_t k = 0; k < countof(want); k++) {
			char *text = line_of(got[k]);

			if (!streq(text, want[k]))
				printf("  got: %s\n", text);
			CHECK_ROW(rows[i].command, streq(text, want[k]));
			free(text);
		}
		search_free(&s);
		args_free(&a);
	}
}

/* What makes it unknowable: the word is named. */
static void
test_stops(void)
{
	static const struct {
		const char *command;
			const char *why;
	} stops[] = {
		{"gcc -iwithprefix a -c x.c", "-iwithprefix goes with a directory that only the compiler knows"},
		{"gcc -I=/a -c x.c", "=/a is relative to a directory that only the compiler knows"},
		{"gcc -finput-charset=UTF-16 -c x.c", "-finput-charset=UTF-16 names an encoding in which we cannot read the source"},
		{"gcc -fplugin=x.so -c x.c", "-fplugin=x.so loads code into the compiler"},
		{"clang -F x -c x.c", "-F looks for frameworks"},
		{"clang -ivfsoverlay x -c x.c", "-ivfsoverlay reads a map of files"},
		{"clang -fmodules -c x.c", "-fmodules is about modules"},
		{"clang -include-pch x -c x.c", "-include-pch reads a precompiled header"},
		{"gcc -Wp,-remap -c x.c", "-remap reads maps of file names"},
	};
	struct search s;
	struct args a;

	for (size_t i = 0; i < countof(stops); i++) {
		scan_line(stops[i].command, &a);
		CHECK_ROW(stops[i].command, !search_from_args(&s, &a, NULL));
		CHECK_STR(stops[i].why, s.why);
		search_free(&s);
		args_free(&a);
	}
}

static void
test_environment(void)
{
	const char *const env[] = {"a::b", "c", "x", "o", "ox"};
	static const struct {
		const char *command, *angle, *system;
	} langs[] = {
		{"gcc -I1 -isystem 2 -c x.c", "1 a . b", "2 c"},
		{"g++ -c x.cc", "a . b", "x"},
		{"gcc -c x.m", "a . b", "o"},
		{"gcc -c x.mm", "a . b", "ox"},
		{"gcc -c x.S", "a . b", "c"},
	};
	struct search s;
	struct args a;
	char *text;

	for (size_t i = 0; i < countof(langs); i++) {
		scan_line(langs[i].command, &a);
		CHECK(search_from_args(&s, &a, env));
		text = line_of(&s.angle);
		CHECK_STR(langs[i].angle, text);
		free(text);
		text = line_of(&s.system);
		CHECK_STR(langs[i].system, text);
		free(text);
		search_free(&s);
		args_free(&a);
	}
}

static void
test_others(void)
{
	struct strv argv = STRV_INIT;
	struct search s;
	struct args a;
	char *text;

	scan_line("g++ -include a.h -imacros b.h -DA=<x.h> -D B -m32 -nostdinc++ -fPIC -O2 --embed-dir=e -c x.cc -Wp,-DC=1", &a);
	CHECK(search_from_args(&s, &a, NULL));
	CHECK_INT(2, s.forced.n);
	CHECK_INT(3, s.macros.n);
	CHECK_STR("A=<x.h>", s.macros.v[0]);
	CHECK_INT(1, s.embed.n);
	CHECK(s.unordered);
	search_query(&s, "g++", &argv);
	text = line_of(&argv);
	CHECK_STR("g++ -v -E -m32 -nostdinc++ -x c++ /dev/null -o /dev/null", text);
	free(text);
	CHECK(!s.rules);
	strv_free(&argv);
	search_free(&s);
	args_free(&a);

	scan_line("gcc -Ia --specs=nano.specs -specs own.specs -c x.c", &a);
	CHECK(search_from_args(&s, &a, NULL));
	CHECK(s.rules && s.unordered);
	search_query(&s, "gcc", &argv);
	text = line_of(&argv);
	CHECK_STR("gcc -v -E --specs=nano.specs -specs own.specs -x c /dev/null -o /dev/null", text);
	free(text);
	strv_free(&argv);
	search_free(&s);
	args_free(&a);
}

static const char told[] =
	"Using built-in specs.\n"
	"Reading specs from /usr/lib/gcc/arm-none-eabi/12/../../../arm-none-eabi/lib/nano.specs\n"
	"InstalledDir: /usr/lib/llvm/19/bin\n"
	"Configuration file: /etc/clang/clang.cfg\n"
	"Configuration file: own.cfg\n"
	"System configuration file directory: /etc/clang\n"
	"User configuration file directory: /home/u/.config/clang\n"
	"Found candidate GCC installation: /usr/bin/../lib/gcc/x86_64-linux-gnu/12\n"
	"ignoring nonexistent directory \"/none\"\n"
	"ignoring duplicate directory \"/usr/include/twice\"\n"
	"#include \"...\" search starts here:\n"
	"#include <...> search starts here:\n"
	" /usr/lib/gcc/include\n"
	" /usr/my include\n"
	"End of search list.\n"
	" not this\n";

static void
test_parse(void)
{
	struct search_own own;

	CHECK(search_parse(told, sizeof(told) - 1, &own));
	CHECK_INT(2, own.dirs.n);
	CHECK_STR("/usr/lib/gcc/include", own.dirs.v[0]);
	CHECK_STR("/usr/my include", own.dirs.v[1]);
	CHECK_INT(2, own.others.n);
	CHECK_INT(1, own.probes.n);
	CHECK_INT(1, own.specs.n);
	CHECK_STR("/usr/lib/gcc/arm-none-eabi/12/../../../arm-none-eabi/lib/nano.specs", own.specs.v[0]);
	CHECK_INT(2, own.configs.n);
	CHECK_STR("/etc/clang/clang.cfg", own.configs.v[0]);
	CHECK_STR("own.cfg", own.configs.v[1]);
	CHECK_INT(3, own.config_dirs.n);
	CHECK_STR("/usr/lib/llvm/19/bin", own.config_dirs.v[0]);
	CHECK_STR("/etc/clang", own.config_dirs.v[1]);
	CHECK_STR("/home/u/.config/clang", own.config_dirs.v[2]);
	CHECK_STR("/home/u/.config/clang", own.user_config_dir);
	search_own_free(&own);

	CHECK(!search_parse("", 0, &own));
	search_own_free(&own);
	CHECK(!search_parse("gcc: error: no\n", 15, &own));
	search_own_free(&own);
	/* cut off in the list */
	CHECK(!search_parse(told, (size_t)(strstr(told, "End") - told), &own));
	search_own_free(&own);
}

int
main(void)
{
	test_directories();
	test_stops();
	test_environment();
	test_others();
	test_parse();
	return check_done();
}
