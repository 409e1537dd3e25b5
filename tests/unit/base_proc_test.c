/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/proc.h"
#include "base/tmp.h"
#include "check.h"

#define INHERIT_ALL {.in = PROC_INHERIT, .out = PROC_INHERIT, .err = PROC_INHERIT}

/* Run a shell script; its wait status, or -errno. */
static int
run(const char *script, const struct proc_io *io)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
	pid_t pid = proc_spawn("/bin/sh", argv, io);
	struct rusage ru;
	int status;

	if (pid == -1)
		return -errno;
	CHECK_INT(0, proc_wait(pid, &status, &ru));
	return status;
}

static int
new_file(void)
{
	return io_anon_file("proc_test", tmp_dir());
}

static void
check_text(int fd, const char *want)
{
	struct buf b = BUF_INIT;

	lseek(fd, 0, SEEK_SET);
	CHECK_INT(0, buf_read_fd(&b, fd, 10000));
	CHECK_STR(want, b.p);
	buf_free(&b);
	close(fd);
}

static void
test_redirections(void)
{
	int in = new_file(), out = new_file(), err = new_file();
	struct proc_io io = {.in = in, .out = out, .err = err};

	CHECK_INT(IO_OK, io_write_full(in, "text\n", 5, &IO_FOREVER));
	lseek(in, 0, SEEK_SET);
	CHECK_INT(0, run("cat; echo error >&2", &io));
	close(in);
	check_text(out, "text\n");
	check_text(err, "error\n");
}

/* Both at once into one file, and a null input. */
static void
test_shared(void)
{
	int out = new_file();
	struct proc_io io = {.in = PROC_NULL, .out = out, .err = out};

	CHECK_INT(0, run("cat; echo one; echo two >&2", &io));
	check_text(out, "one\ntwo\n");
}

/* 1 and 2 exchanged: the first redirection must not eat the source of the second. */
static void
test_swapped(void)
{
	int out = new_file(), err = new_file();
	struct proc_io io = {.in = PROC_NULL, .out = 2, .err = 1};
	int save1 = fcntl(1, F_DUPFD_CLOEXEC, 10), save2 = fcntl(2, F_DUPFD_CLOEXEC, 10);
	int status;

	fflush(stdout);
	dup2(out, 1);
	dup2(err, 2);
	status = run("echo to-out; echo to-err >&2", &io);
	dup2(save1, 1);
	dup2(save2, 2);
	close(save1);
	close(save2);
	CHECK_INT(0, status);
	check_text(out, "to-err\n");
	check_text(err, "to-out\n");
}

static void
test_surroundings(void)
{
	char *env[] = {(char *)"ONLY=this", (char *)"PATH=/usr/bin:/bin", NULL};
	int out = new_file();
	struct proc_io io = {.in = PROC_NULL, .out = out, .err = PROC_INHERIT, .cwd = "/usr", .env = env};

	setenv("PROC_TEST", "leaks", 1);
	CHECK_INT(0, run("pwd; echo \"$ONLY$PROC_TEST\"", &io));
	check_text(out, "/usr\nthis\n");
	out = new_file();
	io = (struct proc_io){.in = PROC_NULL, .out = out, .err = PROC_INHERIT};
	CHECK_INT(0, run("echo \"$PROC_TEST\"", &io));
	check_text(out, "leaks\n");
}

/* Nothing above 2 is inherited, close-on-exec or not. */
static void
test_closes(void)
{
	struct proc_io io = INHERIT_ALL;

	CHECK(dup2(1, 57) == 57);
	CHECK_INT(0, run("test -e /proc/self/fd/1 && ! test -e /proc/self/fd/57", &io));
	close(57);
}

static void
test_errors(void)
{
	static const struct {
		const char *path, *cwd;
		int want;
	} rows[] = {
		{"/proc/nonexistent/cc", NULL, ENOENT},
		{"/etc/passwd", NULL, EACCES},
		{"/", NULL, EACCES},
		{"/bin/sh", "/proc/nonexistent", ENOENT},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		char *argv[] = {(char *)"x", (char *)"-c", (char *)":", NULL};
		struct proc_io io = {.in = PROC_NULL, .out = PROC_NULL, .err = PROC_NULL, .cwd = rows[i].cwd};

		errno = 0;
		CHECK_ROW(rows[i].path, proc_spawn(rows[i].path, argv, &io) == -1);
		CHECK_INT(rows[i].want, errno);
	}
}

static void
test_signals(void)
{
	struct proc_io io = INHERIT_ALL;
	sigset_t set;
	int status;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	status = run("kill -PIPE $$; exit 7", &io);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
	CHECK_INT(128 + SIGPIPE, proc_exit_code(status));
	status = run("kill -USR1 $$; exit 7", &io);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
	status = run("kill -HUP $$; exit 7", &io);
	CHECK_INT(7, proc_exit_code(status));
	signal(SIGHUP, SIG_DFL);
	status = run("kill -HUP $$; exit 7", &io);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	CHECK_INT(42, proc_exit_code(42 << 8));
}

static void
test_group(void)
{
	struct proc_io io = {.in = PROC_NULL, .out = PROC_NULL, .err = PROC_NULL, .new_group = true};
	char *argv[] = {(char *)"cat", NULL};
	int ends[2], status;
	pid_t pid;

	CHECK_INT(0, pipe2(ends, O_CLOEXEC));
	io.in = ends[0];
	pid = proc_spawn("/bin/cat", argv, &io);
	CHECK_INT(pid, getpgid(pid));
	close(ends[1]);
	CHECK_INT(0, proc_wait(pid, &status, NULL));
	CHECK_INT(0, status);
	close(ends[0]);
	CHECK_INT(-1, proc_wait(pid, &status, NULL));
	CHECK_INT(ECHILD, errno);
}

static void
test_statuses(void)
{
	/* exited with 0, 1, 255; killed by SIGHUP, SIGKILL, SIGSEGV with a core */
	static const uint32_t ends[] = {0, 0x100, 0xff00, 1, 9, 11 | 0x80};
	/* stopped by SIGSTOP, continued, nothing that wait gives */
	static const uint32_t others[] = {0x137f, 0xffff, 0x7f, 0x10000, 0xffffffff};

	for (size_t i = 0; i < countof(ends); i++)
		CHECK(proc_is_end(ends[i]));
	for (size_t i = 0; i < countof(others); i++)
		CHECK(!proc_is_end(others[i]));
}

int
main(void)
{
	test_redirections();
	test_shared();
	test_swapped();
	test_surroundings();
	test_closes();
	test_errors();
	test_signals();
	test_group();
	test_statuses();
	return check_done();
}
