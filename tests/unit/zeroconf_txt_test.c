/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zeroconf/txt.h"

#include <stdlib.h>

#include "client/discovered.h"
#include "tests/unit/check.h"

static void
test_slots(void)
{
	static const struct {
		const char *strings[4];
		int slots;
	} rows[] = {
		{{"txtvers=1", "cpus=2", "jobs=7"}, 7},
		{{"jobs=7", "cpus=2"}, 7},
		{{"JOBS=7"}, 7},
		{{"cpus=2", "distcc=2.18"}, 2},
		{{NULL}, 4},
		{{"jobs", "jobs=", "jobs=-3", "jobs=x"}, 4},
		{{"jobs=0", "cpus=3"}, 3},
		{{"jobs=7x", "cpus=0"}, 4},
		{{"jobs=99999"}, DISCOVERED_SLOTS_MAX},
		{{"jobs=99999999999999999999", "cpus=12"}, 12},
		{{"myjobs=7", "ob"}, 4},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct txt t = {0};

		for (size_t k = 0; k < 4 && rows[i].strings[k] != NULL; k++)
			txt_take(&t, rows[i].strings[k], strlen(rows[i].strings[k]));
		CHECK_INT(rows[i].slots, txt_slots(&t));
	}
}

/* The strings of a record are not terminated. */
static void
test_lengths(void)
{
	struct txt t = {0};

	txt_take(&t, "jobs=123", 6);
	CHECK_INT(1, t.jobs);
	txt_take(&t, "jobs=9\0junk", 11);
	CHECK_INT(1, t.jobs);
	txt_take(&t, "", 0);
	CHECK_INT(1, t.jobs);
}

static void
test_subtype(void)
{
	static char machine[] = "x86_64-Linux-gnu", version[] = "12.2.0", seven[] = "7", empty[] = "",
		longer[] = "a-machine-whose-name-is-longer-than-any-label-of-a-domain-name";
	static const struct {
		struct txt_compiler cc;
		const char *type;
	} rows[] = {
		{{machine, version}, "_x86-64-linux-gnu--12-2-0._sub._distcc._tcp"},
		{{machine, seven}, "_x86-64-linux-gnu--7._sub._distcc._tcp"},
		{{empty, seven}, "_--7._sub._distcc._tcp"},
		{{NULL, seven}, NULL},
		{{machine, NULL}, NULL},
		{{longer, seven}, NULL},
	};
	char *type;

	for (size_t i = 0; i < countof(rows); i++) {
		type = txt_subtype(&rows[i].cc);
		CHECK_STR(rows[i].type, type);
		free(type);
	}
}

static void
test_record(void)
{
	static char machine[] = "m", version[] = "1";
	struct txt_compiler cc = {machine, version}, none = {0};
	struct strv a = STRV_INIT, b = STRV_INIT;

	txt_strings(&a, 2, 7, &cc);
	CHECK(strv_has(&a, "txtvers=1") && strv_has(&a, "cpus=2") && strv_has(&a, "jobs=7"));
	CHECK(strv_has(&a, "cc_machine=m") && strv_has(&a, "cc_version=1"));
	txt_strings(&b, 2, 7, &none);
	CHECK_INT(a.n - 2, b.n);
	strv_free(&a);
	strv_free(&b);
}

int
main(void)
{
	test_slots();
	test_lengths();
	test_subtype();
	test_record();
	return check_done();
}
