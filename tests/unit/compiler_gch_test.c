/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/gch.h"

#include "tests/unit/check.h"

static const struct { const char *head; int lang; } rows[] = {	/* -1: none */
	{"gpchC013", IDENTITY_C}, {"gpch+014", IDENTITY_CXX}, {"gpcho013", IDENTITY_OBJC}, {"gpchO013", IDENTITY_OBJCXX},
	{"gpchc013", -1}, {"gpch", -1}, {"Gpch+013", -1}, {"CPCH+013", -1}, {"\177ELF+", -1},
};

int
main(void)
{
	for (size_t i = 0; i < countof(rows); i++) {
		enum identity_lang lang = IDENTITY_LANGS;

		CHECK_ROW(rows[i].head, gch_lang(rows[i].head, &lang) == (rows[i].lang != -1));
		CHECK_ROW(rows[i].head, rows[i].lang == -1 || (int)lang == rows[i].lang);
	}
	return check_done();
}
