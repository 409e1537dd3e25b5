/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "base/buf.h"
#include "check.h"
#include "wire/lzo.h"

/* The smallest legal encoder: literals and the end marker (shared facts 1.4). */
static void
pack_literals(const char *p, size_t n, struct buf *out)
{
	if (n <= 238) {
		buf_add(out, &(char){(char)(17 + n)}, 1);
	} else {
		size_t left = n - 18;

		buf_add(out, "", 1);
		for (; left > 255; left -= 255)
			buf_add(out, "", 1);
		buf_add(out, &(char){(char)left}, 1);
	}
	buf_add(out, p, n);
	buf_add(out, "\x11\0\0", 3);
}

/* Unpack into a buffer that holds something already; what was there stays, whatever happens. */
static bool
unpack(const struct buf *in, size_t max, const char *want, size_t want_len)
{
	struct buf exact = BUF_INIT, out = BUF_INIT;
	bool ok;

	/* A copy of just that size, so that a sanitizer sees a read behind its end. */
	buf_add(&exact, in->p, in->n);
	exact.p = realloc(exact.p, in->n);
	buf_adds(&out, "head");
	ok = lzo_unpack(exact.p, in->n, max, &out);
	CHECK(memcmp(out.p, "head", 4) == 0);
	CHECK(out.p[out.n] == '\0');
	if (ok)
		CHECK(out.n - 4 == want_len && memcmp(out.p + 4, want, want_len) == 0);
	else
		CHECK_INT(4, out.n);
	free(exact.p);
	buf_free(&out);
	return ok;
}

/* Text that compresses as source does, and noise that does not. */
static void
fill_text(struct buf *b, size_t n)
{
	for (unsigned i = 0; b->n < n; i++)
		buf_addf(b, "static int value_%u(struct thing *t) { return t->field_%u + %u; }\n", i, i % 17, i * 2654435761u);
	b->n = n;
}

static void
fill_noise(struct buf *b, size_t n)
{
	unsigned long long x = 88172645463325252ull;

	while (b->n < n) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		buf_add(b, &x, sizeof(x));
	}
	b->n = n;
}

static void
test_round_trip(void (*fill)(struct buf *, size_t))
{
	static const size_t sizes[] = {1, 2, 3, 4, 17, 18, 19, 238, 239, 4095, 4096, 4097, 16384, 65536, 1000000, 5000000};

	for (size_t i = 0; i < countof(sizes); i++) {
		struct buf plain = BUF_INIT, packed = BUF_INIT;

		fill(&plain, sizes[i]);
		CHECK(lzo_pack(plain.p, plain.n, &packed));
		CHECK(unpack(&packed, sizes[i], plain.p, plain.n));
		CHECK(unpack(&packed, sizes[i] * 3 + 7, plain.p, plain.n));
		CHECK(unpack(&packed, (size_t)-1, plain.p, plain.n));
		CHECK(!unpack(&packed, sizes[i] - 1, NULL, 0));
		CHECK(!unpack(&packed, sizes[i] / 2, NULL, 0));
		buf_free(&plain);
		buf_free(&packed);
	}
}

static void
test_real_file(void)
{
	struct buf plain = BUF_INIT, packed = BUF_INIT;

	CHECK_INT(0, buf_read_file(&plain, "/proc/self/exe", 1 << 30));
	buf_adds(&packed, "before");
	CHECK(lzo_pack(plain.p, plain.n, &packed));
	CHECK(memcmp(packed.p, "before", 6) == 0);
	CHECK(packed.n < plain.n);
	memmove(packed.p, packed.p + 6, packed.n - 6);
	packed.n -= 6;
	CHECK(unpack(&packed, plain.n, plain.p, plain.n));
	buf_free(&plain);
	buf_free(&packed);
}

static void
test_literals(void)
{
	struct buf plain = BUF_INIT, packed = BUF_INIT;

	fill_noise(&plain, 100000);
	for (size_t n = 1; n <= plain.n; n = n < 800 ? n + 1 : n * 5) {
		packed.n = 0;
		pack_literals(plain.p, n, &packed);
		CHECK(unpack(&packed, n, plain.p, n));
	}
	buf_free(&plain);
	buf_free(&packed);
}

/* The capture of shared facts 1.3: "#define M 7\n". */
static void
test_capture(void)
{
	static const char bytes[] = "\x1d\x23\x64\x65\x66\x69\x6e\x65\x20\x4d\x20\x37\x0a\x11\0\0";
	struct buf packed = BUF_INIT;

	buf_add(&packed, bytes, sizeof(bytes) - 1);
	CHECK(unpack(&packed, 12, "#define M 7\n", 12));
	CHECK(!unpack(&packed, 11, NULL, 0));
	buf_free(&packed);
}

/* Every truncation, every longer stream, every other last byte. */
static void
test_damaged(void (*fill)(struct buf *, size_t))
{
	struct buf plain = BUF_INIT, packed = BUF_INIT;
	size_t whole;

	fill(&plain, 3000);
	CHECK(lzo_pack(plain.p, plain.n, &packed));
	whole = packed.n;
	for (packed.n = 1; packed.n < whole; packed.n++)
		CHECK(!unpack(&packed, 100000, NULL, 0));
	buf_add(&packed, "", 1);
	packed.n = whole + 1;
	CHECK(!unpack(&packed, 100000, NULL, 0));
	packed.p[whole] = 'x';
	CHECK(!unpack(&packed, 100000, NULL, 0));
	packed.n = whole;
	packed.p[whole - 1] = 1;
	CHECK(!unpack(&packed, 100000, NULL, 0));
	buf_free(&plain);
	buf_free(&packed);
}

static void
test_garbage(void)
{
	struct buf noise = BUF_INIT, out = BUF_INIT;

	fill_noise(&noise, 4000);
	for (size_t i = 0; i + 64 < noise.n; i++) {
		struct buf part = {.p = noise.p + i, .n = 64};

		/* Whether it means anything is chance; that it stays within bounds is not. */
		(void)lzo_unpack(part.p, part.n, 1000, &out);
		CHECK(out.n <= 1000);
		out.n = 0;
	}
	buf_free(&noise);
	buf_free(&out);
}

/* A small stream that expands far beyond what is allowed is refused, and takes no memory for it. */
static void
test_bomb(void)
{
	struct buf zeros = BUF_INIT, packed = BUF_INIT, out = BUF_INIT;
	const size_t size = 32u << 20;

	CHECK(buf_reserve(&zeros, size));
	memset(zeros.p, 0, size);
	zeros.n = size;
	CHECK(lzo_pack(zeros.p, zeros.n, &packed));
	CHECK(packed.n < size / 100);
	CHECK(!lzo_unpack(packed.p, packed.n, 1 << 20, &out));
	CHECK_INT(0, out.n);
	CHECK(out.cap <= 4u << 20);
	CHECK(!lzo_unpack(packed.p, packed.n, size - 1, &out));
	CHECK(lzo_unpack(packed.p, packed.n, size, &out));
	CHECK(out.n == size && memcmp(out.p, zeros.p, size) == 0);
	buf_free(&zeros);
	buf_free(&packed);
	buf_free(&out);
}

static void
test_not_built_in(void)
{
	struct buf out = BUF_INIT;

	CHECK(!lzo_pack("abc", 3, &out));
	CHECK(!lzo_unpack("\x14" "abc\x11\0\0", 7, 100, &out));
	CHECK_INT(0, out.n);
	buf_free(&out);
}

int
main(void)
{
	if (!lzo_available()) {
		test_not_built_in();
		return check_done();
	}
	test_round_trip(fill_text);
	test_round_trip(fill_noise);
	test_real_file();
	test_literals();
	test_capture();
	test_damaged(fill_text);
	test_damaged(fill_noise);
	test_garbage();
	test_bomb();
	return check_done();
}
