/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the sandbox that need no namespaces: which calls are refused, how use is counted. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "server/sandbox_calls.h"
#include "server/sandbox_deny.h"
#include "server/sandbox_usage.h"

/* In a child: 0 if the call fails as the table says with all arguments 0, or those bits. */
static int
refused(const struct denied_call *c)
{
	long args[3] = {0, 0, 0};

	/* what would do something: fork */
	if (c->bits != 0)
		args[c->arg] = (long)c->bits;
	errno = 0;
	return syscall(c->nr, args[0], args[1], args[2], 0, 0) == -1 && errno == c->err ? 0 : 1;
}

#ifdef __x86_64__
/* A call as 32-bit programs make it: minus its errno, or what it returns. */
static int
call_i386(int nr, unsigned long a, unsigned long b, unsigned long c)
{
	int result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(0), "D"(0) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

/* In a child, which dies where the kernel knows no such programs. */
static void
run_denied_i386(bool native_only)
{
	enum { GETPID = 20, CHMOD = 15, X32 = 0x40000000, X32_PTRACE = 521 };

	if (sandbox_deny(native_only) == -1)
		_exit(77);
	if (native_only)
		_exit(call_i386(GETPID, 0, 0, 0) == -ENOSYS && call_i386(CHMOD, 0, 0644, 0) == -ENOSYS && getpid() > 0 ? 0 : 4);
	/* with addresses of 64 bits it can be given no names, so NULL is one that cannot be read */
	for (size_t i = 0; i < sandbox_n_calls_i386; i++) {
		const struct denied_call *d = &sandbox_calls_i386[i];
		unsigned long args[3] = {0, 0, 0};

		if (d->bits != 0)
			args[d->arg] = d->bits;
		if (call_i386(d->nr, args[0], args[1], args[2]) != -d->err) {
			printf("%s is not refused to 32-bit programs\n", d->name);
			fflush(stdout);
			_exit(1);
		}
	}
	if (call_i386(GETPID, 0, 0, 0) != getpid() || call_i386(CHMOD, 0, 0644, 0) != -EFAULT)
		_exit(2);
	errno = 0;
	if (syscall(SYS_socket | X32, 0, 0, 0) != -1 || errno != EPERM || syscall(X32_PTRACE | X32, 0, 0, 0) != -1 || errno != EPERM)
		_exit(3);
	_exit(0);
}

static void
test_deny_i386(bool native_only)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		run_denied_i386(native_only);
	CHECK(waitpid(pid, &status, 0) == pid);
	if (WIFSIGNALED(status) || status == 77 << 8 || sandbox_n_calls_i386 == 0)
		printf("SKIP: no 32-bit programs here\n");
	else
		CHECK_INT(0, status);
}
#else
static void
test_deny_i386(bool native_only)
{
	(void)native_only;
}
#endif

static void
run_denied(bool native_only)
{
	pid_t pid;
	int status;

	if (sandbox_deny(native_only) == -1)
		_exit(77);
	for (size_t i = 0; i < countof(denied_calls); i++) {
		if (refused(&denied_calls[i]) != 0) {
			printf("%s is not refused\n", denied_calls[i].name);
			fflush(stdout);
			_exit(1);
		}
	}
	/* and what must work */
	pid = fork();
	if (pid == 0)
		_exit(42);
	if (pid == -1 || waitpid(pid, &status, 0) != pid || status != 42 << 8)
		_exit(2);
	if (mkdir("/nonexistent/x", 0755) != -1 || errno != ENOENT || chmod("/nonexistent", 0644) != -1 || errno != ENOENT)
		_exit(3);
	if (pipe((int[2]){0, 0}) == -1)
		_exit(4);
	_exit(0);
}

static void
test_deny(bool native_only)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		run_denied(native_only);
	CHECK(waitpid(pid, &status, 0) == pid);
	if (status == 77 << 8)
		printf("SKIP: no seccomp here\n");
	else
		CHECK_INT(0, status);
}

static void
add_process(const char *proc, const char *pid, const char *stat_line)
{
	char *dir = path_join(proc, pid), *path;
	int fd;

	CHECK(path_mkdirs(dir) == 0);
	path = path_join(dir, "stat");
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	CHECK(fd != -1 && write(fd, stat_line, strlen(stat_line)) == (ssize_t)strlen(stat_line));
	close(fd);
	free(path);
	free(dir);
}

/* proc(5): threads are field 20, resident pages field 24. */
#define STAT(name, threads, pages) \
	"7 (" name ") S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 " #threads " 0 0 0 " #pages " 0 0 0\n"

static void
test_usage(void)
{
	char *prefix = path_join(tmp_dir(), "usage_test.");
	const char *proc = tmp_create_dir(prefix);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	CHECK(proc != NULL);
	add_process(proc, "1", STAT("init", 100, 100000));
	add_process(proc, "2", STAT("cc1", 1, 100));
	add_process(proc, "37", STAT("a) S 9 (b", 3, 50));
	add_process(proc, "4", "damaged");
	add_process(proc, "self", STAT("x", 100, 100000));
	CHECK(!usage_exceeded(proc, &(struct usage_limit){.memory = 150 * page, .processes = 4}));
	CHECK(usage_exceeded(proc, &(struct usage_limit){.memory = 149 * page, .processes = 4}));
	CHECK(usage_exceeded(proc, &(struct usage_limit){.memory = 0, .processes = 3}));
	CHECK(!usage_exceeded(proc, &(struct usage_limit){.memory = 0, .processes = 4}));
	CHECK(!usage_exceeded("/nonexistent", &(struct usage_limit){.memory = 1, .processes = 0}));
	tmp_cleanup(false);
	free(prefix);
}

int
main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_deny(false);
	test_deny(true);
	test_deny_i386(false);
	test_deny_i386(true);
	test_usage();
	return check_done();
}
