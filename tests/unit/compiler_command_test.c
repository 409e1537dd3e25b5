/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that preprocess here and compile there. */
#include "compiler/args.h"
#include "tests/unit/check.h"
#include "tests/unit/compiler_words.h"

static const struct { const char *line; enum cpp_mode mode; } modes[] = {
	{"gcc -c a.c", CPP_DIRECTIVES},
	{"g++ -c a.c", CPP_DIRECTIVES},
	{"clang -c a.c", CPP_FULL},
	{"cc -c a.c", CPP_FULL},
	{"gcc -c a.i", CPP_NONE},
	{"g++ -c a.i", CPP_NONE},
	{"gcc -x c++-cpp-output -c a", CPP_NONE},
};

/* With the dependencies, if any, to a.tmp. */
static const struct { const char *line; const char *cpp; } cpp[] = {
	{"gcc -c a.c", "gcc -E -fdirectives-only a.c"},
	{"gcc a.c -S -O2 -o a.s", "gcc a.c -E -fdirectives-only -O2"},
	{"gcc -c -oa.o a.c -c", "gcc -E -fdirectives-only a.c"},
	{"clang -c a.c -o a.o", "clang -E a.c"},
	{"cc -O2 -c a.c", "cc -O2 -E a.c"},
	{"gcc -x c++ -c a.c", "gcc -x c++ -E -fdirectives-only a.c"},
	{"clang -c -o a.o -- d/a.c", "clang -E -- d/a.c"},
	{"gcc -O2 -g -DX -I . -include x.h -Wall -fPIC -march=x86-64 -Wa,--noexecstack -c a.c",
	 "gcc -O2 -g -DX -I . -include x.h -Wall -fPIC -march=x86-64 -Wa,--noexecstack -E -fdirectives-only a.c"},
	/* dependencies */
	{"gcc -MD -c d/a.c", "gcc -MD -E -fdirectives-only -MF a.tmp -MQ a.o d/a.c"},
	{"gcc -MD -S d/a.c", "gcc -MD -E -fdirectives-only -MF a.tmp -MQ a.o d/a.c"},
	{"gcc -MMD -c d/a.c -o b/a.o", "gcc -MMD -E -fdirectives-only -MF a.tmp -MQ b/a.o d/a.c"},
	{"gcc -MMD -MP -MF x.d -c d/a.c -o b/a.o", "gcc -MMD -MP -E -fdirectives-only -MF a.tmp -MQ b/a.o d/a.c"},
	{"gcc -MD -MFx.d -MT x -MQ y -c a.c", "gcc -MD -MT x -MQ y -E -fdirectives-only -MF a.tmp a.c"},
	{"gcc -MD -c d/a~b.c", "gcc -MD -E -fdirectives-only -MF a.tmp -MQ a~b.o d/a~b.c"},
	{"gcc -Wp,-MMD,d/.a.d -c d/a.c -o d/a.o", "gcc -MMD -E -fdirectives-only -MF a.tmp -MQ a.o d/a.c"},
	{"gcc -Wp,-MD,x.d -Wp,-MT,/t/a.o -c d/a.c -o d/a.o", "gcc -MD -MT /t/a.o -E -fdirectives-only -MF a.tmp d/a.c"},
	{"gcc -Wp,-MP,-MQ,a,-MMD,x.d,-MT,b -c a.c", "gcc -MP -MQ a -MMD -MT b -E -fdirectives-only -MF a.tmp a.c"},
	{"clang -Wp,-MD,x.d -c d/a.c -o d/a.o", "clang -MD -E -MF a.tmp -MQ d/a.o d/a.c"},
	{"gcc -Wp,-DX,-UY -Xpreprocessor -DZ -c a.c", "gcc -Wp,-DX,-UY -Xpreprocessor -DZ -E -fdirectives-only a.c"},
};

/* Compiler and directory are those of main(). */
static const struct { const char *line; const char *remote; } remote[] = {
	{"gcc -c a.c", "CC a.c -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -c a.c -o d/b.o", "CC a.c -c -fpreprocessed -fdirectives-only -o d/b.o"},
	{"gcc a.c -S", "CC a.c -S -fpreprocessed -fdirectives-only -o a.s"},
	{"gcc -c ../d/a.c", "CC ../d/a.c -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -O2 -DX -UY -I. -I /x -isystem/y -iquote . -include x.h -imacros y.h -nostdinc --sysroot=/z --sysroot /z -c a.c",
	 "CC a.c -O2 -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -MD -MP -MF x.d -MT y -MQ z -Wp,-DX -Xpreprocessor -DZ -c a.c", "CC a.c -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -Wp,-MD,x.d -c a.c", "CC a.c -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -lm -L/x -L x -Wl,-z,now -Xlinker x -u main -fuse-ld=gold -c a.c", "CC a.c -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -g -undef -pthread -std=gnu11 --param a=1 -fdebug-prefix-map=/a=/b -Wa,--noexecstack -pipe -c a.c",
	 "CC a.c -g -undef -pthread -std=gnu11 --param a=1 -fdebug-prefix-map=/a=/b -Wa,--noexecstack -pipe -c "
	 "-fpreprocessed -fdirectives-only -o a.o"},
	/* gcc expands __FILE__ there, clang has done so here */
	{"gcc -fmacro-prefix-map=/a=b -c a.c", "CC a.c -fmacro-prefix-map=/a=b -c -fpreprocessed -fdirectives-only -o a.o"},
	{"clang -fmacro-prefix-map=/a=b -c a.c", "CC a.c -c -o a.o"},
	{"clang -c a.c", "CC a.c -c -o a.o"},
	{"clang -g -c a.c", "CC a.c -g -c -fdebug-compilation-dir=/cwd -o a.o"},
	{"clang -g0 -c a.c", "CC a.c -g0 -c -o a.o"},
	{"clang -g -fdebug-compilation-dir=. -c a.c", "CC a.c -g -fdebug-compilation-dir=. -c -o a.o"},
	{"clang -g -fdebug-compilation-dir x -c a.c", "CC a.c -g -fdebug-compilation-dir x -c -o a.o"},
	{"clang -c -o a.o -- d/a.c", "CC d/a.c -c -o a.o"},
	{"clang --target=x86_64-linux-gnu -target i386 -c a.c", "CC a.c --target=x86_64-linux-gnu -target i386 -c -o a.o"},
	{"cc -g -c a.c", "CC a.c -g -c -o a.o"},
	/* names that say the language */
	{"gcc -x c -c a", "CC a.i -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -xc++ -c d/a.c", "CC a.ii -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -x c -c d/a.c", "CC d/a.c -c -fpreprocessed -fdirectives-only -o a.o"},
	{"g++ -c d/a.c", "CC a.ii -c -fpreprocessed -fdirectives-only -o a.o"},
	{"g++ -c d/a.i", "CC a.ii -c -o a.o"},
	{"g++ -c d/a.cc", "CC d/a.cc -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -c a.CPP", "CC a.ii -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -c a.m", "CC a.m -c -fpreprocessed -fdirectives-only -o a.o"},
	{"gcc -c a.i", "CC a.i -c -o a.o"},
	{"gcc -x cpp-output -c a.c", "CC a.i -c -o a.o"},
};

static void
check_without_dependency_file(void)
{
	struct strv out = STRV_INIT;
	struct args a;
	char *line;

	scan_line("gcc -MD -MP -MF x.d -MT y -c a.c", &a);
	args_cpp_command(&a, CPP_FULL, NULL, &out);
	line = line_of(&out);
	CHECK_STR("gcc -E a.c", line);
	free(line);
	strv_free(&out);
	args_free(&a);
}

int
main(void)
{
	struct strv out = STRV_INIT;
	struct args a;
	char *line;

	for (size_t i = 0; i < countof(modes); i++) {
		scan_line(modes[i].line, &a);
		CHECK_ROW(modes[i].line, args_cpp_mode(&a) == modes[i].mode);
		args_free(&a);
	}
	for (size_t i = 0; i < countof(cpp); i++) {
		scan_line(cpp[i].line, &a);
		CHECK_ROW(cpp[i].line, a.why == ARGS_OK);
		args_cpp_command(&a, args_cpp_mode(&a), a.deps ? "a.tmp" : NULL, &out);
		line = line_of(&out);
		CHECK_STR(cpp[i].cpp, line);
		free(line);
		strv_free(&out);
		args_free(&a);
	}
	for (size_t i = 0; i < countof(remote); i++) {
		scan_line(remote[i].line, &a);
		CHECK_ROW(remote[i].line, a.why == ARGS_OK);
		args_remote_command(&a, args_cpp_mode(&a), "CC", "/cwd", &out);
		line = line_of(&out);
		CHECK_STR(remote[i].remote, line);
		free(line);
		strv_free(&out);
		args_free(&a);
	}
	check_without_dependency_file();
	return check_done();
}
