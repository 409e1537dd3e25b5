/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/pkgenv.h"

#include <stdlib.h>

#include "tests/unit/check.h"

#define ENV "nodistcc.conf"

static const struct {
	const char *atom;
	bool ok;
} atoms[] = {
	{"dev-lang/rust", true},
	{"sys-devel/gcc:13", true},
	{"=sys-devel/gcc-13.2.1_p20240210", true},
	{">=app-editors/vim-9", true},
	{"~dev-libs/libfoo-1.0", true},
	{"=dev-qt/*-5*", true},
	{"dev-qt/*", true},
	{"*/*::guru", true},
	{"dev-cpp/gtkmm:2.4/0::gentoo", true},
	{"x11-libs/gtk+", true},
	{"rust", false},
	{"", false},
	{"/", false},
	{"dev-lang/", false},
	{"/rust", false},
	{"dev-lang/rust rm", false},
	{"dev-lang/rust\n", false},
	{"dev-lang/ru/st", false},
	{"#dev-lang/rust", false},
	{"!dev-lang/rust", false},
	{"-x/rust", false},
	{"dev-lang/rust:", false},
	{"<<<a/b", false},
	{"../b", false},
};

/* text, what adding and removing "a/b" make of it. */
static const struct {
	const char *text, *added, *removed;
} edits[] = {
	{"", "a/b nodistcc.conf\n", ""},
	{"a/b nodistcc.conf\n", "a/b nodistcc.conf\n", ""},
	{"a/b nodistcc.conf", "a/b nodistcc.conf", ""},
	{"x/y foo", "x/y foo\na/b nodistcc.conf\n", "x/y foo"},
	{"a/b foo\n", "a/b foo\na/b nodistcc.conf\n", "a/b foo\n"},
	{"a/b foo nodistcc.conf bar\n", "a/b foo nodistcc.conf bar\n", "a/b foo bar\n"},
	{"a/b nodistcc.conf foo # why\n", "a/b nodistcc.conf foo # why\n", "a/b foo # why\n"},
	{"  a/b\tnodistcc.conf\r\nx/y z\r\n", "  a/b\tnodistcc.conf\r\nx/y z\r\n", "x/y z\r\n"},
	{"# a/b nodistcc.conf\n", "# a/b nodistcc.conf\na/b nodistcc.conf\n", "# a/b nodistcc.conf\n"},
	{"a/b foo # nodistcc.conf\n", "a/b foo # nodistcc.conf\na/b nodistcc.conf\n", "a/b foo # nodistcc.conf\n"},
	{"a/bc nodistcc.conf\n", "a/bc nodistcc.conf\na/b nodistcc.conf\n", "a/bc nodistcc.conf\n"},
	{"a/b nodistcc.conf\n\na/b nodistcc.conf\n", "a/b nodistcc.conf\n\na/b nodistcc.conf\n", "\n"},
};

int
main(void)
{
	struct strv list = STRV_INIT;

	for (size_t i = 0; i < countof(atoms); i++)
		CHECK_ROW(atoms[i].atom, pkgenv_atom_ok(atoms[i].atom) == atoms[i].ok);
	for (size_t i = 0; i < countof(edits); i++) {
		char *added = pkgenv_add(edits[i].text, "a/b", ENV), *removed = pkgenv_remove(edits[i].text, "a/b", ENV);

		CHECK_STR(edits[i].added, added);
		CHECK_STR(edits[i].removed, removed);
		free(added);
		free(removed);
	}
	pkgenv_list("a/b nodistcc.conf\n# c/d nodistcc.conf\ne/f x nodistcc.conf\n\ng/h x\n=i/j-1 nodistcc.conf", ENV, &list);
	CHECK_INT(3, list.n);
	CHECK_STR("a/b", list.v[0]);
	CHECK_STR("e/f", list.v[1]);
	CHECK_STR("=i/j-1", list.v[2]);
	strv_free(&list);
	return check_done();
}
