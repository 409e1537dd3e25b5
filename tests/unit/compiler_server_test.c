/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands as daemons get them, ours and stock clients': what is run, what is refused. */
#include "compiler/args.h"
#include "tests/unit/check.h"
#include "tests/unit/compiler_words.h"

static const struct { const char *line; const char *ext; const char *run; } accepted[] = {
	{"gcc a.c -c -fpreprocessed -fdirectives-only -o a.o", ".i", "gcc SRC -c -fpreprocessed -fdirectives-only -o OBJ"},
	{"gcc -c a.c", ".i", "gcc -c SRC -o OBJ"},
	{"gcc -S a.c -oa.s", ".i", "gcc -S SRC -o OBJ"},
	{"gcc -c -o /x/../a.o /x/../../etc/a.cc -O2", ".ii", "gcc -c SRC -O2 -o OBJ"},
	{"/usr/bin/gcc-12 -O2 -o a.o -Wall -c a.i", ".i", "/usr/bin/gcc-12 -O2 -Wall -c SRC -o OBJ"},
	{"g++ -c a.c", ".ii", "g++ -c SRC -o OBJ"},
	{"g++ -c a.i", ".ii", "g++ -c SRC -o OBJ"},
	{"gcc -c a.mm", ".mii", "gcc -c SRC -o OBJ"},
	{"gcc -c a.C", ".ii", "gcc -c SRC -o OBJ"},
	/* stock leaves -x where it was */
	{"gcc -x c -c a", ".i", "gcc -c -x cpp-output SRC -o OBJ"},
	{"g++ -x c -c a.c", ".i", "g++ -c -x cpp-output SRC -o OBJ"},
	{"gcc -xc++ -c a.c -o a.o", ".ii", "gcc -c -x c++-cpp-output SRC -o OBJ"},
	{"gcc -c a.c -x c++", ".i", "gcc -c SRC -o OBJ"},
	{"gcc -x c++ -x none -c a.c", ".i", "gcc -c SRC -o OBJ"},
	/* the source is no option that looks like it, and no argument of one */
	{"gcc -frandom-seed=a.c -c a.c", ".i", "gcc -frandom-seed=a.c -c SRC -o OBJ"},
	{"gcc -include b.c -D c.c -c a.cc", ".ii", "gcc -c SRC -o OBJ"},
	/* of no use for preprocessed text: dropped */
	{"gcc -I/x -isystem /x -iquote . -idirafter/y --sysroot=/x -isysroot /x -DX -U Y -nostdinc -imacros /etc/passwd -c a.c", ".i",
	 "gcc -c SRC -o OBJ"},
	{"gcc -MD -MMD -MP -MF x.d -MT y -MQ z -c a.c", ".i", "gcc -c SRC -o OBJ"},
	{"clang -fcrash-diagnostics-dir=/x -fcrash-diagnostics -c a.c", ".i", "clang -c SRC -o OBJ"},
	{"gcc -lm -L/x -Wl,-z -Xlinker x -fuse-ld=/x/y -c a.c", ".i", "gcc -c SRC -o OBJ"},
	/* stays */
	{"gcc -O2 -g -march=x86-64-v3 -std=gnu11 --param ssp-buffer-size=4 -Wa,--noexecstack -Wformat=2 -fno-plt -c a.c", ".i",
	 "gcc -O2 -g -march=x86-64-v3 -std=gnu11 --param ssp-buffer-size=4 -Wa,--noexecstack -Wformat=2 -fno-plt -c SRC -o OBJ"},
	{"gcc -fdebug-prefix-map=/a=/b -ffile-prefix-map=/c=. -c a.c", ".i",
	 "gcc -fdebug-prefix-map=/a=/b -ffile-prefix-map=/c=. -c SRC -o OBJ"},
	{"clang -target x86_64-pc-linux-gnu -g -fdebug-compilation-dir=/x -c a.c", ".i",
	 "clang -target x86_64-pc-linux-gnu -g -fdebug-compilation-dir=/x -c SRC -o OBJ"},
	{"cc -fmacro-prefix-map=/a=b -c a.c", ".i", "cc -fmacro-prefix-map=/a=b -c SRC -o OBJ"},
	{"cc -flto=auto -c a.c", ".i", "cc -flto=auto -c SRC -o OBJ"},
	{"cc -Wunused-macros -c a.c", ".i", "cc -Wunused-macros -c SRC -o OBJ"},
};

static const struct { const char *line; const char *word; } refused[] = {
	/* not one compile */
	{"gcc", NULL},
	{"gcc -c", NULL},
	{"gcc a.c", NULL},
	{"gcc -c a.o", "a.o"},
	{"gcc -c a.c b.c", "b.c"},
	{"gcc -c a.c b.o", "b.o"},
	{"gcc -c -", "-"},
	{"gcc -c -x c -", "-"},
	{"gcc -c a.s", "a.s"},
	{"gcc -c a.S", "a.S"},
	{"gcc -c a.h", "a.h"},
	{"gcc -c a.f90", "a.f90"},
	{"gcc -x assembler -c a.c", "a.c"},
	{"gcc -x go -c a.c", "a.c"},
	{"gcc -x c-header -c a.c", "a.c"},
	{"gcc -E -c a.c", "-E"},
	{"gcc -M -c a.c", "-M"},
	{"gcc -MM a.c", "-MM"},
	{"gcc -c a.c -o a.o -o b.o", "-o"},
	{"gcc -c a.c -o", "-o"},
	{"gcc --version", "--version"},
	{"gcc -print-file-name=../../x -c a.c", "-print-file-name=../../x"},
	/* runs programs */
	{"gcc -wrapper /bin/sh,-c,id -c a.c", "-wrapper"},
	{"gcc -B. -c a.c", "-B."},
	{"gcc -B /x -c a.c", "-B"},
	{"gcc -fplugin=/x.so -c a.c", "-fplugin=/x.so"},
	{"gcc -fplugin-arg-x=y -c a.c", "-fplugin-arg-x=y"},
	{"gcc -iplugindir=/x -c a.c", "-iplugindir=/x"},
	{"clang -fpass-plugin=x.so -c a.c", "-fpass-plugin=x.so"},
	{"clang -Xclang -load -Xclang x.so -c a.c", "-Xclang"},
	{"clang -mllvm -load=x -c a.c", "-mllvm"},
	{"clang -load x.so -c a.c", "x.so"},
	{"gcc -specs=/x -c a.c", "-specs=/x"},
	{"gcc -specs /x -c a.c", "-specs"},
	{"gcc --specs=/x -c a.c", "--specs=/x"},
	{"clang --config /x -c a.c", "--config"},
	{"clang --driver-mode=cpp -c a.c", "--driver-mode=cpp"},
	{"clang -resource-dir /x -c a.c", "-resource-dir"},
	/* reads files */
	{"gcc @/etc/passwd -c a.c", "@/etc/passwd"},
	{"gcc -c a.c -o @/etc/passwd", "@/etc/passwd"},
	{"gcc --param @/etc/passwd -c a.c", "@/etc/passwd"},
	{"gcc -fprofile-use=/x -c a.c", "-fprofile-use=/x"},
	{"gcc -fauto-profile=/x -c a.c", "-fauto-profile=/x"},
	{"clang -include-pch /x -c a.c", "-include-pch"},
	{"clang -fsanitize-blacklist=/etc/passwd -c a.c", "-fsanitize-blacklist=/etc/passwd"},
	{"clang -fmodule-file=/x -c a.cc", "-fmodule-file=/x"},
	{"clang -ivfsoverlay /x -c a.c", "-ivfsoverlay"},
	{"gcc -Wa,-I/x -c a.c", "-Wa,-I/x"},
	{"gcc -Wa,@/etc/passwd -c a.c", "-Wa,@/etc/passwd"},
	{"gcc -Xassembler -a=/x -c a.c", "-Xassembler"},
	{"gcc -Wp,-include,/etc/passwd -c a.c", "-Wp,-include,/etc/passwd"},
	{"gcc -Xpreprocessor -include -Xpreprocessor /etc/passwd -c a.c", "-Xpreprocessor"},
	{"gcc -fnew=/etc/passwd -c a.c", "-fnew=/etc/passwd"},
	/* writes files: a stock client loses them, so it had better compile by itself */
	{"gcc -save-temps -c a.c", "-save-temps"},
	{"gcc -fdump-tree-all=/x -c a.c", "-fdump-tree-all=/x"},
	{"gcc -da -c a.c", "-da"},
	{"gcc -dumpbase /x -c a.c", "-dumpbase"},
	{"gcc -aux-info /x -c a.c", "-aux-info"},
	{"gcc -fstack-usage -c a.c", "-fstack-usage"},
	{"gcc -gsplit-dwarf -c a.c", "-gsplit-dwarf"},
	{"gcc --coverage -c a.c", "--coverage"},
	{"gcc -Wa,-adhln=/x -c a.c", "-Wa,-adhln=/x"},
	{"gcc -Wa,--MD,/x -c a.c", "-Wa,--MD,/x"},
	{"clang -MJ /x -c a.c", "-MJ"},
	{"clang -ftime-trace -c a.c", "-ftime-trace"},
	{"clang -serialize-diagnostics /x -c a.c", "-serialize-diagnostics"},
	{"clang -working-directory /x -c a.c", "-working-directory"},
	/* another machine's processor, unknown words */
	{"gcc -march=native -c a.c", "-march=native"},
	{"gcc --yes -c a.c", "--yes"},
	{"gcc -yes a.c -c", "-yes"},
	{"clang -c -- a.c", "--"},
};

int
main(void)
{
	const char *why, *word;
	struct strv v = STRV_INIT, out = STRV_INIT;
	char *line, *none[] = {NULL};

	for (size_t i = 0; i < countof(accepted); i++) {
		words(accepted[i].line, &v);
		CHECK_STR(accepted[i].ext, args_server_ext(v.v));
		if (args_server_command(v.v, "SRC", "OBJ", &out, &why, &word)) {
			line = line_of(&out);
			CHECK_STR(accepted[i].run, line);
			free(line);
		} else {
			CHECK_STR("accepted", why);
			CHECK_STR(NULL, word);
		}
		strv_free(&out);
		strv_free(&v);
	}
	for (size_t i = 0; i < countof(refused); i++) {
		why = word = NULL;
		words(refused[i].line, &v);
		CHECK_ROW(refused[i].line, !args_server_command(v.v, "SRC", "OBJ", &out, &why, &word));
		CHECK_ROW(refused[i].line, why != NULL);
		CHECK_STR(refused[i].word, word);
		CHECK_INT(0, out.n);
		strv_free(&out);
		strv_free(&v);
	}
	CHECK(!args_server_command(none, "SRC", "OBJ", &out, &why, &word));
	CHECK_STR(NULL, args_server_ext(none));
	strv_free(&out);
	return check_done();
}
