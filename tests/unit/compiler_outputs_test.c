/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may travel in replica mode, and which files such a command may write. */
#include "compiler/outputs.h"

#include <stdlib.h>

#include "base/path.h"
#include "tests/unit/check.h"
#include "tests/unit/compiler_words.h"

/* Stay in classic mode, travel in replica mode. */
static const char *const replica_only[] = {
	"gcc -gsplit-dwarf -g -c a.c", "gcc -save-temps -c a.c", "gcc -save-temps=obj -c a.c -o b/a.o", "gcc --save-temps -c a.c",
	"gcc --coverage -c a.c", "gcc -coverage -c a.c", "gcc -fprofile-arcs -ftest-coverage -c a.c", "gcc -fstack-usage -c a.c",
	"gcc -fprofile-generate -fprofile-update=atomic -c a.c", "clang -fprofile-instr-generate -fcoverage-mapping -c a.c",
	"gcc -fprofile-use -fprofile-correction -c a.c", "gcc -fprofile-use=x.gcda -c a.c", "gcc -fauto-profile=x -c a.c", "gcc -fbranch-probabilities -c a.c",
	"clang -fprofile-instr-use=x.profdata -c a.c", "clang -fsanitize=address -fsanitize-ignorelist=x -c a.c",
	"gcc -fcallgraph-info=su -c a.c", "gcc -fdump-tree-all -c a.c", "gcc -da -c a.c", "gcc -aux-info x -c a.c",
	"gcc -flto -c a.c", "gcc -flto=auto -c a.c", "clang -flto=thin -c a.c", "gcc -frecord-gcc-switches -c a.c",
	"gcc -fverbose-asm -S a.c", "gcc -g -S a.c", "gcc -c a.S", "gcc -c a.s", "gcc -x assembler-with-cpp -c a.x", "clang -c m.m",
	"clang -fsanitize=address -c a.c", "clang -MJ x.json -c a.c", "clang --serialize-diagnostics x.dia -c a.c",
	"clang -ftime-trace -c a.c", "clang -fsave-optimization-record -c a.c", "clang++ -c a.c", "g++ -x c -c a.c",
	"gcc -H -c a.c", "gcc -fopt-info -c a.c", "gcc -march=native -c a.c", "gcc -mtune=native -c a.c", "gcc -MD -c a.i",
	"gcc -MF x.d -c a.c", "gcc -traditional-cpp -c a.c", "gcc -Wunused-macros -c a.c", "clang -Weverything -c a.c",
	"clang -march=native -c a.c", "clang --config x -c a.c", "clang --config=x -c a.c", "clang -Xclang -fmerge-functions -c a.c", "clang -mllvm -x -c a.c", "clang -mllvm=-x=0 -c a.c", "gcc -fpreprocessed -c a.c", "gcc -P -c a.c", "clang -fdebug-macro -g -c a.c", "gcc -fdiagnostics-format=json -c a.c",
	"gcc -specs=x -c a.c", "gcc -specs x -c a.c", "gcc --specs=x -c a.c", "gcc --specs x -c a.c",
};

/* Stay in both. */
static const char *const at_home[] = {
	"gcc a.c", "gcc -E a.c", "gcc -M a.c", "gcc -c -", "gcc -xc -c -", "gcc -c a.c -o -", "gcc -S a.c -o -", "gcc -c a.c b.c", "gcc -c a.c b.o",
	"gcc -c a.h", "gcc -### -c a.c", "gcc -v -c a.c", "gcc -wrapper x,y -c a.c", "gcc -fself-test=x -c a.c", "gcc -c conftest.c",
	"gcc -fplugin=x.so -c a.c", "gcc -fprofile-dir=x -c a.c", "clang -fprofile-list=x -c a.c",
	"gcc -B. -c a.c", "clang -Xclang -load -c a.c", "clang -mllvm -stats -c a.c", "clang -mllvm=-x-file=y -c a.c", "gcc -ftime-report -c a.c", "gcc -fmem-report -c a.c",
	"gcc -c -S a.c", "gcc -c a.c -o x -o y", "gcc -MD -MF - -c a.c", "gcc -MD -MF /dev/stdout -c a.c", "gcc -Wa,-adhln=x -c a.c",
	"gcc -fdump-ada-spec -c a.c", "gcc -fdump-go-spec=x", "gcc -no-such -c a.c", "gcc -fnew=a/b -c a.c", "gcc -c a.f90",
	"gcc -fsyntax-only a.c", "clang --config-system-dir=x -c a.c", "gcc -dumpdir x -c a.c", "clang -fembed-bitcode -c a.c", "gcc @x -c a.c", "gcc -c a.c -o",
};

/* Stay in replica mode alone. */
static const char *const classic_only[] = {"clang -no-integrated-as -c a.c", "clang -fno-integrated-as -c a.c"};

static void
check_modes(const char *const *lines, size_t n, bool classic, bool replica)
{
	struct args a;

	for (size_t i = 0; i < n; i++) {
		scan_line(lines[i], &a);
		CHECK_ROW(lines[i], (a.why == ARGS_OK) == classic);
		CHECK_ROW(lines[i], (a.replica.why == ARGS_OK) == replica);
		args_free(&a);
	}
}

static void
the_environment_keeps_both_here(void)
{
	const char *env[32] = {NULL};
	struct strv v = STRV_INIT;
	struct args a;

	env[0] = "x";
	words("gcc -c a.c", &v);
	args_scan(v.v, CC_GCC, env, &a);
	strv_free(&v);
	CHECK(a.why == ARGS_ENVIRONMENT && a.replica.why == ARGS_ENVIRONMENT);
	CHECK_STR(args_env_names[0], a.replica.word);
	args_free(&a);
}

static void
reasons_are_told_for_each_mode(void)
{
	struct args a;
	char *text;

	scan_line("gcc -gsplit-dwarf -fplugin=x.so -c a.c", &a);
	text = args_explain(&a);
	CHECK(starts_with(text, "-gsplit-dwarf "));
	free(text);
	text = args_explain_replica(&a);
	CHECK_STR("-fplugin=x.so loads code into the compiler", text);
	free(text);
	args_free(&a);
}

/* command, a file, may it be written? */
static const struct { const char *line, *file; bool may; } writes[] = {
	{"gcc -c a.c", "a.o", true},
	{"gcc -c a.c", "a.d", false},
	{"gcc -c a.c", "b.o", false},
	{"gcc -c s/a.c", "a.o", true},
	{"gcc -c s/a.c", "s/a.o", false},
	{"gcc -S a.c", "a.s", true},
	{"gcc -c a.c -o b/x.o", "b/x.o", true},
	{"gcc -c a.c -o b/x.o", "a.o", false},
	{"gcc -MD -c a.c -o b/x.o", "b/x.d", true},
	{"gcc -MD -MF q -c a.c -o b/x.o", "q", true},
	{"gcc -MD -MF q -c a.c -o b/x.o", "b/x.d", false},
	{"gcc -gsplit-dwarf -c a.c -o b/x.o", "b/x.dwo", true},
	{"gcc -gsplit-dwarf -c a.c -o b/x.o", "a.dwo", true},
	{"gcc -gsplit-dwarf -c a.c -o b/x.o", "c/x.dwo", false},
	{"gcc -gsplit-dwarf -c a.c -o b/x.o", "b/y.dwo", false},
	{"gcc -gsplit-dwarf -c a.c -o b/x.o", "b/x.gcno", false},
	{"gcc -c a.c -o b/x.o", "b/x.dwo", false},
	{"gcc --coverage -c a.c -o b/x.o", "b/x.gcno", true},
	{"gcc -ftest-coverage -c a.c", "a.gcno", true},
	{"gcc -ftest-coverage -c a.c", ".gcno", false},
	{"gcc -fstack-usage -c a.c -o b/x", "b/x.su", true},
	{"gcc -fcallgraph-info -c a.c", "a.ci", true},
	{"gcc -save-temps -c a.c", "a.i", true},
	{"gcc -save-temps -c a.c", "a.s", true},
	{"gcc -save-temps=obj -c a.c -o b/x.o", "b/x.i", true},
	{"gcc -save-temps=obj -c a.c -o b/x.o", "b/x.so", false},
	{"g++ -save-temps -c a.cc", "a.ii", true},
	{"clang -save-temps -c a.c", "a.bc", true},
	{"gcc -fdump-tree-optimized -c a.c", "a.c.254t.optimized", true},
	{"gcc -fdump-tree-optimized -c a.c -o b/x.o", "b/x.c.254t.optimized", true},
	{"gcc -fdump-tree-optimized -c a.c -o b/x.o", "b/x.c.t.optimized", false},
	{"gcc -fdump-tree-optimized -c a.c -o b/x.o", "b/x.c.254t.", false},
	{"gcc -fdump-tree-optimized -c a.c -o b/x.o", "b/x.c.254t.a/b", false},
	{"gcc -fdump-tree-optimized -c a.c -o b/x.o", "b/x.h", false},
	{"gcc -fdump-tree-optimized=dump -c a.c", "dump", true},
	{"gcc -fdump-tree-optimized=dump -c a.c", "dump2", false},
	{"gcc -da -c a.c", "a.c.230r.expand", true},
	{"gcc -dp -c a.c", "a.c.230r.expand", true},
	{"gcc -fPIC -c a.c", "a.c.230r.expand", false},
	{"gcc -aux-info protos -c a.c", "protos", true},
	{"gcc -aux-info=protos -c a.c", "protos", true},
	{"clang -MJ x.json -c a.c", "x.json", true},
	{"clang --serialize-diagnostics x.dia -c a.c", "x.dia", true},
	{"clang --serialize-diagnostics=x.dia -c a.c", "x.dia", true},
	{"clang -ftime-trace -c a.c -o b/x.o", "b/x.json", true},
	{"clang -fsave-optimization-record -c a.c", "a.opt.yaml", true},
	{"gcc -fsave-optimization-record -c a.c", "a.c.opt-record.json.gz", true},
	{"clang -foptimization-record-file=r.yaml -c a.c", "r.yaml", true},
	{"gcc -fopt-info-vec=vec.txt -c a.c", "vec.txt", true},
	{"gcc -D x=y -c a.c", "y", false},
	{"gcc -include a.h -c a.c", "a.h", false},
	{"clang -c -o b/x.o -- -MJ", "-MJ", false},
};

/* Names as the command has them are held against each other; the client compares real ones. */
static bool
may_write(const struct outputs *o, const char *file)
{
	bool may = strv_has(&o->files, file);
	char *dir = path_dir(file), *stem_dir;

	for (size_t i = 0; i < o->stems.n && !may; i++) {
		stem_dir = path_dir(o->stems.v[i]);
		may = streq(dir, stem_dir) && outputs_beside(o, path_base(o->stems.v[i]), path_base(file));
		free(stem_dir);
	}
	free(dir);
	return may;
}

static void
files_are_declared(void)
{
	struct outputs o;
	struct args a;

	for (size_t i = 0; i < countof(writes); i++) {
		scan_line(writes[i].line, &a);
		outputs_of(&a, &o);
		CHECK_ROW(writes[i].line, may_write(&o, writes[i].file) == writes[i].may);
		CHECK_ROW(writes[i].line, streq(o.files.v[0], a.output));
		outputs_free(&o);
		args_free(&a);
	}
}

static const struct {
	const char *line, *name;
	bool object, replaces;
} styles[] = {
	{"gcc -c a.c", "a.o", true, true},
	{"gcc -S a.c", "a.s", true, false},
	{"gcc -c a.s", "a.o", true, true},
	{"gcc -c a.c -save-temps", "a.o", true, true},
	{"gcc -c a.c -save-temps", "a.i", false, false},
	{"gcc -c a.c -MD", "a.d", false, false},
	{"gcc -c a.c -g -gsplit-dwarf", "a.dwo", false, true},
	{"gcc -c a.c --coverage", "a.gcno", false, false},
	{"clang -c a.c", "a.o", true, true},
	{"clang -S a.c", "a.s", true, true},
	{"clang -S -save-temps a.c", "a.s", true, true},
	{"clang -c a.s", "a.o", true, false},
	{"clang -c a.S", "a.o", true, false},
	{"clang -c a.s -fno-integrated-as", "a.o", true, true},
	{"clang -c a.s -fno-integrated-as -fintegrated-as", "a.o", true, false},
	{"clang -c a.c -save-temps", "a.o", true, false},
	{"clang -c a.c -save-temps=obj -no-integrated-as", "a.o", true, true},
	{"clang -c a.c -save-temps", "a.bc", false, true},
	{"clang -c a.c -save-temps -MD", "a.d", false, false},
	{"clang -c a.c -g -gsplit-dwarf", "a.dwo", false, false},
	{"clang -c a.c --serialize-diagnostics x.dia", "x.dia", false, true},
	{"clang -c a.c --serialize-diagnostics x.dia -MD -MF x.d", "x.d", false, false},
	{"clang -c a.c -MF x.d -MD --serialize-diagnostics", "x.d", false, false},
};

static void
how_files_are_replaced(void)
{
	struct args a;

	for (size_t i = 0; i < countof(styles); i++) {
		scan_line(styles[i].line, &a);
		CHECK_ROW(styles[i].line, outputs_replaces(&a, styles[i].name, styles[i].object) == styles[i].replaces);
		args_free(&a);
	}
}

int
main(void)
{
	check_modes(replica_only, countof(replica_only), false, true);
	check_modes(at_home, countof(at_home), false, false);
	check_modes(classic_only, countof(classic_only), true, false);
	the_environment_keeps_both_here();
	reasons_are_told_for_each_mode();
	files_are_declared();
	how_files_are_replaced();
	return check_done();
}
