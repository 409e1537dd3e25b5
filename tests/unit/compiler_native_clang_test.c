/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -march=native of a clang for another machine: what is asked, what -### answers, the words that say the same. */
#include "compiler/native_clang.h"

#include <stdlib.h>

#include "base/path.h"
#include "base/tmp.h"
#include "compiler/ask.h"
#include "tests/unit/check.h"
#include "tests/unit/compiler_words.h"

static struct strv
these(const char *line)
{
	struct strv v = STRV_INIT;

	if (*line != '\0')
		words(line, &v);
	return v;
}

/* NULL: none. */
static void
check_words(const char *want, const struct strv *got)
{
	char *line = got->n > 0 ? line_of(got) : NULL;

	CHECK_STR(want, line);
	free(line);
}

/* Blanks between words: the command, the question; or the word that forbids it. */
static const struct { const char *command, *question, *word; } questions[] = {
	{"clang -march=native -O2 -c x.c", "-march=native", NULL},
	{"clang -O2 -mno-avx -g -mtune=native -m32 -c x.c -o -march=native", "-mno-avx -mtune=native -m32", NULL},
	{"clang --target=x86_64-linux-gnu -march=native -c x.c", "--target=x86_64-linux-gnu -march=native", NULL},
	{"clang -target i386-linux-gnu -march=native -c x.c", "-target i386-linux-gnu -march=native", NULL},
	{"clang -mthread-model single -mtune=native -c -- -mx.c", "-mthread-model single -mtune=native", NULL},
	{"clang -march=native -grecord-command-line -c x.c", NULL, "-grecord-command-line"},
	{"clang -grecord-gcc-switches -march=native -c x.c", NULL, "-grecord-gcc-switches"},
	{"clang -march=native -frecord-command-line -c x.c", NULL, "-frecord-command-line"},
	{"clang -march=native -MJ x.json -c x.c", NULL, "-MJ"},
	{"clang -march=native -gcodeview -c x.c", NULL, "-gcodeview"},
};

static void
questions_are_taken_out(void)
{
	for (size_t i = 0; i < countof(questions); i++) {
		struct strv argv = these(questions[i].command), got = STRV_INIT;
		const char *word = NULL, *why = native_clang_question(argv.v, &got, &word);

		CHECK_ROW(questions[i].command, (why != NULL) == (questions[i].word != NULL));
		CHECK_STR(questions[i].word, word);
		if (why == NULL)
			check_words(questions[i].question, &got);
		strv_free(&argv);
		strv_free(&got);
	}
}

#define HEAD "Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu\nThread model: posix\nInstalledDir: /usr/bin\n (in-process)\n"

static const struct { const char *text, *cpu, *tune, *features, *others; } lines[] = {
	{HEAD " \"/l/clang\" \"-cc1\" \"-S\" \"-target-cpu\" \"znver3\" \"-target-feature\" \"+avx2\" \"-target-feature\" \"-sgx\" \"-o\" \"a b\" \"-x\" \"c\" \"/dev/null\"\n",
	 "znver3", NULL, "+avx2 -sgx", "-S -cc1 -o -target-cpu -x /dev/null /l/clang a~b c"},
	{HEAD " \"/l/clang\" \"-cc1\" \"-target-cpu\" \"x86-64\" \"-tune-cpu\" \"znver3\"", "x86-64", "znver3", NULL, "-cc1 -target-cpu -tune-cpu /l/clang"},
	{"clang: warning: argument unused during compilation: '-mcpu=native' [-Wunused-command-line-argument]\n"
	 " \"/l/clang-19\" \"-cc1\" \"-target-cpu\" \"neoverse-n1\" \"-target-feature\" \"+v8.2a\"\n", "neoverse-n1", NULL, "+v8.2a", "-cc1 -target-cpu /l/clang-19"},
	{" \"/l/clang\" \"-cc1\" \"-S\"\n", NULL, NULL, NULL, NULL},
	{" \"/l/clang\" \"-cc1\" \"-target-cpu\"\n", NULL, NULL, NULL, NULL},
	{" \"/usr/bin/as\" \"-o\" \"x\"\n", NULL, NULL, NULL, NULL},
	{HEAD, NULL, NULL, NULL, NULL},
	{"", NULL, NULL, NULL, NULL},
};

static void
answers_are_read(void)
{
	for (size_t i = 0; i < countof(lines); i++) {
		struct native_cc1 got;

		CHECK_ROW(lines[i].text, native_cc1_read(lines[i].text, &got) == (lines[i].cpu != NULL));
		if (lines[i].cpu != NULL) {
			CHECK_STR(lines[i].cpu, got.cpu);
			CHECK_STR(lines[i].tune, got.tune);
			check_words(lines[i].features, &got.features);
			check_words(lines[i].others, &got.others);
		}
		native_cc1_free(&got);
	}
}

static const struct { const char *all, *some, *unknown, *options; } features[] = {
	{"+avx2 -sgx +sse4.1", "", "", "-mavx2 -mno-sgx -msse4.1"},
	{"+avx2 -sgx +cx8", "-sgx", "-mcx8", "-mavx2 -Xclang -target-feature -Xclang +cx8"},
	{"-64bit", "", "-mno-64bit", "-Xclang -target-feature -Xclang -64bit"},
	{"+neon", "+neon", "", NULL},
};

static void
features_become_options(void)
{
	for (size_t i = 0; i < countof(features); i++) {
		struct strv all = these(features[i].all), some = these(features[i].some), unknown = these(features[i].unknown), got = STRV_INIT;

		native_clang_options(&all, &some, &unknown, &got);
		check_words(features[i].options, &got);
		strv_free(&all);
		strv_free(&some);
		strv_free(&unknown);
		strv_free(&got);
	}
}

static const struct { const char *text, *unknown; } complaints[] = {
	{"clang: error: unknown argument: '-m64bit'\nclang: error: unknown argument: '-mcx8'\n", "-m64bit -mcx8"},
	{"clang: error: unknown argument '-mno-cmov'; did you mean '-mno-cmse'?\n", "-mno-cmov"},
	{"clang-19: error: unsupported option '-mavx2' for target 'aarch64'", "-mavx2"},
	{"clang: warning: argument unused during compilation: '-mcpu=native'\nclang: error: no such file or directory: 'x.c'\n", NULL},
	{"clang: error: unknown argument\n'-mx'\n", NULL},
	{"clang: warning: argument 'avx10.1-256' is deprecated, no alternative argument provided because x [-Wdeprecated]\n", "-mavx2 -mno-sgx"},
	{"", NULL},
};

static void
unknown_options_are_found(void)
{
	for (size_t i = 0; i < countof(complaints); i++) {
		struct strv all = these("+avx2 -sgx"), got = STRV_INIT;

		native_clang_unusable(complaints[i].text, &all, &got);
		check_words(complaints[i].unknown, &got);
		strv_free(&all);
		strv_free(&got);
	}
}

static void
commands_are_rewritten(void)
{
	char file[] = "/r/distcc-native", specs[] = "/l/specs", cpu[] = "znver3";
	struct native n = {.path = file, .by_words = true, .arch = cpu};
	struct strv argv = these("clang -O2 -march=native -mtune=native -mcpu=native -c x.c");

	native_apply(&n, &argv);
	check_words("clang @/r/distcc-native -O2 -march=znver3 -mtune=native -mcpu=native -c x.c", &argv);
	strv_free(&argv);
	argv = these("clang -mtune=native -c x.c");
	n = (struct native){.by_words = true, .tune = cpu};
	native_apply(&n, &argv);
	check_words("clang -mtune=znver3 -c x.c", &argv);
	strv_free(&argv);
	argv = these("gcc -march=native -c x.c");
	n = (struct native){.path = specs};
	native_apply(&n, &argv);
	check_words("gcc -march=native -c x.c", &argv);
	strv_free(&argv);
}

static void
this_clang_is_understood(void)
{
	static const char *const asked[] = {"-march=native", "-mtune=native", "-mcpu=native", "-mno-avx -march=native -m32", "-march=native -mtune=generic"};
	char *clang = path_find("clang", getenv("PATH")), *why;

	for (size_t i = 0; clang != NULL && i < countof(asked); i++) {
		struct strv question = these(asked[i]);
		struct native n;

		if (native_clang_rules(clang, question.v, &n, &why)) {
			CHECK(n.by_words && n.arch != NULL && !streq(n.arch, "native"));
			CHECK((n.path == NULL) == (n.text == NULL) && (n.text == NULL || n.text[0] == '-'));
		} else {
			/* a processor that it does not know, or an architecture where the option is another: then it is said */
			CHECK(why != NULL && *why != '\0');
		}
		native_free(&n);
		free(why);
		strv_free(&question);
	}
	free(clang);
}

static void
others_have_none(void)
{
	static const char *const paths[] = {"/bin/true", "/bin/false", "/no/such"};
	struct strv question = these("-march=native");

	for (size_t i = 0; i < countof(paths); i++) {
		struct native n;
		char *why;

		CHECK(!native_clang_rules(paths[i], question.v, &n, &why));
		CHECK(why != NULL);
		native_free(&n);
		free(why);
	}
	strv_free(&question);
}

int
main(void)
{
	questions_are_taken_out();
	answers_are_read();
	features_become_options();
	unknown_options_are_found();
	commands_are_rewritten();
	this_clang_is_understood();
	others_have_none();
	tmp_cleanup(false);
	return check_done();
}
