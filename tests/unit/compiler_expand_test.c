/* SPDX-License-Identifier: GPL-2.0-or-later */
/* @file, as gcc's driver reads it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/args.h"
#include "tests/unit/check.h"

static const struct { const char *text; const char *words[8]; } files[] = {
	{"-O2 -g", {"-O2", "-g"}},
	{"-O2 -g\n", {"-O2", "-g"}},
	{"  -O2\n\n\t-g \r\n \f\v", {"-O2", "-g"}},
	{"", {NULL}},
	{" \n\t ", {NULL}},
	{"'-DX=a b' -g", {"-DX=a b", "-g"}},
	{"\"-DX=a b\" -g", {"-DX=a b", "-g"}},
	{"-DX='a b'c", {"-DX=a bc"}},
	{"-DX=\"it's\"", {"-DX=it's"}},
	{"-DX='say \"a\"'", {"-DX=say \"a\""}},
	{"-DX=a\\ b", {"-DX=a b"}},
	{"-DX=\\\"a\\\"", {"-DX=\"a\""}},
	{"-DX=\\\\", {"-DX=\\"}},
	{"'a\\'b'", {"a'b"}},
	{"\"a\\\"b\"", {"a\"b"}},
	{"'a\nb'", {"a\nb"}},
	{"'' x", {"", "x"}},
	{"'never closed", {"never closed"}},
	{"ends\\", {"ends"}},
	{"@missing -g", {"@missing", "-g"}},
	{"-c a.c", {"-c", "a.c"}},
};

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void
check_file(const char *text, const char *const *want)
{
	char *argv[] = {(char *)"gcc", (char *)"@f", (char *)"last", NULL};
	struct strv out = STRV_INIT;
	size_t n = 0;

	put("f", text);
	CHECK_INT(0, args_expand(argv, &out));
	while (want[n] != NULL)
		n++;
	CHECK_INT(n + 2, out.n);
	for (size_t i = 0; i < n && i + 1 < out.n; i++)
		CHECK_STR(want[i], out.v[i + 1]);
	CHECK_STR("gcc", out.v[0]);
	CHECK_STR("last", out.v[out.n - 1]);
	strv_free(&out);
}

/* -1, or how many words come out. */
static int
expand(const char *word)
{
	char *argv[] = {(char *)"@f", (char *)word, NULL};
	struct strv out = STRV_INIT;
	int n = args_expand(argv, &out);

	if (n == 0) {
		n = (int)out.n;
		CHECK_STR("@f", out.v[0]);	/* the compiler's name is none */
	}
	strv_free(&out);
	return n;
}

int
main(void)
{
	char dir[] = "/tmp/expand_test.XXXXXX";
	char *long_text, *argv[] = {NULL};
	struct strv out = STRV_INIT;

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 77;
	for (size_t i = 0; i < countof(files); i++)
		check_file(files[i].text, files[i].words);

	CHECK_INT(0, args_expand(argv, &out));
	CHECK_INT(0, out.n);

	/* nested */
	put("g", "-O2 @h -g");
	put("h", "-Da -Db");
	CHECK_INT(5, expand("@g"));

	/* stays as it is: what cannot be read, a directory, and what would be gone after reading */
	CHECK_INT(2, expand("@"));
	CHECK_INT(2, expand("@nothing/here"));
	CHECK_INT(2, expand("@."));
	CHECK(mkfifo("pipe", 0600) == 0);
	CHECK_INT(2, expand("@pipe"));

	/* bounds: a file that names itself, twice, and one that is huge */
	put("self", "@self");
	CHECK_INT(-1, expand("@self"));
	put("twice", "@twice @twice");
	CHECK_INT(-1, expand("@twice"));
	long_text = malloc((9u << 20) + 1);
	memset(long_text, 'x', 9u << 20);
	long_text[9u << 20] = '\0';
	put("long", long_text);
	free(long_text);
	CHECK_INT(-1, expand("@long"));
	CHECK(truncate("long", 4096) == 0);
	CHECK_INT(2, expand("@long"));

	/* a NUL would end the word for us, and perhaps not for the compiler */
	CHECK(truncate("long", 4100) == 0);
	CHECK_INT(-1, expand("@long"));

	if (system("rm -rf *") == -1 || chdir("/") == -1 || rmdir(dir) == -1)
		return 1;
	return check_done();
}
