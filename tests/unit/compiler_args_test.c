/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may travel, why the rest stays, and what the scanner finds in a command. */
#include "compiler/args.h"
#include "tests/unit/check.h"
#include "tests/unit/compiler_words.h"

static const struct { const char *name; const char *real; enum cc_kind kind; } kinds[] = {
	{"gcc", NULL, CC_GCC},
	{"/usr/bin/gcc-12", NULL, CC_GCC},
	{"x86_64-pc-linux-gnu-g++-12.2.0", NULL, CC_GCC},
	{"arm-none-eabi-gcc.exe", NULL, CC_GCC},
	{"clang", NULL, CC_CLANG},
	{"clang++-14", NULL, CC_CLANG},
	{"aarch64-linux-gnu-clang", NULL, CC_CLANG},
	{"cc", NULL, CC_UNKNOWN},
	{"c++", NULL, CC_UNKNOWN},
	{"cc", "/usr/bin/x86_64-linux-gnu-gcc-12", CC_GCC},
	{"cc", "/usr/lib/llvm-14/bin/clang", CC_CLANG},
	{"gcc", "/usr/lib/llvm-14/bin/clang", CC_CLANG},
	{"gcc", "/opt/wrapper", CC_GCC},
	{"gcc-ar", NULL, CC_UNKNOWN},
	{"gccgo", NULL, CC_UNKNOWN},
	{"clang-tidy", NULL, CC_UNKNOWN},
	{"clangd", NULL, CC_UNKNOWN},
	{"tcc", NULL, CC_UNKNOWN},
	{"/opt/gcc-12/bin/cc", NULL, CC_UNKNOWN},
};

/* Lines of real builds: all of them must travel. */
static const char *const travel[] = {
	"gcc -c a.c",
	"gcc -c a.c -c",
	"gcc -S a.c",
	"gcc -c a.c -o a.o",
	"gcc -c -oa.o a.c",
	"gcc -c a.c -o /dev/null",
	"cc -c a.c",
	/* autotools with libtool */
	"gcc -DHAVE_CONFIG_H -I. -I.. -g -O2 -MT x.lo -MD -MP -MF .deps/x.Tpo -c x.c -fPIC -DPIC -o .libs/x.o",
	/* Gentoo */
	"x86_64-pc-linux-gnu-gcc -O2 -pipe -march=x86-64-v2 -mtune=generic -fno-strict-aliasing -ggdb3 -D_FORTIFY_SOURCE=2 "
	"-fstack-protector-strong -Wformat -Werror=format-security -Wa,--noexecstack -MD -MP -MF .deps/x.Tpo -MT x.lo -fPIC -DPIC "
	"-std=gnu11 -pthread -fvisibility=hidden -isystem /x -iquote . --param ssp-buffer-size=4 -fdebug-prefix-map=/a=/b "
	"-fdiagnostics-color=always -fcf-protection -fno-plt -c x.c -o x.o",
	/* cmake */
	"c++ -Dleveldb_EXPORTS -I/b/include -isystem /usr/include/x -O3 -DNDEBUG -std=c++11 -fno-exceptions -fno-rtti -MD -MT "
	"CMakeFiles/x.dir/x.cc.o -MF CMakeFiles/x.dir/x.cc.o.d -o CMakeFiles/x.dir/x.cc.o -c /s/x.cc",
	/* meson */
	"g++ -Ilib.p -I. -fdiagnostics-color=always -D_FILE_OFFSET_BITS=64 -Wall -Winvalid-pch -Wextra -std=c++17 -O0 -g -fPIC -MD "
	"-MQ lib.p/x.cpp.o -MF lib.p/x.cpp.o.d -o lib.p/x.cpp.o -c ../x.cpp",
	/* the kernel */
	"gcc -Wp,-MMD,kernel/.fork.o.d -nostdinc -I./arch/x86/include -include ./include/linux/kconfig.h -D__KERNEL__ "
	"-fmacro-prefix-map=./= -Wundef -Werror=strict-prototypes -std=gnu11 -mno-sse -mcmodel=kernel -mno-red-zone "
	"-mindirect-branch=thunk-extern -mfunction-return=thunk-extern -fno-jump-tables -fcf-protection=branch -O2 "
	"-fno-allow-store-data-races -Wframe-larger-than=2048 -fstack-protector-strong -ftrivial-auto-var-init=zero -pg -mrecord-mcount "
	"-mfentry -DCC_USING_FENTRY -fno-inline-functions-called-once --param=min-pagesize=0 -fconserve-stack "
	"-Wimplicit-fallthrough=5 -g -gdwarf-5 -DKBUILD_MODFILE='\"kernel/fork\"' -c -o kernel/fork.o kernel/fork.c",
	"clang -Wp,-MMD,mm/.slub.o.d -nostdinc -I./include -D__KERNEL__ --target=x86_64-linux-gnu -fintegrated-as "
	"-Werror=unknown-warning-option -Qunused-arguments -fmacro-prefix-map=./= -mcmodel=kernel -ftrivial-auto-var-init=zero "
	"-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang -gdwarf-5 -c -o mm/slub.o mm/slub.c",
	/* glibc */
	"gcc malloc.c -c -std=gnu11 -fgnu89-inline -g -O2 -Wall -Wwrite-strings -fmerge-all-constants -frounding-math "
	"-fno-stack-protector -fno-common -U_FORTIFY_SOURCE -ftls-model=initial-exec -I../include -nostdinc -isystem /usr/include "
	"-D_LIBC_REENTRANT -include /b/libc-modules.h -DMODULE_NAME=libc -include ../include/libc-symbols.h -DTOP_NAMESPACE=glibc "
	"-o /b/malloc.o -MD -MP -MF /b/malloc.o.dt -MT /b/malloc.o",
	/* redis, git, zstd */
	"gcc -pedantic -DREDIS_STATIC= -std=c99 -Wall -W -O2 -g -ggdb -I../deps/lua/src -MMD -o x.o -c x.c",
	"gcc -o add.o -c -MF ./.depend/add.o.d -MQ add.o -MMD -MP -g -O2 -Wall -I. -DSHA1_HEADER=\"x.h\" add.c",
	"gcc -DXXH_NAMESPACE=ZSTD_ -O3 -Wstrict-prototypes -Wpointer-arith -c -MT obj/x.o -MMD -MP -MF obj/x.d x.c -o obj/x.o",
	/* Fedora, Debian, Chromium-like clang */
	"gcc -O2 -Wp,-D_FORTIFY_SOURCE=2 -Wp,-D_GLIBCXX_ASSERTIONS,-DX -fexceptions -grecord-gcc-switches -c x.c",
	"gcc -g -O2 -ffile-prefix-map=/build/x=. -fstack-clash-protection -Wdate-time -c x.c",
	"clang++ --target=x86_64-linux-gnu -fcolor-diagnostics -fmerge-all-constants -fno-delete-null-pointer-checks -m64 -pthread "
	"-Wno-unknown-warning-option -ffunction-sections -fdata-sections -fno-unique-section-names -g2 -gdwarf-4 -ggnu-pubnames "
	"-fdebug-compilation-dir=. -ffile-compilation-dir=. -stdlib=libc++ --sysroot=../s -fvisibility-inlines-hidden -std=c++20 "
	"-isystem../x -MMD -MF x.d -c x.cc -o x.o",
	"clang -target aarch64-linux-gnu -mthread-model single -c a.c",
	"clang -c -- a.c",
	"clang -Qunused-arguments -c a.c",
	/* harmless for a compile that does not link */
	"gcc -c a.c -L/x -lm -Wl,-z,now -shared -static-libgcc -pie -no-pie -rdynamic -Xlinker -x -u main -z now -s",
	/* arguments that look like sources */
	"gcc -c a.c -include x.c -D x.c -I x.c -MD -MT y.c -MF z.d -MQ q.c",
	"gcc -frandom-seed=x.c -c a.c",
	"gcc -Xpreprocessor -DX=1 -c a.c",
	"gcc -c a.c --param max-inline-insns-single=9",
	/* languages */
	"gcc -x c -c a",
	"gcc -xc -c a",
	"gcc -xc++ -c a.c",
	"gcc -c a.c -x c++",
	"gcc -x none -c a.c",
	"gcc -x c++ -x none -c a.c",
	"gcc -x cpp-output -c a",
	"gcc -c a.i",
	"g++ -c a.c",
	"g++ -c a.i",
	"gcc -c a.m",
	"gcc -c a.C",
	/* taken back */
	"gcc -flto -c a.c -fno-lto",
	"gcc -fno-profile-arcs -fno-modules -fno-plugin -c a.c",
	"gcc -finput-charset=UTF-8 -fexec-charset=latin1 -c a.c",
	"gcc -fopenmp -fsanitize=address,undefined -fno-sanitize-recover=all -c a.c",
	"gcc -Wall -Wno-error=unused -pass-exit-codes -ansi -trigraphs -undef -c a.c",
	"gcc -Wa,-mbranches-within-32B-boundaries,--noexecstack -Xassembler --noexecstack -c a.c",
	"gcc -finstrument-functions-exclude-file-list=/usr,a/b -c a.c",
};

static const struct { const char *line; enum args_why why; const char *word; } stay[] = {
	/* not one compile */
	{"gcc", ARGS_NO_COMPILE, NULL},
	{"gcc a.o -o a", ARGS_NO_COMPILE, NULL},
	{"gcc a.c", ARGS_NO_COMPILE, NULL},
	{"gcc -flto a.o b.o -o a", ARGS_NO_COMPILE, NULL},
	{"gcc -E a.c", ARGS_PREPROCESS, "-E"},
	{"gcc -E -c a.c", ARGS_PREPROCESS, "-E"},
	{"gcc -M a.c", ARGS_PREPROCESS, "-M"},
	{"gcc -MM -c a.c", ARGS_PREPROCESS, "-MM"},
	{"gcc --version", ARGS_QUERY, "--version"},
	{"gcc --version -c a.c", ARGS_QUERY, "--version"},
	{"gcc -dumpmachine", ARGS_QUERY, "-dumpmachine"},
	{"gcc -print-file-name=x", ARGS_QUERY, "-print-file-name=x"},
	{"gcc --print-sysroot", ARGS_QUERY, "--print-sysroot"},
	{"gcc --help=warnings", ARGS_QUERY, "--help=warnings"},
	{"gcc --target-help", ARGS_QUERY, "--target-help"},
	{"gcc -### -c a.c", ARGS_QUERY, "-###"},
	{"gcc -c", ARGS_NO_SOURCE, NULL},
	{"gcc -c -include a.c", ARGS_NO_SOURCE, NULL},
	{"gcc -c a.c b.c", ARGS_TWO_SOURCES, "b.c"},
	{"gcc -c a.c -x c b", ARGS_TWO_SOURCES, "b"},
	{"gcc -c a.c b.h", ARGS_TWO_SOURCES, "b.h"},
	{"gcc -c a.c b.o", ARGS_OTHER_INPUT, "b.o"},
	{"gcc -c a.c liba.a", ARGS_OTHER_INPUT, "liba.a"},
	{"gcc -c a", ARGS_OTHER_INPUT, "a"},
	{"clang -c -- -a.c", ARGS_OTHER_INPUT, "-a.c"},
	{"gcc -c -- a.c", ARGS_UNKNOWN_OPTION, "--"},
	{"gcc -c -", ARGS_STDIN, "-"},
	{"gcc -c -x c -", ARGS_STDIN, "-"},
	{"gcc -c -x c /dev/null", ARGS_STDIN, "/dev/null"},
	{"gcc -c a.c -o -", ARGS_STDOUT, "-"},
	{"gcc -c a.c -MD -MF -", ARGS_STDOUT, "-"},
	{"gcc -c a.c -MD -MF /dev/stdout", ARGS_OUTPUT_DEVICE, "/dev/stdout"},
	{"gcc -c a.c -MD -o /dev/null", ARGS_OUTPUT_DEVICE, "/dev/null.d"},
	{"gcc -c a.c -o a.o -o b.o", ARGS_TWO_OUTPUTS, "b.o"},
	{"gcc -c -S a.c", ARGS_OPTION, "-S"},
	{"gcc -c a.c -o ", ARGS_OPTION, "-o"},
	{"gcc -c a.c -MD -MF ", ARGS_OPTION, "-MF"},
	{"gcc -c a.c ", ARGS_OTHER_INPUT, ""},
	{"gcc -c a.c -o", ARGS_MISSING_ARGUMENT, "-o"},
	{"gcc -c a.c -include", ARGS_MISSING_ARGUMENT, "-include"},
	{"gcc -c conftest.c", ARGS_CONFTEST, "conftest.c"},
	{"gcc -c /x/conftest.cc -o y.o", ARGS_CONFTEST, "/x/conftest.cc"},
	{"gcc -c tmp.conftest.c", ARGS_CONFTEST, "tmp.conftest.c"},
	{"gcc -c @missing", ARGS_ATFILE, "@missing"},
	/* languages */
	{"gcc -c a.s", ARGS_LANGUAGE, "a.s"},
	{"gcc -c a.S", ARGS_LANGUAGE, "a.S"},
	{"gcc -x assembler-with-cpp -c a.c", ARGS_LANGUAGE, "a.c"},
	{"gcc -c a.h", ARGS_LANGUAGE, "a.h"},
	{"gcc -x c-header -c a.c", ARGS_LANGUAGE, "a.c"},
	{"gfortran -c a.f90", ARGS_LANGUAGE, "a.f90"},
	{"gcc -c a.go", ARGS_LANGUAGE, "a.go"},
	{"gcc -c a.CC", ARGS_LANGUAGE, "a.CC"},
	{"clang -c a.cu", ARGS_LANGUAGE, "a.cu"},
	{"clang -x cuda -c a.c", ARGS_LANGUAGE, "a.c"},
	{"clang++ -c a.cppm", ARGS_LANGUAGE, "a.cppm"},
	{"clang++ -c a.c", ARGS_LANGUAGE, "a.c"},
	{"clang++ -c a.i", ARGS_LANGUAGE, "a.i"},
	{"clang -c a.m", ARGS_LANGUAGE, "a.m"},
	{"clang -c a.mii", ARGS_LANGUAGE, "a.mii"},
	{"g++ -x c -c a.c", ARGS_OPTION, "-x"},
	/* preprocessed sources */
	{"gcc -MD -c a.i", ARGS_OPTION, "-MD"},
	{"gcc -x cpp-output -c a.c -MMD", ARGS_OPTION, "-MMD"},
	{"clang -Iinc -c a.i", ARGS_OPTION, "-Iinc"},
	/* files beside the object */
	{"gcc -gsplit-dwarf -c a.c", ARGS_OPTION, "-gsplit-dwarf"},
	{"gcc -save-temps -c a.c", ARGS_OPTION, "-save-temps"},
	{"gcc -save-temps=obj -c a.c", ARGS_OPTION, "-save-temps=obj"},
	{"gcc --save-temps -c a.c", ARGS_OPTION, "--save-temps"},
	{"gcc -fstack-usage -c a.c", ARGS_OPTION, "-fstack-usage"},
	{"gcc -fcallgraph-info=su -c a.c", ARGS_OPTION, "-fcallgraph-info=su"},
	{"gcc -fdump-tree-all -c a.c", ARGS_OPTION, "-fdump-tree-all"},
	{"gcc -da -c a.c", ARGS_OPTION, "-da"},
	{"gcc -dM -c a.c", ARGS_OPTION, "-dM"},
	{"gcc --coverage -c a.c", ARGS_OPTION, "--coverage"},
	{"gcc -coverage -c a.c", ARGS_OPTION, "-coverage"},
	{"gcc -fprofile-arcs -ftest-coverage -c a.c", ARGS_OPTION, "-fprofile-arcs"},
	{"gcc -fprofile-use=x.profdata -c a.c", ARGS_OPTION, "-fprofile-use=x.profdata"},
	{"gcc -fauto-profile -c a.c", ARGS_OPTION, "-fauto-profile"},
	{"gcc -aux-info x -c a.c", ARGS_OPTION, "-aux-info"},
	{"gcc -fopt-info-vec=x -c a.c", ARGS_OPTION, "-fopt-info-vec=x"},
	{"gcc -fsave-optimization-record -c a.c", ARGS_OPTION, "-fsave-optimization-record"},
	{"gcc -fdiagnostics-format=sarif-file -c a.c", ARGS_OPTION, "-fdiagnostics-format=sarif-file"},
	{"gcc -fdiagnostics-add-output=sarif -c a.c", ARGS_OPTION, "-fdiagnostics-add-output=sarif"},
	{"gcc -dumpdir x/ -c a.c", ARGS_OPTION, "-dumpdir"},
	{"clang -MJ x.json -c a.c", ARGS_OPTION, "-MJ"},
	{"clang -ftime-trace -c a.c", ARGS_OPTION, "-ftime-trace"},
	{"clang -ftime-trace=x -c a.c", ARGS_OPTION, "-ftime-trace=x"},
	{"clang --serialize-diagnostics x.dia -c a.c", ARGS_OPTION, "--serialize-diagnostics"},
	{"clang -fprofile-instr-generate -c a.c", ARGS_OPTION, "-fprofile-instr-generate"},
	{"clang -fcoverage-mapping -c a.c", ARGS_OPTION, "-fcoverage-mapping"},
	{"clang -foptimization-record-file=x -c a.c", ARGS_OPTION, "-foptimization-record-file=x"},
	{"clang -index-store-path x -c a.c", ARGS_OPTION, "-index-store-path"},
	/* files that only this machine has, programs of its own */
	{"gcc -fplugin=x.so -c a.c", ARGS_OPTION, "-fplugin=x.so"},
	{"gcc -fplugin-arg-x-y -c a.c", ARGS_OPTION, "-fplugin-arg-x-y"},
	{"gcc -specs=x -c a.c", ARGS_OPTION, "-specs=x"},
	{"gcc --specs x -c a.c", ARGS_OPTION, "--specs"},
	{"gcc -wrapper gdb,--args -c a.c", ARGS_OPTION, "-wrapper"},
	{"gcc -B /x -c a.c", ARGS_OPTION, "-B"},
	{"gcc -B/x -c a.c", ARGS_OPTION, "-B/x"},
	{"gcc -no-integrated-cpp -c a.c", ARGS_OPTION, "-no-integrated-cpp"},
	{"gcc -fmodules-ts -c a.cc", ARGS_OPTION, "-fmodules-ts"},
	{"clang -fmodule-file=x -c a.cc", ARGS_OPTION, "-fmodule-file=x"},
	{"clang -fprebuilt-module-path=x -c a.cc", ARGS_OPTION, "-fprebuilt-module-path=x"},
	{"clang -include-pch x -c a.c", ARGS_OPTION, "-include-pch"},
	{"gcc -fpch-preprocess -c a.c", ARGS_OPTION, "-fpch-preprocess"},
	{"clang -fsanitize-ignorelist=x -c a.c", ARGS_OPTION, "-fsanitize-ignorelist=x"},
	{"clang -fsanitize-coverage-allowlist=x -c a.c", ARGS_OPTION, "-fsanitize-coverage-allowlist=x"},
	{"clang -ivfsoverlay x -c a.c", ARGS_OPTION, "-ivfsoverlay"},
	{"clang -Xclang -load -Xclang x.so -c a.c", ARGS_OPTION, "-Xclang"},
	{"clang -mllvm -x -c a.c", ARGS_OPTION, "-mllvm"},
	{"clang -mllvm=-x -c a.c", ARGS_OPTION, "-mllvm=-x"},
	{"clang --config x -c a.c", ARGS_OPTION, "--config"},
	{"clang -resource-dir x -c a.c", ARGS_OPTION, "-resource-dir"},
	{"gcc -fnew-thing=some/file -c a.c", ARGS_OPTION, "-fnew-thing=some/file"},
	{"gcc -mnew-thing=/x -c a.c", ARGS_OPTION, "-mnew-thing=/x"},
	/* other objects */
	{"clang -fsanitize=undefined -c a.c", ARGS_OPTION, "-fsanitize=undefined"},
	{"gcc -flto -c a.c", ARGS_OPTION, "-flto"},
	{"gcc -fno-lto -flto=auto -c a.c", ARGS_OPTION, "-flto=auto"},
	{"clang -emit-llvm -c a.c", ARGS_OPTION, "-emit-llvm"},
	{"clang -emit-ast -c a.c", ARGS_OPTION, "-emit-ast"},
	{"gcc -fsyntax-only -c a.c", ARGS_OPTION, "-fsyntax-only"},
	{"clang -fembed-bitcode -c a.c", ARGS_OPTION, "-fembed-bitcode"},
	{"gcc -fdeps-file=a.ddi -fdeps-format=p1689r5 -c a.c", ARGS_OPTION, "-fdeps-file=a.ddi"},
	{"gcc -frecord-gcc-switches -c a.c", ARGS_OPTION, "-frecord-gcc-switches"},
	{"clang -grecord-command-line -c a.c", ARGS_OPTION, "-grecord-command-line"},
	{"gcc -fverbose-asm -S a.c", ARGS_OPTION, "-fverbose-asm"},
	{"gcc -gctf -c a.c", ARGS_OPTION, "-gctf"},
	{"gcc -march=native -c a.c", ARGS_OPTION, "-march=native"},
	{"gcc -mtune=native -c a.c", ARGS_OPTION, "-mtune=native"},
	{"gcc -mcpu=native -c a.c", ARGS_OPTION, "-mcpu=native"},
	{"clang -arch x86_64 -arch arm64 -c a.c", ARGS_OPTION, "-arch"},
	{"gcc -framework Foo -c a.mi", ARGS_OPTION, "-framework"},
	{"gcc -iframework dir -c a.mi", ARGS_OPTION, "-iframework"},
	{"gcc -iwithsysroot dir -c a.i", ARGS_OPTION, "-iwithsysroot"},
	{"clang -fopenmp -fopenmp-targets=x -c a.c", ARGS_OPTION, "-fopenmp-targets=x"},
	{"gcc -foffload=disable -c a.c", ARGS_OPTION, "-foffload=disable"},
	/* the preprocessor's part */
	{"gcc -fdirectives-only -c a.c", ARGS_OPTION, "-fdirectives-only"},
	{"gcc -fpreprocessed -c a.c", ARGS_OPTION, "-fpreprocessed"},
	{"clang -frewrite-includes -c a.c", ARGS_OPTION, "-frewrite-includes"},
	{"gcc -traditional-cpp -c a.c", ARGS_OPTION, "-traditional-cpp"},
	{"gcc -finput-charset=latin1 -c a.c", ARGS_OPTION, "-finput-charset=latin1"},
	{"gcc -fno-working-directory -g -c a.c", ARGS_OPTION, "-fno-working-directory"},
	{"gcc -P -c a.c", ARGS_OPTION, "-P"},
	{"gcc -C -c a.c", ARGS_OPTION, "-C"},
	{"gcc -Wunused-macros -c a.c", ARGS_OPTION, "-Wunused-macros"},
	{"clang -Wdocumentation-html -c a.c", ARGS_OPTION, "-Wdocumentation-html"},
	{"clang -Weverything -c a.c", ARGS_OPTION, "-Weverything"},
	{"gcc -Xpreprocessor -MD -c a.c", ARGS_OPTION, "-Xpreprocessor"},
	{"gcc -Wp,-w -c a.c", ARGS_OPTION, "-Wp,-w"},
	{"gcc -Wp,-D -c a.c", ARGS_OPTION, "-Wp,-D"},
	{"gcc -Wp,-MD -c a.c", ARGS_OPTION, "-Wp,-MD"},
	{"gcc -Wp,-MD,a.d,-MT -c a.c", ARGS_OPTION, "-Wp,-MD,a.d,-MT"},
	{"gcc -Wp,-MD,a.d,-MT, -c a.c", ARGS_OPTION, "-Wp,-MD,a.d,-MT,"},
	{"gcc -Wp,-MD,a.d,-MMD,b.d -c a.c", ARGS_OPTION, "-Wp,-MD,a.d,-MMD,b.d"},
	{"gcc -Wp,-MD,a.d,-DX -c a.c", ARGS_OPTION, "-Wp,-MD,a.d,-DX"},
	{"gcc -Wp,-MD,a.d -Wp,-MT,x -MT y -c a.c", ARGS_OPTION, "-Wp,-MT"},
	{"gcc -MD -Wp,-MT,x -c a.c", ARGS_OPTION, "-Wp,-MT"},
	{"gcc -Wp,-MD,a.d -Wp,-MD,b.d -c a.c", ARGS_OPTION, "-Wp,-MD,b.d"},
	{"gcc -Wp,-MD,a.d -MD -c a.c", ARGS_OPTION, "-MD"},
	{"cc -Wp,-MD,a.d -c a.c", ARGS_OPTION, "-Wp,-MD,a.d"},
	{"clang -Wp,-MD,a.d,-MP -c a.c", ARGS_OPTION, "-Wp,-MD,a.d,-MP"},
	{"gcc -MF a.d -c a.c", ARGS_OPTION, "-MF"},
	{"gcc -MP -c a.c", ARGS_OPTION, "-MP"},
	{"gcc -MD -MG -c a.c", ARGS_OPTION, "-MG"},
	{"gcc -Wa,-adhln=x.lst -c a.c", ARGS_OPTION, "-Wa,-adhln=x.lst"},
	{"gcc -Wa,--MD,x.d -c a.c", ARGS_OPTION, "-Wa,--MD,x.d"},
	{"gcc -Wa,-gdwarf-5 -c a.c", ARGS_OPTION, "-Wa,-gdwarf-5"},
	{"gcc -Xassembler -a -c a.c", ARGS_OPTION, "-Xassembler"},
	/* prints more than messages */
	{"gcc -v -c a.c", ARGS_OPTION, "-v"},
	{"gcc -H -c a.c", ARGS_OPTION, "-H"},
	{"gcc -Q -c a.c", ARGS_OPTION, "-Q"},
	{"gcc -time -c a.c", ARGS_OPTION, "-time"},
	{"gcc -ftime-report -c a.c", ARGS_OPTION, "-ftime-report"},
	{"gcc -fmem-report -c a.c", ARGS_OPTION, "-fmem-report"},
	{"clang -Rpass=inline -c a.c", ARGS_OPTION, "-Rpass=inline"},
	/* not known */
	{"gcc --compile a.c", ARGS_NO_COMPILE, NULL},
	{"gcc -c --output=a.o a.c", ARGS_UNKNOWN_OPTION, "--output=a.o"},
	{"gcc -c --include x.c a.c", ARGS_UNKNOWN_OPTION, "--include"},
	{"gcc -yes -c a.c", ARGS_UNKNOWN_OPTION, "-yes"},
	{"gcc --target=x -c a.c", ARGS_UNKNOWN_OPTION, "--target=x"},
};

/* source, output, dependency file and target */
static const struct { const char *line; const char *source, *output, *dep_file, *dep_target; } found[] = {
	{"gcc -c d/a.c", "d/a.c", "a.o", NULL, NULL},
	{"gcc -S d/a.c", "d/a.c", "a.s", NULL, NULL},
	{"gcc -c d/a.b.c", "d/a.b.c", "a.b.o", NULL, NULL},
	{"gcc -c d/a.c -o b/x.o", "d/a.c", "b/x.o", NULL, NULL},
	{"gcc -c d/a.c -ob/x.o", "d/a.c", "b/x.o", NULL, NULL},
	{"gcc -MD -c d/a.c", "d/a.c", "a.o", "a.d", "a.o"},
	{"gcc -MMD -S d/a.c", "d/a.c", "a.s", "a.d", "a.o"},
	{"gcc -MD -S d/a.c -o b/a.s", "d/a.c", "b/a.s", "b/a.d", "b/a.s"},
	{"gcc -MD -c d/a.c -o b/x.o", "d/a.c", "b/x.o", "b/x.d", "b/x.o"},
	{"gcc -MD -c d/a.c -o b/x", "d/a.c", "b/x", "b/x.d", "b/x"},
	{"gcc -MD -c d/a.c -o b.b/x", "d/a.c", "b.b/x", "b.b/x.d", "b.b/x"},
	{"gcc -MD -c d/a.c -o b/x.y.o", "d/a.c", "b/x.y.o", "b/x.y.d", "b/x.y.o"},
	{"gcc -MD -c d/a.c -o .o", "d/a.c", ".o", ".d", ".o"},
	{"gcc -MD -MF q -c d/a.c", "d/a.c", "a.o", "q", "a.o"},
	{"gcc -MD -MFq -MFr -c d/a.c -o b/x.o", "d/a.c", "b/x.o", "r", "b/x.o"},
	{"gcc -MD -c d/a~b.c", "d/a b.c", "a b.o", "a b.d", "a b.o"},
	{"gcc -Wp,-MMD,d/.a.o.d -c d/a.c -o d/a.o", "d/a.c", "d/a.o", "d/.a.o.d", "a.o"},
	{"gcc -Wp,-MD,q,-MP -c d/a.c", "d/a.c", "a.o", "q", "a.o"},
	{"gcc -Wp,-MD,q -Wp,-MT,/t/a.o -c d/a.c", "d/a.c", "a.o", "q", "a.o"},
	{"clang -Wp,-MMD,q -c d/a.c -o d/a.o", "d/a.c", "d/a.o", "q", "d/a.o"},
	{"gcc -x c -MD -c d/a", "d/a", "a.o", "a.d", "a.o"},
	{"clang -c -- d/a.c", "d/a.c", "a.o", NULL, NULL},
};

static const struct { const char *line; bool debug, sanitize, indent, comments; } flags[] = {
	{"gcc -c a.c", false, false, false, false},
	{"gcc -g -c a.c", true, false, false, false},
	{"gcc -g0 -c a.c", false, false, false, false},
	{"gcc -g -g0 -c a.c", false, false, false, false},
	{"gcc -g0 -ggdb3 -c a.c", true, false, false, false},
	{"gcc -ggdb0 -c a.c", false, false, false, false},
	{"gcc -gdwarf-5 -gno-column-info -gz -c a.c", true, false, false, false},
	{"gcc -gno-column-info -gz=zlib -c a.c", false, false, false, false},
	{"gcc -fsanitize=undefined -c a.c", false, true, false, false},
	{"gcc -Wall -c a.c", false, false, true, false},
	{"g++ -Werror=misleading-indentation -c a.cc", false, false, true, false},
	{"gcc -Wno-misleading-indentation -Wall -c a.c", false, false, false, false},
	{"gcc -Wall -w -c a.c", false, false, false, false},
	{"clang -Wall -c a.c", false, false, false, false},
	{"gcc -Wextra -Wimplicit-fallthrough -Wimplicit-fallthrough=2 -c a.c", false, false, false, false},
	{"gcc -Wimplicit-fallthrough=1 -c a.c", false, false, false, true},
	{"gcc -Werror=implicit-fallthrough=1 -c a.c", false, false, false, true},
	{"gcc -Wc90-c99-compat -c a.c", false, false, false, true},
};

static const struct { const char *line; const char *text; } explained[] = {
	{"gcc -c a.c", "may travel"},
	{"gcc -save-temps -c a.c", "-save-temps writes files beside the object"},
	{"gcc -march=native -c a.c", "-march=native means this machine's processor, and the volunteer has another"},
	{"gcc a.o", "neither -c nor -S: it links, or has nothing to compile"},
	{"gcc -c a.c b.c", "more than one source: b.c too"},
	{"gcc -c a.s", "a.s is not in C, C++ or Objective-C"},
	{"clang -c a.m", "a.m is in Objective-C, and clang puts the name of the file it compiles into the object"},
	{"gcc -c -yes a.c", "-yes is no option that we know"},
	{"gcc -c", "no source file"},
};

static void
check_environment(void)
{
	const char *env[64] = {NULL};
	char *argv[] = {(char *)"gcc", (char *)"-c", (char *)"a.c", NULL};
	struct args a;

	for (size_t i = 0; args_env_names[i] != NULL; i++) {
		CHECK(i + 1 < countof(env));
		/* gcc-config exports this one without a value */
		env[i] = streq(args_env_names[i], "GCC_SPECS") ? "/hardened.specs" : "";
		args_scan(argv, CC_GCC, env, &a);
		CHECK_INT(ARGS_ENVIRONMENT, a.why);
		CHECK_STR(args_env_names[i], a.word);
		args_free(&a);
		env[i] = streq(args_env_names[i], "GCC_SPECS") ? "" : NULL;
	}
	args_scan(argv, CC_GCC, env, &a);
	CHECK_INT(ARGS_OK, a.why);
	args_free(&a);
}

int
main(void)
{
	struct args a;
	char *text;

	for (size_t i = 0; i < countof(kinds); i++)
		CHECK_ROW(kinds[i].name, args_cc_kind(kinds[i].name, kinds[i].real) == kinds[i].kind);
	for (size_t i = 0; i < countof(travel); i++) {
		scan_line(travel[i], &a);
		text = args_explain(&a);
		CHECK_STR("may travel", text);
		free(text);
		args_free(&a);
	}
	for (size_t i = 0; i < countof(stay); i++) {
		scan_line(stay[i].line, &a);
		CHECK_ROW(stay[i].line, a.why == stay[i].why);
		CHECK_STR(stay[i].word, a.word);
		CHECK_ROW(stay[i].line, a.why != ARGS_OPTION || a.reason != NULL);
		args_free(&a);
	}
	for (size_t i = 0; i < countof(found); i++) {
		scan_line(found[i].line, &a);
		CHECK_ROW(found[i].line, a.why == ARGS_OK);
		CHECK_STR(found[i].source, a.source);
		CHECK_STR(found[i].source, a.argv.v[a.source_at]);
		CHECK_STR(found[i].output, a.output);
		CHECK_STR(found[i].dep_file, a.dep_file);
		CHECK_STR(found[i].dep_target, a.dep_target);
		CHECK_ROW(found[i].line, a.deps == (found[i].dep_file != NULL));
		args_free(&a);
	}
	for (size_t i = 0; i < countof(flags); i++) {
		scan_line(flags[i].line, &a);
		CHECK_ROW(flags[i].line, a.debug == flags[i].debug);
		CHECK_ROW(flags[i].line, a.sanitize == flags[i].sanitize);
		CHECK_ROW(flags[i].line, a.indent == flags[i].indent);
		CHECK_ROW(flags[i].line, a.comments == flags[i].comments);
		args_free(&a);
	}
	for (size_t i = 0; i < countof(explained); i++) {
		scan_line(explained[i].line, &a);
		text = args_explain(&a);
		CHECK_STR(explained[i].text, text);
		free(text);
		args_free(&a);
	}
	check_environment();
	return check_done();
}
