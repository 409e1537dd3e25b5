/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>
#include <stdlib.h>

#include "base/num.h"
#include "check.h"

static const struct {
	const char *in;
	long min, max;
	bool ok;
	long want;
} rows[] = {
	{"0", 0, 10, true, 0},
	{"10", 0, 10, true, 10},
	{"007", 0, 10, true, 7},
	{"65535", 1, 65535, true, 65535},
	{"2147483647", 0, LONG_MAX, true, 2147483647},
#if LONG_MAX > 2147483647
	{"9223372036854775807", 0, LONG_MAX, true, LONG_MAX},
#else
	{"2147483648", 0, LONG_MAX, false, 0},
#endif
	{"11", 0, 10, false, 0},
	{"0", 1, 10, false, 0},
	{"", 0, 10, false, 0},
	{" 1", 0, 10, false, 0},
	{"1 ", 0, 10, false, 0},
	{"+1", 0, 10, false, 0},
	{"-1", -5, 10, false, 0},
	{"0x1", 0, 10, false, 0},
	{"1e1", 0, 10, false, 0},
	{"4,", 0, 10, false, 0},
	{"9223372036854775808", 0, LONG_MAX, false, 0},
	{"99999999999999999999999", 0, LONG_MAX, false, 0},
	{"18446744073709551617", 0, 10, false, 0},
};

static void
test_parse_64(void)
{
	int64_t v = -77;

	CHECK(num_parse_64("9223372036854775807", 19, 0, INT64_MAX, &v) && v == INT64_MAX);
	CHECK(num_parse_64("1790000000000 ms", 13, 0, INT64_MAX, &v) && v == 1790000000000);
	CHECK(!num_parse_64("9223372036854775808", 19, 0, INT64_MAX, &v) && v == 1790000000000);
	CHECK(!num_parse_64("", 0, 0, INT64_MAX, &v));
}

static void
test_parse(void)
{
	for (size_t i = 0; i < countof(rows); i++) {
		long v = -77;

		CHECK_ROW(rows[i].in, num_parse(rows[i].in, rows[i].min, rows[i].max, &v) == rows[i].ok);
		CHECK_ROW(rows[i].in, v == (rows[i].ok ? rows[i].want : -77));
	}
}

static void
test_parse_n(void)
{
	long v = -77;

	CHECK(num_parse_n("123/4", 3, 0, 999, &v));
	CHECK_INT(123, v);
	CHECK(!num_parse_n("123", 0, 0, 999, &v));
	CHECK(!num_parse_n("1\0002", 3, 0, 999, &v));
	CHECK_INT(123, v);
}

static void
test_env_bool(void)
{
	static const struct {
		const char *value;
		bool dflt, want;
	} env[] = {
		{"1", false, true}, {"1", true, true}, {"0", true, false}, {"0", false, false},
		{"", true, true}, {"yes", false, false}, {"no", true, true}, {"2", false, false}, {"01", false, false},
	};

	for (size_t i = 0; i < countof(env); i++) {
		setenv("NUM_TEST", env[i].value, 1);
		CHECK_ROW(env[i].value, num_env_bool("NUM_TEST", env[i].dflt) == env[i].want);
	}
	unsetenv("NUM_TEST");
	CHECK(num_env_bool("NUM_TEST", true));
	CHECK(!num_env_bool("NUM_TEST", false));
}

int
main(void)
{
	test_parse();
	test_parse_64();
	test_parse_n();
	test_env_bool();
	return check_done();
}
