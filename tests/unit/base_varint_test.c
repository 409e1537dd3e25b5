/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/varint.h"

#include "check.h"

static const struct {
	uint64_t v;
	const char *bytes;
	size_t n;
} spelled[] = {
	{0, "\0", 1},
	{1, "\1", 1},
	{127, "\x7f", 1},
	{128, "\x80\1", 2},
	{300, "\xac\2", 2},
	{16383, "\xff\x7f", 2},
	{16384, "\x80\x80\1", 3},
	{UINT32_MAX, "\xff\xff\xff\xff\x0f", 5},
	{UINT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 10},
};

static enum varint_err
get(const char *bytes, size_t n, uint64_t max, uint64_t *v, size_t *used)
{
	struct varint_in in = {(const unsigned char *)bytes, (const unsigned char *)bytes + n};
	enum varint_err err = varint_get(&in, max, v);

	*used = (size_t)(in.p - (const unsigned char *)bytes);
	return err;
}

static void
test_spelling(void)
{
	for (size_t i = 0; i < countof(spelled); i++) {
		struct buf b = BUF_INIT;
		uint64_t v = 42;
		size_t used;

		varint_add(&b, spelled[i].v);
		CHECK(b.n == spelled[i].n && memcmp(b.p, spelled[i].bytes, b.n) == 0);
		CHECK(get(b.p, b.n, UINT64_MAX, &v, &used) == VARINT_OK && v == spelled[i].v && used == b.n);
		CHECK(get(b.p, b.n, spelled[i].v, &v, &used) == VARINT_OK);
		v = 42;
		if (spelled[i].v > 0)
			CHECK(get(b.p, b.n, spelled[i].v - 1, &v, &used) == VARINT_BAD && v == 42 && used == 0);
		for (size_t n = 0; n < b.n; n++)
			CHECK(get(b.p, n, UINT64_MAX, &v, &used) == VARINT_SHORT && v == 42 && used == 0);
		buf_free(&b);
	}
}

static void
test_bad(void)
{
	uint64_t v;
	size_t used;

	CHECK(get("\x80\0", 2, UINT64_MAX, &v, &used) == VARINT_BAD);
	CHECK(get("\xff\x80\0", 3, UINT64_MAX, &v, &used) == VARINT_BAD);
	CHECK(get("\xff\xff\xff\xff\xff\xff\xff\xff\xff\2", 10, UINT64_MAX, &v, &used) == VARINT_BAD);
	CHECK(get("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 11, UINT64_MAX, &v, &used) == VARINT_BAD);
	CHECK(get("\5\6", 2, UINT64_MAX, &v, &used) == VARINT_OK && v == 5 && used == 1);
}

int
main(void)
{
	test_spelling();
	test_bad();
	return check_done();
}
