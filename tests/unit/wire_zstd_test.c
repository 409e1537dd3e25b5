/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/zstd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "base/util.h"
#include "check.h"

static char *
noise(size_t n)
{
	char *p = xmalloc(n + 1);
	unsigned x = 12345;

	for (size_t i = 0; i < n; i++) {
		x = x * 1103515245 + 12345;
		p[i] = (char)(x >> 16);
	}
	return p;
}

static int
file_of(const char *p, size_t n)
{
	static const struct io_limit lim = {-1, 0};
	int fd = io_anon_file("zstd", "/tmp");

	CHECK(io_write_full(fd, p, n, &lim) == IO_OK);
	return fd;
}

static bool
file_is(int fd, const char *p, size_t n)
{
	struct buf b = BUF_INIT;
	bool same;

	lseek(fd, 0, SEEK_SET);
	same = buf_read_fd(&b, fd, n + 1) == 0 && b.n == n && (n == 0 || memcmp(b.p, p, n) == 0);
	buf_free(&b);
	return same;
}

static enum wire_err
to_file(const struct buf *packed, size_t step, uint64_t size, int fd)
{
	struct zunpack z;
	enum wire_err err = zunpack_begin(&z, fd, size);

	for (size_t at = 0; err == WIRE_OK && at < packed->n; at += step)
		err = zunpack_add(&z, packed->p + at, packed->n - at < step ? packed->n - at : step);
	return err == WIRE_OK ? zunpack_end(&z) : err;
}

static void
check_round_trip(const char *p, size_t n, size_t split)
{
	struct buf packed = BUF_INIT, plain = BUF_INIT, by_fd = BUF_INIT;
	int in = file_of(p, n), out;

	buf_adds(&packed, "before");
	CHECK_INT(WIRE_OK, zpack_add(&packed, p, n, split));
	CHECK(memcmp(packed.p, "before", 6) == 0);
	memmove(packed.p, packed.p + 6, packed.n -= 6);
	CHECK(packed.n <= zpack_bound(n));
	buf_adds(&plain, "x");
	CHECK_INT(WIRE_OK, zunpack(packed.p, packed.n, n, &plain));
	CHECK(plain.n == n + 1 && plain.p[0] == 'x' && (n == 0 || memcmp(plain.p + 1, p, n) == 0));
	if (n > 0)
		CHECK_INT(WIRE_TOOBIG, zunpack(packed.p, packed.n, n - 1, &plain));
	CHECK_INT(WIRE_OK, zpack_add_fd(&by_fd, in, n));
	for (size_t step = 64; step < 1 << 21; step *= 64) {
		out = io_anon_file("out", "/tmp");
		CHECK_INT(WIRE_OK, to_file(&by_fd, step, n, out));
		CHECK(file_is(out, p, n));
		close(out);
		CHECK_INT(WIRE_OK, to_file(&packed, step, n, -1));
		CHECK_INT(WIRE_ZSTD, to_file(&packed, step, n + 1, -1));
		if (n > 0)
			CHECK_INT(WIRE_ZSTD, to_file(&packed, step, n - 1, -1));
	}
	close(in);
	buf_free(&packed);
	buf_free(&plain);
	buf_free(&by_fd);
}

static void
check_stored(const char *p, size_t n)
{
	struct buf packed = BUF_INIT, plain = BUF_INIT;

	buf_adds(&packed, "before");
	CHECK_INT(WIRE_OK, zpack_store(&packed, p, n));
	CHECK(packed.n - 6 <= zpack_bound(n) && packed.n - 6 >= n);
	CHECK_INT(WIRE_OK, zunpack(packed.p + 6, packed.n - 6, n, &plain));
	CHECK(plain.n == n && (n == 0 || memcmp(plain.p, p, n) == 0));
	buf_free(&packed);
	buf_free(&plain);
}

static void
test_round_trips(void)
{
	static const size_t sizes[] = {0, 1, 2, 100, 1000, 65535, 65536, 65537, 131072, 1000000, 9000000};
	char *random = noise(9000000), *zeros = xcalloc(9000000, 1);

	for (size_t i = 0; i < countof(sizes); i++) {
		check_stored(random, sizes[i]);
		check_round_trip(random, sizes[i], 0);
		check_round_trip(zeros, sizes[i], sizes[i] / 3);
		check_round_trip(zeros, sizes[i], sizes[i]);
	}
	free(random);
	free(zeros);
}

static void
test_damaged(void)
{
	static const char text[] = "int main(void) { return 0; }  int main(void) { return 0; }\n";
	struct buf packed = BUF_INIT, plain = BUF_INIT, two = BUF_INIT;

	zpack_add(&packed, text, sizeof(text), 0);
	for (size_t n = 1; n < packed.n; n++) {
		struct buf part = {packed.p, n, n};

		CHECK_INT(WIRE_ZSTD, zunpack(packed.p, n, 1000, &plain));
		CHECK_INT(WIRE_ZSTD, to_file(&part, 1000, sizeof(text), -1));
	}
	CHECK_INT(0, plain.n);
	buf_add(&two, packed.p, packed.n);
	buf_adds(&two, "x");
	CHECK_INT(WIRE_ZSTD, zunpack(two.p, two.n, 1000, &plain));
	CHECK_INT(WIRE_ZSTD, to_file(&two, 1000, sizeof(text), -1));
	two.n--;
	buf_add(&two, packed.p, packed.n);
	CHECK_INT(WIRE_ZSTD, zunpack(two.p, two.n, 1000, &plain));
	CHECK_INT(WIRE_ZSTD, to_file(&two, 1000, sizeof(text), -1));
	CHECK_INT(WIRE_ZSTD, zunpack("hello, world", 12, 1000, &plain));
	/* a skippable frame, alone and before a good one */
	two.n = 0;
	buf_add(&two, "\x50\x2a\x4d\x18\4\0\0\0abcd", 12);
	CHECK_INT(WIRE_ZSTD, zunpack(two.p, two.n, 1000, &plain));
	buf_add(&two, packed.p, packed.n);
	CHECK_INT(WIRE_ZSTD, zunpack(two.p, two.n, 1000, &plain));
	CHECK_INT(WIRE_ZSTD, to_file(&two, 1000, sizeof(text), -1));
	CHECK_INT(0, plain.n);
	buf_free(&packed);
	buf_free(&plain);
	buf_free(&two);
}

static void
add_frame(struct buf *b, const void *p, size_t n, bool declared, int window)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	ZSTD_inBuffer in = {p, n, 0};
	ZSTD_outBuffer out;

	ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, declared);
	ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window);
	if (declared)
		ZSTD_CCtx_setPledgedSrcSize(c, n);
	CHECK(buf_reserve(b, ZSTD_compressBound(n)));
	out = (ZSTD_outBuffer){b->p, b->cap, 0};
	CHECK(ZSTD_compressStream2(c, &out, &in, ZSTD_e_end) == 0);
	b->n = out.pos;
	ZSTD_freeCCtx(c);
}

/* Frames of others: without a size, and with a window that would cost us memory. */
static void
test_foreign_frames(void)
{
	size_t big = 20u << 20;
	char *zeros = xcalloc(big, 1);
	struct buf b = BUF_INIT, plain = BUF_INIT;

	add_frame(&b, "hello", 5, false, 0);
	CHECK_INT(WIRE_ZSTD, zunpack(b.p, b.n, 100, &plain));
	CHECK_INT(WIRE_ZSTD, to_file(&b, 100, 5, -1));
	buf_free(&b);
	add_frame(&b, zeros, big, true, 27);
	CHECK_INT(WIRE_ZSTD, to_file(&b, 65536, big, -1));
	buf_free(&b);
	add_frame(&b, zeros, big, true, ZPACK_WINDOW_LOG);
	CHECK_INT(WIRE_OK, to_file(&b, 65536, big, -1));
	CHECK(b.n < 10000);
	CHECK_INT(WIRE_TOOBIG, zunpack(b.p, b.n, 1000000, &plain));
	CHECK_INT(WIRE_ZSTD, to_file(&b, 65536, 1000000, -1));
	CHECK(plain.cap == 0);
	buf_free(&b);
	buf_free(&plain);
	free(zeros);
}

static void
test_files(void)
{
	struct buf b = BUF_INIT;
	int fd = file_of("hello", 5), full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	CHECK_INT(WIRE_IO, zpack_add_fd(&b, fd, 6));
	CHECK_INT(EIO, errno);
	CHECK_INT(0, b.n);
	CHECK_INT(WIRE_OK, zpack_add_fd(&b, fd, 4));
	CHECK_INT(WIRE_FILE, to_file(&b, 100, 4, full));
	CHECK_INT(ENOSPC, errno);
	CHECK_INT(WIRE_OK, to_file(&b, 100, 4, -1));
	close(fd);
	close(full);
	buf_free(&b);
}

static void
check_near(const char *base, size_t n, const char *p, size_t size)
{
	struct buf packed = BUF_INIT;
	int in = file_of(p, size), out = io_anon_file("out", "/tmp");
	enum wire_err err = WIRE_OK;
	struct zunpack z;

	CHECK_INT(WIRE_OK, zpack_add_near(&packed, in, size, base, n));
	CHECK(packed.n < size / 10 + 200);
	CHECK_INT(WIRE_OK, zunpack_begin_near(&z, out, size, base, n));
	for (size_t at = 0; err == WIRE_OK && at < packed.n; at += 65536)
		err = zunpack_add(&z, packed.p + at, packed.n - at < 65536 ? packed.n - at : 65536);
	CHECK_INT(WIRE_OK, err);
	CHECK_INT(WIRE_OK, zunpack_end(&z));
	CHECK(file_is(out, p, size));
	/* the next body knows nothing of it */
	CHECK(packed.n < 10 || to_file(&packed, 65536, size, -1) == WIRE_ZSTD);
	close(in);
	close(out);
	buf_free(&packed);
}

/* What differs from a base, up to the largest. */
static void
test_near(void)
{
	size_t half = ZPACK_NEAR_MAX / 2;
	char *base = noise(half), *next = noise(half);
	struct buf b = BUF_INIT;
	int fd;

	check_near(base, 1000, base, 1000);
	memmove(next, base + 777, 300000 - 777);
	check_near(base, 300000, next, 300000 - 777);
	memcpy(next, base, half);
	next[half / 2] ^= 1;
	check_near(base, half, next, half);
	check_near(base, 100, base, 100);
	fd = file_of(next, half);
	CHECK_INT(WIRE_TOOBIG, zpack_add_near(&b, fd, half, base, half + 1));
	CHECK_INT(WIRE_OK, zpack_add_near(&b, fd, 0, base, half));
	CHECK_INT(0, b.n);
	close(fd);
	free(base);
	free(next);
	buf_free(&b);
}

int
main(void)
{
	test_round_trips();
	test_damaged();
	test_foreign_frames();
	test_files();
	test_near();
	return check_done();
}
