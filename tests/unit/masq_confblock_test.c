/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/confblock.h"

#include <stdlib.h>

#include "tests/unit/check.h"

/* Shapes of make.conf; each must come back byte by byte. */
static const char *const shapes[] = {
	"",
	"\n",
	"\n\n\n",
	"A=1\n",
	"A=1",
	"A=1\n\n",
	"A=1\r\n",
	"A=1\r\nB=2\r\n",
	"A=1\r\nB=2",
	"A=1\nB=2\r",
	"A=1\r",
	"A=1\nB=2\r\n",
	"A=1\r\nB=2\n",
	"# only a comment",
	"USE=\"a\n  b\n  c\"",
	"USE=\"a \\\n  b\"\nFEATURES=\"${FEATURES} distcc\"\nFEATURES+=\" x\"\nsource /etc/portage/other\n",
	("\xef\xbb\xbf" "A=1\n"),
	"   \t",
	"A=\"\xc3\xa4\xff\"\n",
	"# the line >>> distcc-config is none of ours\nA=1\n",
};

static void
test_shapes(void)
{
	for (size_t i = 0; i < countof(shapes); i++) {
		char *once = confblock_put(shapes[i], "X=1\n# why\n", false), *twice = confblock_put(once, "X=1\n# why\n", false);
		char *other = confblock_put(once, "Y=2\n", false), *back = confblock_put(other, "X=1\n# why\n", false);
		char *cut = confblock_cut(once), *cut_other = confblock_cut(other), *none = confblock_cut(shapes[i]);

		CHECK_INT(CONFBLOCK_NONE, confblock_look(shapes[i]));
		CHECK_INT(CONFBLOCK_THERE, confblock_look(once));
		CHECK_STR(once, twice);
		CHECK_STR(once, back);
		CHECK_STR(shapes[i], cut);
		CHECK_STR(shapes[i], cut_other);
		CHECK_STR(shapes[i], none);
		CHECK(!confblock_made_file(once));
		CHECK_ROW(shapes[i], starts_with(once, shapes[i]));
		free(once);
		free(twice);
		free(other);
		free(back);
		free(cut);
		free(cut_other);
		free(none);
	}
}

/* What others change around the block stays. */
static void
test_changes_around(void)
{
	char *text = confblock_put("A=1", "X=1\n", false), *more, *cut;

	more = xasprintf("B=0\n%sC=3\n", text);
	cut = confblock_cut(more);
	CHECK_STR("B=0\nA=1\nC=3\n", cut);
	free(text);
	free(cut);
	text = confblock_put(more, "X=2\n", false);
	cut = confblock_cut(text);
	CHECK_STR("B=0\nA=1\nC=3\n", cut);
	CHECK(strstr(text, "X=2\n") != NULL && strstr(text, "X=1") == NULL);
	free(text);
	free(cut);
	free(more);
}

static void
test_line_ends(void)
{
	char *text = confblock_put("A=1\r\n", "X=1\n", false);

	CHECK(strstr(text, "X=1\r\n") != NULL);
	free(text);
	text = confblock_put("A=1\n", "X=1\n", false);
	CHECK(strchr(text, '\r') == NULL);
	free(text);
}

static void
test_file_of_its_own(void)
{
	char *text = confblock_put("", "X=1\n", true), *again = confblock_put(text, "X=2\n", false), *cut = confblock_cut(again);

	CHECK(confblock_made_file(text));
	CHECK(confblock_made_file(again));
	CHECK_STR("", cut);
	CHECK(!confblock_made_file(""));
	free(text);
	free(again);
	free(cut);
}

static const char *const broken[] = {
	CONFBLOCK_BEGIN "\nX=1\n",
	CONFBLOCK_END "\n",
	"X=1\n" CONFBLOCK_END "\n" CONFBLOCK_BEGIN "\n",
	CONFBLOCK_BEGIN "\n" CONFBLOCK_BEGIN "\n" CONFBLOCK_END "\n",
	CONFBLOCK_BEGIN "\n" CONFBLOCK_END "\n" CONFBLOCK_END "\n",
	CONFBLOCK_BEGIN "\n" CONFBLOCK_END "\n" CONFBLOCK_BEGIN "\n" CONFBLOCK_END "\n",
};

int
main(void)
{
	test_shapes();
	test_changes_around();
	test_line_ends();
	test_file_of_its_own();
	for (size_t i = 0; i < countof(broken); i++)
		CHECK_ROW(broken[i], confblock_look(broken[i]) == CONFBLOCK_BROKEN);
	return check_done();
}
