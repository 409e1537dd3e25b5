/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opts.h"
#include "tests/unit/check.h"

#define BOTH (OPT_GCC | OPT_CLANG)

/* word, kinds -> the row and the joined argument */
static const struct { const char *word; unsigned kinds; const char *name; const char *arg; } finds[] = {
	{"-O2", BOTH, "-O", "2"},
	{"-O", BOTH, "-O", NULL},
	{"-o", BOTH, "-o", NULL},
	{"-oout", BOTH, "-o", "out"},
	{"-Iinc", BOTH, "-I", "inc"},
	{"-I", BOTH, "-I", NULL},
	{"-isystem", BOTH, "-isystem", NULL},
	{"-isystem/x", BOTH, "-isystem", "/x"},
	{"-isystem-after", OPT_CLANG, "-isystem-after", NULL},
	{"-include", BOTH, "-include", NULL},
	{"-include-pch", BOTH, "-include-pch", NULL},
	{"-M", BOTH, "-M", NULL},
	{"-MM", BOTH, "-MM", NULL},
	{"-MMD", BOTH, "-MMD", NULL},
	{"-MF", BOTH, "-MF", NULL},
	{"-MFa.d", BOTH, "-MF", "a.d"},
	{"-Mmodules", BOTH, NULL, NULL},
	{"-fPIC", BOTH, "-f", "PIC"},
	{"-fno-lto", BOTH, "-fno-lto", NULL},
	{"-flto", BOTH, "-flto", NULL},
	{"-flto=thin", BOTH, "-flto=", "thin"},
	{"-fltofoo", BOTH, "-f", "ltofoo"},
	{"-fmodulo-sched", BOTH, "-f", "modulo-sched"},
	{"-fmodules-ts", BOTH, "-fmodule", "s-ts"},
	{"-fprofile-use", BOTH, "-fprofile-use", NULL},
	{"-fprofile-used", BOTH, "-fprofile", "-used"},
	{"-fprofile-prefix-map=a=b", BOTH, "-fprofile-prefix-map=", "a=b"},
	{"-fmacro-prefix-map=a=b", BOTH, "-fmacro-prefix-map=", "a=b"},
	{"-march=x86-64-v2", BOTH, "-m", "arch=x86-64-v2"},
	{"-march=native", BOTH, "-march=native", NULL},
	{"-march=native2", BOTH, "-m", "arch=native2"},
	{"-mllvm", BOTH, "-mllvm", NULL},
	{"-meabi", OPT_GCC, "-meabi", NULL},
	{"-meabi=5", OPT_GCC, "-m", "eabi=5"},
	{"-Wp,-MD,x", BOTH, "-Wp,", "-MD,x"},
	{"-Wl,-z,now", BOTH, "-Wl,", "-z,now"},
	{"-Wextra", BOTH, "-W", "extra"},
	{"-Wunused-macros", OPT_GCC, "-Wunused-macros", NULL},
	{"-Wunused-macros", OPT_CLANG, "-W", "unused-macros"},
	{"-Weverything", OPT_GCC, "-W", "everything"},
	{"-Weverything", OPT_CLANG, "-Weverything", NULL},
	{"-Xclang", BOTH, "-Xclang", NULL},
	{"-Xclang-only=x", BOTH, "-X", "clang-only=x"},
	{"--param", BOTH, "--param", NULL},
	{"--param=a=1", BOTH, "--param=", "a=1"},
	{"--sysroot=/x", BOTH, "--sysroot=", "/x"},
	{"--target=x86_64-linux-gnu", OPT_CLANG, "--target=", "x86_64-linux-gnu"},
	{"--target=x86_64-linux-gnu", OPT_GCC, NULL, NULL},
	{"--target-help", OPT_GCC, "--target-help", NULL},
	{"--", OPT_CLANG, "--", NULL},
	{"--", OPT_GCC, NULL, NULL},
	{"--compile", BOTH, NULL, NULL},
	{"-dumpmachine", BOTH, "-dumpmachine", NULL},
	{"-dM", BOTH, "-d", "M"},
	{"-static-libgcc", BOTH, "-static-lib", "gcc"},
	{"-staticx", BOTH, NULL, NULL},
	{"-c", BOTH, "-c", NULL},
	{"-cx", BOTH, NULL, NULL},
	{"-", BOTH, NULL, NULL},
	{"", BOTH, NULL, NULL},
	{"-\377", BOTH, NULL, NULL},
};

static const struct { const char *list; enum opt_assembler where; } assembler[] = {
	{"--noexecstack", OPT_ASSEMBLER_ANYWHERE},
	{"--noexecstack,-W", OPT_ASSEMBLER_ANYWHERE},
	{"-mrelax-relocations=no", OPT_ASSEMBLER_ANYWHERE},
	{"--compress-debug-sections=zlib,-mbranches-within-32B-boundaries", OPT_ASSEMBLER_ANYWHERE},
	{"-O2", OPT_ASSEMBLER_ANYWHERE},
	{"--defsym,X=1", OPT_ASSEMBLER_ANYWHERE},
	{"--defsym=x_y=2,-W", OPT_ASSEMBLER_ANYWHERE},
	{"--defsym", OPT_ASSEMBLER_HERE},
	{"--defsym,", OPT_ASSEMBLER_HERE},
	{"--defsym,X", OPT_ASSEMBLER_HERE},
	{"--defsym,-a=x", OPT_ASSEMBLER_HERE},
	{"--defsym,@x=1", OPT_ASSEMBLER_HERE},
	{"--defsym,X=1,-a", OPT_ASSEMBLER_HERE},
	{"-g", OPT_ASSEMBLER_DEBUG},
	{"--noexecstack,-gdwarf-5,-W", OPT_ASSEMBLER_DEBUG},
	{"--gdwarf-cie-version=3", OPT_ASSEMBLER_DEBUG},
	{"-g,-a", OPT_ASSEMBLER_HERE},
	{"-a,-g", OPT_ASSEMBLER_HERE},
	{"-gnone", OPT_ASSEMBLER_HERE},
	{"-a", OPT_ASSEMBLER_HERE}, {"-adhln=x.lst", OPT_ASSEMBLER_HERE}, {"-ahl", OPT_ASSEMBLER_HERE},
	{"--noexecstack,-a", OPT_ASSEMBLER_HERE}, {"--MD,x.d", OPT_ASSEMBLER_HERE}, {"--MD", OPT_ASSEMBLER_HERE},
	{"-I,/x", OPT_ASSEMBLER_HERE}, {"-I/x", OPT_ASSEMBLER_HERE}, {"--listing-lhs-width=3", OPT_ASSEMBLER_HERE},
	{"-o,x", OPT_ASSEMBLER_HERE}, {"--statistics", OPT_ASSEMBLER_HERE}, {"-march=/etc/passwd", OPT_ASSEMBLER_HERE},
	{"@file", OPT_ASSEMBLER_HERE}, {"", OPT_ASSEMBLER_HERE}, {",", OPT_ASSEMBLER_HERE}, {"--noexecstack,", OPT_ASSEMBLER_HERE},
	{"x.s", OPT_ASSEMBLER_HERE},
};

static const struct { const char *word; bool travels; } cc1[] = {
	{"-fmerge-functions", true}, {"-fno-pch-timestamp", true}, {"-Wno-all", true}, {"-debug-info-kind=constructor", true},
	{"-fallow-half-arguments-and-returns", true}, {"-disable-O0-optnone", true},
	{"-load", false}, {"x.so", false}, {"-add-plugin", false}, {"-plugin", false}, {"-include-pch", false}, {"-o", false},
	{"-fplugin=x", false}, {"-fpass-plugin=x", false}, {"-fmodules", false}, {"-fmodule-file=a=b", false}, {"-fprebuilt-module-path=x", false}, {"-fmodule-map-file=x", false}, {"-fnew=a/b", false},
	{"-flto", false}, {"-ftime-report", false}, {"-fprofile-use=x", false}, {"-fsanitize=address", false}, {"-mllvm", false},
	{"-internal-isystem", false}, {"-W/x", false}, {"", false}, {"-", false},
};

static const struct { const char *option; bool travels; } llvm[] = {
	{"-instcombine-lower-dbg-declare=0", true}, {"-polly", true}, {"--polly-vectorizer=stripmine", true}, {"-inline-threshold=300", true},
	{"-asan-mapping-offset=0xdffffc0000000000", true}, {"-hot-cold-ratio=0.5", true}, {"-enable-x=+a,-b:c", true}, {"-unroll-runtime", true},
	/* files */
	{"", false}, {"-", false}, {"x.so", false}, {"-load=x", false}, {"-load", false}, {"-sample-profile-file=x", false}, {"-x=a/b", false},
	{"-x=list.txt", false}, {"-cgscc-inline-replay=x", false}, {"-pass-remarks-output=x", false}, {"-vfs-path=x", false}, {"-x=y z", false},
	/* another run prints something else */
	{"-time-passes", false}, {"-stats", false}, {"--stats", false}, {"-info-output-x", false}, {"-track-memory", false}, {"-debug-only=x", false},
};

static unsigned
kinds_of(const struct opt *o)
{
	unsigned own = o->flags & BOTH;

	return own == 0 ? BOTH : own;
}

static void
check_table(void)
{
	for (size_t i = 0; i < opt_count; i++) {
		const struct opt *o = &opt_table[i];

		CHECK_ROW(o->name, o->name[0] == '-');
		/* args_explain and servers say why */
		CHECK_ROW(o->name, (o->flags & (OPT_LOCAL | OPT_DENY)) == 0 || o->why != NULL);
		CHECK_ROW(o->name, (o->flags & OPT_DENY) == 0 || (o->flags & OPT_LOCAL) != 0);
		CHECK_ROW(o->name, o->id < OPT_ID_LAST);
		if (i == 0)
			continue;
		CHECK_ROW(o->name, strcmp(opt_table[i - 1].name, o->name) <= 0);
		if (streq(opt_table[i - 1].name, o->name))
			CHECK_ROW(o->name, (kinds_of(&opt_table[i - 1]) & kinds_of(o)) == 0);
	}
}

int
main(void)
{
	const struct opt *o;
	const char *arg;

	check_table();
	for (size_t i = 0; i < countof(finds); i++) {
		o = opt_find(finds[i].word, finds[i].kinds, &arg);
		CHECK_STR(finds[i].name, o ? o->name : NULL);
		CHECK_STR(finds[i].arg, arg);
	}

	/* Of a compiler that may be either, the stricter row counts. */
	o = opt_find("-Wunused-macros", BOTH, &arg);
	CHECK(o != NULL && (o->flags & OPT_LOCAL) != 0);

	/* Every row is found by its own name. */
	for (size_t i = 0; i < opt_count; i++) {
		o = opt_find(opt_table[i].name, kinds_of(&opt_table[i]), &arg);
		CHECK_STR(opt_table[i].name, o ? o->name : NULL);
	}

	for (size_t i = 0; i < countof(assembler); i++)
		CHECK_ROW(assembler[i].list, opt_assembler(assembler[i].list) == assembler[i].where);

	for (size_t i = 0; i < countof(cc1); i++)
		CHECK_ROW(cc1[i].word, opt_cc1_travels(cc1[i].word) == cc1[i].travels);
	for (size_t i = 0; i < countof(llvm); i++)
		CHECK_ROW(llvm[i].option, opt_llvm_travels(llvm[i].option) == llvm[i].travels);

	o = opt_find("-fnew=dir/file", BOTH, &arg);
	CHECK(opt_names_file(o, "-fnew=dir/file"));
	CHECK(!opt_names_file(o, "-fnew=3"));
	CHECK(!opt_names_file(o, "-fa/b"));
	o = opt_find("-fdebug-prefix-map=/a=/b", BOTH, &arg);
	CHECK(!opt_names_file(o, "-fdebug-prefix-map=/a=/b"));
	return check_done();
}
