/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/names.h"

#include <stdlib.h>

#include "tests/unit/check.h"

static char own_target[] = "my-own";
static char *const targets[] = {own_target, NULL};

static const struct {
	const char *text, *target, *stem, *version;	/* stem NULL: no compiler */
} rows[] = {
	{"gcc", "", "gcc", NULL},
	{"g++", "", "g++", NULL},
	{"cc", "", "cc", NULL},
	{"c++", "", "c++", NULL},
	{"c89", "", "c89", NULL},
	{"c99", "", "c99", NULL},
	{"clang", "", "clang", NULL},
	{"clang++", "", "clang++", NULL},
	{"gcc-12", "", "gcc", "12"},
	{"g++-4.9.3", "", "g++", "4.9.3"},
	{"clang++-17", "", "clang++", "17"},
	{"x86_64-pc-linux-gnu-gcc", "x86_64-pc-linux-gnu", "gcc", NULL},
	{"x86_64-pc-linux-gnu-gcc-15", "x86_64-pc-linux-gnu", "gcc", "15"},
	{"x86_64-linux-gnu-clang++-17", "x86_64-linux-gnu", "clang++", "17"},
	{"i686-pc-linux-gnu-cc", "i686-pc-linux-gnu", "cc", NULL},
	{"i686-w64-mingw32-c++", "i686-w64-mingw32", "c++", NULL},
	{"armv7a-unknown-linux-gnueabihf-g++-13", "armv7a-unknown-linux-gnueabihf", "g++", "13"},
	{"mipsel-unknown-linux-musl-c99", "mipsel-unknown-linux-musl", "c99", NULL},
	{"riscv64-unknown-elf-gcc-13.2.0", "riscv64-unknown-elf", "gcc", "13.2.0"},
	{"avr-gcc", "avr", "gcc", NULL},
	{"avr-g++-5.4.0", "avr", "g++", "5.4.0"},
	{"x86_64-w64-mingw32-gcc-win32", "x86_64-w64-mingw32", "gcc", "win32"},
	{"x86_64-w64-mingw32-c++-posix", "x86_64-w64-mingw32", "c++", "posix"},
	{"i686-w64-mingw32-gcc-12-posix", "i686-w64-mingw32", "gcc", "12-posix"},
	{"my-own-gcc", "my-own", "gcc", NULL},		/* a toolchain for it is there */
	{"", NULL, NULL, NULL},
	{"gcc-", NULL, NULL, NULL},
	{"gcc-ar", NULL, NULL, NULL},
	{"gcc-ar-12", NULL, NULL, NULL},
	{"gcc-12.", NULL, NULL, NULL},
	{"gcc-.12", NULL, NULL, NULL},
	{"gcc-12a", NULL, NULL, NULL},
	{"gcc12", NULL, NULL, NULL},
	{"gcc-12-ar", NULL, NULL, NULL},
	{"x86_64-w64-mingw32-gcc-ar-win32", NULL, NULL, NULL},
	{"x86_64-w64-mingw32-gcc-win32-12", NULL, NULL, NULL},
	{"cc-12", NULL, NULL, NULL},			/* nobody calls one so */
	{"c99-gcc", NULL, NULL, NULL},			/* scripts of Debian */
	{"x86_64-linux-gnu-gcc-nm-12", NULL, NULL, NULL},
	{"x86_64-linux-gnu-cpp", NULL, NULL, NULL},
	{"your-own-gcc", NULL, NULL, NULL},
	{"own-gcc", NULL, NULL, NULL},
	{"armchair-gcc", NULL, NULL, NULL},
	{"-gcc", NULL, NULL, NULL},
	{"clang-format", NULL, NULL, NULL},
	{"clang-cl", NULL, NULL, NULL},
	{"clangd", NULL, NULL, NULL},
	{"gccgo", NULL, NULL, NULL},
	{"colorgcc", NULL, NULL, NULL},
	{"bin", NULL, NULL, NULL},
	{"chain", NULL, NULL, NULL},
};

static void
test_parse(void)
{
	struct name n;

	for (size_t i = 0; i < countof(rows); i++) {
		bool found = names_parse(rows[i].text, targets, &n);

		CHECK_ROW(rows[i].text, found == (rows[i].stem != NULL));
		if (!found || rows[i].stem == NULL)
			continue;
		CHECK_STR(rows[i].stem, n.stem);
		CHECK_STR(rows[i].version, n.version);
		CHECK_ROW(rows[i].text, n.target_len == strlen(rows[i].target));
		CHECK_ROW(rows[i].text, starts_with(rows[i].text, rows[i].target));
	}
	CHECK(!names_parse("my-own-gcc", NULL, NULL));
	CHECK(names_parse("gcc", NULL, NULL));
}

static void
test_targets(void)
{
	static const char *const good[] = {"x86_64-pc-linux-gnu", "avr", "i686-w64-mingw32", "arm-none-eabi", "x.y+z_1"};
	static const char *const bad[] = {"", "-x", "x-", ".", "..", "a/b", "../../etc", "a b", "a\nb", "a;b", "a$b", "\303\244"};
	static const char *const wanted[] = {"T-gcc", "T-cc", "T-c++", "T-g++", "T-clang", "T-clang++"};
	struct strv out = STRV_INIT;

	for (size_t i = 0; i < countof(good); i++)
		CHECK_ROW(good[i], names_target_ok(good[i]));
	for (size_t i = 0; i < countof(bad); i++)
		CHECK_ROW(bad[i], !names_target_ok(bad[i]));
	names_of_target(&out, "T");
	CHECK_INT(countof(wanted), out.n);
	for (size_t i = 0; i < countof(wanted) && i < out.n; i++)
		CHECK_STR(wanted[i], out.v[i]);
	strv_free(&out);
}

static void
test_profiles(void)
{
	static const struct {
		const char *profile, *target;
	} profiles[] = {
		{"x86_64-pc-linux-gnu-15", "x86_64-pc-linux-gnu"},
		{"x86_64-pc-linux-gnu-13-hardened", "x86_64-pc-linux-gnu"},
		{"x86_64-pc-linux-gnu-11.0.0-pre9999", "x86_64-pc-linux-gnu"},
		{"i686-w64-mingw32-13", "i686-w64-mingw32"},
		{"avr-11.0.0-pre9999", "avr"},
		{"config-x86_64-pc-linux-gnu", NULL},
		{"NATIVE", NULL},
		{"-13", NULL},
		{"", NULL},
	};
	char *target;

	for (size_t i = 0; i < countof(profiles); i++) {
		target = names_profile_target(profiles[i].profile);
		CHECK_STR(profiles[i].target, target);
		free(target);
	}
}

static void
test_sort(void)
{
	struct strv v = STRV_INIT;

	names_sort(&v);
	CHECK_INT(0, v.n);
	strv_push(&v, "gcc");
	strv_push(&v, "cc");
	strv_push(&v, "gcc");
	strv_push(&v, "c++");
	strv_push(&v, "cc");
	names_sort(&v);
	CHECK_INT(3, v.n);
	CHECK_STR("c++", v.v[0]);
	CHECK_STR("cc", v.v[1]);
	CHECK_STR("gcc", v.v[2]);
	CHECK(v.v[3] == NULL);
	strv_free(&v);
}

int
main(void)
{
	test_parse();
	test_targets();
	test_profiles();
	test_sort();
	return check_done();
}
