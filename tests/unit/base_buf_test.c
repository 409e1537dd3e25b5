/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/tmp.h"
#include "check.h"

/* Under AddressSanitizer: a request for too much is refused, not fatal. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void
test_add(void)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	CHECK_STR("", b.p);
	buf_adds(&b, "one");
	buf_add(&b, " two!", 4);
	buf_add(&b, NULL, 0);
	buf_addf(&b, " %s %d", "three", 4);
	CHECK_STR("one two three 4", b.p);
	CHECK_INT(strlen(b.p), b.n);
	buf_add(&b, "\0x", 2);
	CHECK_INT(17, b.n);
	CHECK(b.p[16] == 'x' && b.p[17] == '\0');
	buf_free(&b);
	CHECK(b.p == NULL && b.n == 0);
	for (int i = 0; i < 10000; i++)
		buf_addf(&b, "%04d", i);
	CHECK_INT(40000, b.n);
	CHECK(memcmp(b.p + 39996, "9999", 5) == 0);
	buf_free(&b);
}

/* Sizes that would wrap around are refused and change nothing. */
static void
test_reserve(void)
{
	static const size_t huge[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 3, (size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX - 3, (size_t)PTRDIFF_MAX - 4};
	struct buf b = BUF_INIT;

	buf_adds(&b, "abc");
	for (size_t i = 0; i < countof(huge); i++) {
		CHECK(!buf_reserve(&b, huge[i]));
		CHECK_STR("abc", b.p);
		CHECK_INT(3, b.n);
	}
	CHECK(buf_reserve(&b, 1000));
	CHECK(b.cap >= 1004);
	CHECK_STR("abc", b.p);
	buf_free(&b);
	CHECK(buf_reserve(&b, 0));
	CHECK_STR("", b.p);
	buf_free(&b);
}

static void
test_read_fd(size_t size, size_t max, bool pipe_too)
{
	struct buf want = BUF_INIT, b = BUF_INIT;
	int fd = io_anon_file("buf_test", tmp_dir());
	int ends[2];

	for (size_t i = 0; i < size; i++)
		buf_add(&want, &(char){(char)(i % 251)}, 1);
	CHECK_INT(IO_OK, io_write_full(fd, want.p, want.n, &IO_FOREVER));
	lseek(fd, 0, SEEK_SET);
	buf_adds(&b, "head");
	errno = 0;
	CHECK_INT(size <= max ? 0 : -1, buf_read_fd(&b, fd, max));
	if (size <= max) {
		CHECK_INT(4 + size, b.n);
		CHECK(size == 0 || memcmp(b.p + 4, want.p, size) == 0);
	} else {
		CHECK_INT(EFBIG, errno);
		CHECK_STR("head", b.p);
		CHECK_INT(4, b.n);
	}
	buf_free(&b);

	if (pipe_too && pipe(ends) == 0) {
		CHECK_INT(IO_OK, io_write_full(ends[1], want.p, want.n, &IO_FOREVER));
		close(ends[1]);
		CHECK_INT(size <= max ? 0 : -1, buf_read_fd(&b, ends[0], max));
		CHECK_INT(size <= max ? size : 0, b.n);
		close(ends[0]);
		buf_free(&b);
	}
	close(fd);
	buf_free(&want);
}

static void
test_read_file(void)
{
	struct buf b = BUF_INIT;

	CHECK_INT(-1, buf_read_file(&b, "/proc/nonexistent/file", 10));
	CHECK_INT(ENOENT, errno);
	/* Its size is said to be 0. */
	CHECK_INT(0, buf_read_file(&b, "/proc/self/cmdline", 100000));
	CHECK(b.n > 0);
	buf_free(&b);
	CHECK_INT(-1, buf_read_file(&b, "/", 10));
	CHECK_INT(EISDIR, errno);
	buf_free(&b);
}

int
main(void)
{
	static const struct {
		size_t size, max;
	} rows[] = {
		{0, 0}, {0, 10}, {1, 0}, {1, 1}, {10, 9}, {10, 10}, {10, 11}, {5000, SIZE_MAX},
		{65535, 65535}, {65536, 65535}, {65536, 65536}, {65537, 65536}, {200000, 200000}, {200000, 199999},
	};

	test_add();
	test_reserve();
	for (size_t i = 0; i < countof(rows); i++)
		test_read_fd(rows[i].size, rows[i].max, rows[i].size <= 65536);
	test_read_file();
	return check_done();
}
