/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/clangconf.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "base/util.h"
#include "tests/unit/check.h"

/* Words, each in brackets. */
static char *
shown(const struct strv *words)
{
	char *text = xstrdup(""), *longer;

	for (size_t i = 0; i < words->n; i++) {
		longer = xasprintf("%s[%s]", text, words->v[i]);
		free(text);
		text = longer;
	}
	return text;
}

static void
test_split(void)
{
	/* as clang -### shows them */
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"", ""},
		{"\n \t\r\n", ""},
		{"-O2 -g\n-DX=1", "[-O2][-g][-DX=1]"},
		{"# -O2\n  # -O3\n-g # -DX", "[-g][#][-DX]"},
		{"-DA='b c' \"-DD=e f\"\n-DG=\\\"h\\\"", "[-DA=b c][-DD=e f][-DG=\"h\"]"},
		{"-DA=1 \\\n-DB=2\n-DC=3", "[-DA=1][-DB=2][-DC=3]"},
		{"-DA\\\n=1\\\r\n2", "[-DA=12]"},
		{"# a comment \\\n-O2", "[-O2]"},
		{"-I<CFGDIR>/inc -L<CFGDIR>:<CFGDIR>/x", "[-I/conf/inc][-L/conf:/conf/x]"},
		{"@more.cfg", "[@more.cfg]"},
		{"-DA\\", "[-DA]"},
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct strv words = STRV_INIT;
		char *text;

		clangconf_split(cases[i].text, "/conf", &words);
		text = shown(&words);
		CHECK_ROW(cases[i].text, streq(text, cases[i].words));
		free(text);
		strv_free(&words);
	}
}

static const char *top;

static void
put(const char *name, const char *text)
{
	char *path = path_join(top, name), *dir = path_dir(path);
	FILE *f;

	CHECK(path_mkdirs(dir) == 0);
	f = fopen(path, "w");
	CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
	free(dir);
	free(path);
}

static void
check_file(const char *name, const char *words, const char *why, size_t files)
{
	struct strv list = STRV_INIT;
	struct clangconf c;
	char *text;
	bool ok;

	strv_push_own(&list, path_join(top, name));
	ok = clangconf_read(&c, &list);
	CHECK_ROW(name, ok == (why == NULL));
	text = shown(&c.words);
	if (ok) {
		CHECK_STR(words, text);
		CHECK_INT(files, c.files.n);
	} else {
		CHECK_ROW(name, strstr(c.why, why) != NULL);
	}
	free(text);
	strv_free(&list);
	clangconf_free(&c);
	CHECK(c.why == NULL && c.words.n == 0);
}

static void
test_files(void)
{
	char *absolute = xasprintf("@%s/other/abs.cfg -DLAST", top);

	put("a.cfg", "-DA @b.cfg -DC\n@sub/c.cfg\n$-Wl,-x $-lfoo");
	put("b.cfg", "-DB\n");
	put("sub/c.cfg", "@../other/d.cfg");
	put("other/d.cfg", "-DD");
	put("abs.cfg", absolute);
	put("other/abs.cfg", "-DABS");
	put("loop.cfg", "@loop.cfg");
	put("gone.cfg", "-DX @nowhere.cfg");
	put("names.cfg", "--config=other.cfg");
	put("empty.cfg", "");
	check_file("a.cfg", "[-DA][-DB][-DC][-DD]", NULL, 4);
	check_file("abs.cfg", "[-DABS][-DLAST]", NULL, 2);
	check_file("empty.cfg", "", NULL, 1);
	check_file("loop.cfg", NULL, "name each other", 0);
	check_file("gone.cfg", NULL, "nowhere.cfg: No such file", 0);
	check_file("none.cfg", NULL, "none.cfg: No such file", 0);
	check_file("names.cfg", NULL, "names.cfg names another one by --config=other.cfg", 0);
	free(absolute);
}

int
main(void)
{
	top = tmp_create_dir("/tmp/compiler_clangconf_test.");
	test_split();
	test_files();
	tmp_remove(top);
	return check_done();
}
