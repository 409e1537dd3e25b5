/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/state.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/tmp.h"
#include "client/state_record.h"
#include "tests/unit/check.h"
#include "tests/unit/record_holder.h"

/* What stock's monitor expects at which offset (shared facts 2.9), on machines where long has 64 bits. */
static void
check_record(const char *path, const char *file, const char *host, int32_t slot, int32_t phase)
{
	struct buf b = BUF_INIT;
	uint64_t n;
	int32_t i;

	CHECK(buf_read_file(&b, path, 4096) == 0);
	CHECK_INT(296, b.n);
	if (b.n == 296) {
		memcpy(&n, b.p, 8);
		CHECK_INT(296, n);
		memcpy(&n, b.p + 8, 8);
		CHECK_INT(0x44494800, n);
		memcpy(&n, b.p + 16, 8);
		CHECK_INT(getpid(), n);
		CHECK_STR(file, b.p + 24);
		CHECK_STR(host, b.p + 152);
		memcpy(&i, b.p + 280, 4);
		CHECK_INT(slot, i);
		memcpy(&i, b.p + 284, 4);
		CHECK_INT(phase, i);
	}
	buf_free(&b);
}

static void
test_phases(const char *dir)
{
	char *name = xasprintf("binstate_%ld", (long)getpid()), *path = path_join(dir, name);
	char big[400];
	struct stat st;

	state_begin(dir, "sub/dir/hello.c");
	CHECK(stat(path, &st) == -1);
	state_phase(STATE_BLOCKED);
	check_record(path, "hello.c", "", 0, 1);
	state_host("box:4000", 3);
	state_phase(STATE_COMPILE);
	check_record(path, "hello.c", "box:4000", 3, 5);
	state_host("other", 0);
	state_phase(STATE_COMPILE);
	check_record(path, "hello.c", "other", 0, 5);
	state_end();
	CHECK(stat(path, &st) == -1);

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	state_begin(dir, big);
	state_host(big, 0);
	state_phase(STATE_RECEIVE);
	big[127] = '\0';
	check_record(path, big, big, 0, 6);
	state_end();
	free(name);
	free(path);
}

/* A record that somebody else put there is replaced, not written to. */
static void
test_foreign_record(const char *dir)
{
	char *name = xasprintf("binstate_%ld", (long)getpid()), *path = path_join(dir, name);
	char *victim = path_join(dir, "victim");
	struct stat st;

	CHECK(symlink(victim, path) == 0);
	state_begin(dir, NULL);
	state_phase(STATE_CPP);
	check_record(path, "", "", 0, 3);
	CHECK(lstat(victim, &st) == -1);
	state_end();
	free(name);
	free(path);
	free(victim);
}

static void
one_record(const char *dir, const char *path, struct stat *st)
{
	state_begin(dir, NULL);
	state_phase(STATE_CPP);
	check_record(path, "", "", 0, 3);
	CHECK(stat(path, st) == 0);
	state_end();
}

/* The file of a record serves the next one, unless it is not what it was. */
static void
test_spare(const char *dir)
{
	char *path = xasprintf("%s/binstate_%ld", dir, (long)getpid()), *spare = path_join(dir, ".spare_0"), *other = path_join(dir, "other");
	struct stat first, next;
	int fd;

	one_record(dir, path, &first);
	one_record(dir, path, &next);
	CHECK(first.st_ino == next.st_ino && stat(spare, &next) == 0 && first.st_ino == next.st_ino);
	/* with a second name it may be anybody's */
	CHECK(link(spare, other) == 0);
	one_record(dir, path, &next);
	CHECK(first.st_ino != next.st_ino);
	CHECK(unlink(spare) == 0 && symlink(other, spare) == 0);
	one_record(dir, path, &next);
	CHECK(first.st_ino != next.st_ino);
	/* no record */
	CHECK(unlink(spare) == 0 && unlink(other) == 0);
	fd = open(spare, O_WRONLY | O_CREAT, 0600);
	CHECK(fd != -1 && ftruncate(fd, 296) == 0 && fstat(fd, &first) == 0);
	close(fd);
	one_record(dir, path, &next);
	free(path);
	free(spare);
	free(other);
}

/* A process of another pid namespace may have our number: its record stays as it is. */
static void
test_name_taken(const char *dir)
{
	char *path = xasprintf("%s/binstate_%ld", dir, (long)getpid()), *second = xasprintf("%s_1", path);
	struct stat before, after;
	pid_t child;

	CHECK(path_mkdirs(dir) == 0);
	child = start_holder(path);
	CHECK(stat(path, &before) == 0);
	/* with a spare file, and without one */
	for (int i = 0; i < 2; i++) {
		one_record(dir, second, &after);
		CHECK(before.st_ino != after.st_ino);
		CHECK(stat(path, &after) == 0 && before.st_ino == after.st_ino && after.st_size == 0);
	}
	end_holder(child);
	/* it has gone: the name is free */
	one_record(dir, path, &after);
	CHECK(stat(second, &after) == -1);
	free(path);
	free(second);
}

/* What a process has left that is gone: a child that says a phase in turn, until one of them looks around. */
static void
test_sweep(const char *dir)
{
	static const struct timespec long_ago[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
	char *gone = path_join(dir, "binstate_2147483647"), *young = path_join(dir, "binstate_2147483646");
	char *ours = xasprintf("%s/binstate_%ld", dir, (long)getpid()), *other = path_join(dir, "binstate_x");
	char *second = path_join(dir, "binstate_2147483647_1"), *held = path_join(dir, "binstate_2147483645");
	const char *const all[] = {gone, second, held, young, ours, other};
	struct stat st;
	pid_t holder;

	CHECK(path_mkdirs(dir) == 0);
	for (size_t i = 0; i < countof(all); i++) {
		close(open(all[i], O_WRONLY | O_CREAT, 0600));
		CHECK(all[i] == young || utimensat(AT_FDCWD, all[i], long_ago, 0) == 0);
	}
	holder = start_holder(held);
	for (int i = 0; i < 1000 && (stat(gone, &st) == 0 || stat(second, &st) == 0); i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			state_begin(dir, NULL);
			state_phase(STATE_CPP);
			state_end();
			_exit(0);
		}
		waitpid(pid, &status, 0);
	}
	CHECK(stat(gone, &st) == -1 && stat(second, &st) == -1);
	CHECK(stat(held, &st) == 0);
	end_holder(holder);
	CHECK(stat(young, &st) == 0 && stat(ours, &st) == 0 && stat(other, &st) == 0);
	free(gone);
	free(second);
	free(held);
	free(young);
	free(ours);
	free(other);
}

static void
test_without_directory(void)
{
	state_begin(NULL, "x.c");
	state_phase(STATE_CPP);
	state_end();
	state_begin("/dev/null/state", "x.c");
	state_phase(STATE_CPP);
	state_end();
	CHECK(true);
}

int
main(void)
{
	const char *top = tmp_create_dir("/tmp/client_state_test.");
	char *dir = path_join(top, "dd/state"), *other = path_join(top, "other");

	if (sizeof(long) == 8) {
		test_phases(dir);
		test_foreign_record(dir);
		test_spare(dir);
		test_name_taken(other);
	}
	test_sweep(dir);
	test_without_directory();
	free(dir);
	free(other);
	tmp_remove(top);
	return check_done();
}
