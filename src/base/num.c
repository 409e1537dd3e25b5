/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/num.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

bool
num_parse_64(const char *s, size_t len, int64_t min, int64_t max, int64_t *out)
{
	int64_t v = 0;

	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, s[i] - '0', &v))
			return false;
	}
	if (v < min || v > max)
		return false;
	*out = v;
	return true;
}

bool
num_parse_n(const char *s, size_t len, long min, long max, long *out)
{
	int64_t v;

	if (!num_parse_64(s, len, min, max, &v))
		return false;
	*out = (long)v;
	return true;
}

bool
num_parse(const char *s, long min, long max, long *out)
{
	return num_parse_n(s, strlen(s), min, max, out);
}

bool
num_env_bool(const char *name, bool dflt)
{
	const char *s = getenv(name);

	if (s != NULL && streq(s, "1"))
		return true;
	if (s != NULL && streq(s, "0"))
		return false;
	return dflt;
}
