/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/tmp.h"
#include "check.h"

#define BIG (3u << 20)

static const struct io_limit soon = {.idle_ms = 30};

static void
new_pair(int pair[2], bool nonblock)
{
	CHECK_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (nonblock ? SOCK_NONBLOCK : 0), 0, pair));
}

static char *
pattern(size_t n)
{
	char *p = xmalloc(n);

	for (size_t i = 0; i < n; i++)
		p[i] = (char)(i % 251);
	return p;
}

static bool
is_pattern(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != (char)(i % 251))
			return false;
	}
	return true;
}

/* A child that writes the pattern into pair[1], pause ms between steps, until that is done or we have closed pair[0]. */
static pid_t
writer(const int pair[2], size_t n, size_t step, int pause)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		char *p = pattern(n);

		close(pair[0]);
		for (size_t i = 0; i < n; i += step) {
			size_t k = n - i < step ? n - i : step;

			if (io_write_full(pair[1], p + i, k, &IO_FOREVER) != IO_OK)
				break;
			if (pause > 0)
				clock_wait_ms(pause);
		}
		free(p);
		_exit(0);
	}
	return pid;
}

static void
test_read(bool nonblock)
{
	char *got = xmalloc(BIG);
	int pair[2];
	pid_t pid;

	new_pair(pair, nonblock);
	pid = writer(pair, BIG, 70000, 0);
	close(pair[1]);
	CHECK_INT(IO_OK, io_read_full(pair[0], got, BIG, &IO_FOREVER));
	CHECK(is_pattern(got, BIG));
	CHECK_INT(IO_EOF, io_read_full(pair[0], got, 1, &IO_FOREVER));
	CHECK_INT(IO_OK, io_read_full(pair[0], got, 0, &soon));
	close(pair[0]);
	waitpid(pid, NULL, 0);

	new_pair(pair, nonblock);
	CHECK_INT(IO_OK, io_write_full(pair[1], "abc", 3, &soon));
	close(pair[1]);
	CHECK_INT(IO_EOF, io_read_full(pair[0], got, 4, &soon));
	CHECK(memcmp(got, "abc", 3) == 0);
	close(pair[0]);
	free(got);
}

/* Silence ends by the idle time, a trickle by the total only. */
static void
test_read_limits(bool nonblock)
{
	int64_t start = clock_ms();
	struct io_limit total = {.idle_ms = -1};
	char got[4000];
	int pair[2];
	pid_t pid;

	new_pair(pair, nonblock);
	CHECK_INT(IO_TIMEOUT, io_read_full(pair[0], got, 1, &soon));
	CHECK(clock_ms() - start >= 29);
	close(pair[0]);
	close(pair[1]);

	new_pair(pair, nonblock);
	pid = writer(pair, 12, 1, 10);
	CHECK_INT(IO_OK, io_read_full(pair[0], got, 12, &(struct io_limit){.idle_ms = 2000}));
	waitpid(pid, NULL, 0);
	pid = writer(pair, sizeof(got), 1, 2);
	close(pair[1]);
	total.until_ms = clock_ms() + 50;
	CHECK_INT(IO_TIMEOUT, io_read_full(pair[0], got, sizeof(got), &total));
	CHECK(clock_ms() >= total.until_ms && clock_ms() < total.until_ms + 2000);
	total.until_ms = 1;	/* long past */
	CHECK_INT(IO_TIMEOUT, io_read_full(pair[0], got, sizeof(got), &total));
	close(pair[0]);
	waitpid(pid, NULL, 0);
}

static void
test_write(bool nonblock)
{
	char *p = pattern(BIG);
	int pair[2];

	/* Nobody reads: not even a blocking descriptor may hang. */
	new_pair(pair, nonblock);
	CHECK_INT(IO_TIMEOUT, io_write_full(pair[0], p, BIG, &soon));
	close(pair[1]);
	CHECK_INT(IO_EOF, io_write_full(pair[0], p, BIG, &soon));
	close(pair[0]);
	CHECK_INT(0, pipe2(pair, O_CLOEXEC | (nonblock ? O_NONBLOCK : 0)));
	CHECK_INT(IO_TIMEOUT, io_write_full(pair[1], p, BIG, &soon));
	signal(SIGPIPE, SIG_IGN);
	close(pair[0]);
	CHECK_INT(IO_EOF, io_write_full(pair[1], p, BIG, &soon));
	signal(SIGPIPE, SIG_DFL);
	close(pair[1]);
	CHECK_INT(IO_ERR, io_write_full(pair[1], p, 1, &soon));
	CHECK_INT(EBADF, errno);
	CHECK_INT(IO_ERR, io_read_full(pair[1], p, 1, &soon));
	free(p);
}

static void
check_file(int fd, size_t n)
{
	char *p = xmalloc(n + 1);

	CHECK_INT(n, pread(fd, p, n + 1, 0));
	CHECK(is_pattern(p, n));
	free(p);
}

static int
pattern_file(size_t n)
{
	char *p = pattern(n);
	int fd = io_anon_file("io_test", tmp_dir());

	CHECK_INT(IO_OK, io_write_full(fd, p, n, &IO_FOREVER));
	lseek(fd, 0, SEEK_SET);
	free(p);
	return fd;
}

static void
test_copy_to_file(bool nonblock, size_t n)
{
	int fd = io_anon_file("io_test", tmp_dir());
	int pair[2];
	pid_t pid;

	new_pair(pair, nonblock);
	pid = writer(pair, n, 50000, 0);
	close(pair[1]);
	CHECK_INT(IO_OK, io_copy(pair[0], fd, n, &IO_FOREVER));
	check_file(fd, n);
	CHECK_INT(IO_EOF, io_copy(pair[0], fd, 1, &IO_FOREVER));
	close(pair[0]);
	close(fd);
	waitpid(pid, NULL, 0);
}

static void
test_copy_from_file(bool nonblock, size_t n)
{
	int from = pattern_file(n), to = io_anon_file("io_test", tmp_dir());
	int pair[2];
	pid_t pid;

	new_pair(pair, nonblock);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		_exit(io_copy(from, pair[1], n, &IO_FOREVER));
	}
	close(pair[1]);
	CHECK_INT(IO_OK, io_copy(pair[0], to, n, &IO_FOREVER));
	check_file(to, n);
	{
		int status;

		waitpid(pid, &status, 0);
		CHECK_INT(IO_OK, status >> 8);
	}
	close(pair[0]);
	close(to);
	lseek(from, 0, SEEK_SET);
	to = io_anon_file("io_test", tmp_dir());
	CHECK_INT(IO_OK, io_copy(from, to, n, &soon));
	check_file(to, n);
	/* The file is shorter than was said. */
	CHECK_INT(IO_EOF, io_copy(from, to, 1, &soon));
	close(from);
	close(to);
}

static void
test_copy_limits(bool nonblock)
{
	int from = pattern_file(BIG);
	int pair[2];

	new_pair(pair, nonblock);
	CHECK_INT(IO_TIMEOUT, io_copy(from, pair[0], BIG, &soon));
	CHECK_INT(IO_TIMEOUT, io_copy(pair[0], from, 1, &soon));
	close(pair[1]);
	lseek(from, 0, SEEK_SET);
	signal(SIGPIPE, SIG_IGN);
	CHECK_INT(IO_EOF, io_copy(from, pair[0], BIG, &soon));
	signal(SIGPIPE, SIG_DFL);
	close(pair[0]);
	close(from);
}

static void
test_flags(void)
{
	int fd = io_anon_file("io_test", tmp_dir());
	struct stat st;

	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(0, fstat(fd, &st));
	CHECK(S_ISREG(st.st_mode) && st.st_nlink == 0);
	CHECK_INT(0, io_set_nonblock(fd, 1));
	CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
	CHECK_INT(0, io_set_nonblock(fd, 0));
	CHECK(!(fcntl(fd, F_GETFL) & O_NONBLOCK));
	fcntl(fd, F_SETFD, 0);
	CHECK_INT(0, io_set_cloexec(fd));
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	CHECK_INT(-1, io_set_cloexec(fd));
	CHECK_INT(-1, io_set_nonblock(fd, 1));
	errno = ENOSPC;
	CHECK_STR("No space left on device", io_strerror(IO_ERR));
	CHECK_STR("timed out", io_strerror(IO_TIMEOUT));
}

/* Small reads and large ones, in what pieces it comes: the same bytes, then the end. */
static void
test_read_ahead(void)
{
	static const size_t sizes[] = {1, 12, 4095, 4096, 5000, 12, 1, 70000, 7};
	char *p = xmalloc(BIG);
	int pair[2], other[2];
	size_t n = 0, got;
	pid_t pid;

	for (int pause = 0; pause <= 1; pause++) {
		new_pair(pair, true);
		io_read_ahead(pair[0]);
		pid = writer(pair, 100000, pause ? 3333 : 100000, pause);
		close(pair[1]);
		n = 0;
		for (size_t i = 0; i < countof(sizes); n += sizes[i++])
			CHECK_INT(IO_OK, io_read_full(pair[0], p + n, sizes[i], &IO_FOREVER));
		for (; io_read_some(pair[0], p + n, 9, &IO_FOREVER, &got) == IO_OK; n += got)
			CHECK(got >= 1 && got <= 9);
		CHECK_INT(100000, n);
		CHECK(is_pattern(p, n));
		CHECK_INT(IO_EOF, io_read_full(pair[0], p, 1, &IO_FOREVER));
		waitpid(pid, NULL, 0);
		close(pair[0]);
	}

	/* what is kept is that descriptor's alone, and gone with it */
	new_pair(pair, true);
	new_pair(other, true);
	io_read_ahead(pair[0]);
	CHECK(write(pair[1], "abc", 3) == 3 && write(other[1], "x", 1) == 1);
	CHECK_INT(IO_OK, io_read_full(pair[0], p, 1, &soon));
	CHECK_INT(IO_OK, io_read_full(other[0], p + 1, 1, &soon));
	CHECK(memcmp(p, "ax", 2) == 0);
	CHECK_INT(IO_TIMEOUT, io_read_full(pair[0], p, 3, &soon));
	CHECK(memcmp(p, "bc", 2) == 0);
	CHECK(write(pair[1], "def", 3) == 3);
	CHECK_INT(IO_OK, io_read_full(pair[0], p, 1, &soon));
	io_read_ahead(-1);
	CHECK_INT(IO_TIMEOUT, io_read_full(pair[0], p, 1, &soon));
	for (int i = 0; i < 2; i++) {
		close(pair[i]);
		close(other[i]);
	}
	free(p);
}

static void
test_file_head(void)
{
	char head[4] = "";

	CHECK(io_file_head("/proc/self/exe", head, sizeof(head)) && memcmp(head, "\177ELF", sizeof(head)) == 0);
	CHECK(!io_file_head("/nonexistent", head, sizeof(head)));
	CHECK(!io_file_head("/", head, sizeof(head)));
	CHECK(!io_file_head("/dev/null", head, sizeof(head)));	/* too short */
}

int
main(void)
{
	for (int nonblock = 0; nonblock <= 1; nonblock++) {
		test_read(nonblock);
		test_read_limits(nonblock);
		test_write(nonblock);
		test_copy_to_file(nonblock, 100);
		test_copy_to_file(nonblock, BIG);
		test_copy_from_file(nonblock, 100);
		test_copy_from_file(nonblock, BIG);
		test_copy_limits(nonblock);
	}
	test_read_ahead();
	test_flags();
	test_file_head();
	return check_done();
}
