/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/log.h"
#include "base/tmp.h"
#include "check.h"

static int sink;	/* what is logged goes here */

static void
reset(enum log_level level)
{
	CHECK_INT(0, ftruncate(sink, 0));
	lseek(sink, 0, SEEK_SET);
	log_init("prog");
	log_set_level(level);
	log_to_fd(sink);
}

/* What was logged since reset, with the pid as PID. */
static void
check_logged(const char *want)
{
	struct buf b = BUF_INIT, expect = BUF_INIT;

	for (; *want != '\0'; want++) {
		if (starts_with(want, "PID")) {
			buf_addf(&expect, "%ld", (long)getpid());
			want += 2;
		} else {
			buf_add(&expect, want, 1);
		}
	}
	buf_adds(&expect, "");
	lseek(sink, 0, SEEK_SET);
	CHECK_INT(0, buf_read_fd(&b, sink, 100000));
	CHECK_STR(expect.p, b.p);
	buf_free(&b);
	buf_free(&expect);
}

static void
test_lines(void)
{
	reset(LOG_LVL_DEBUG);
	errno = EACCES;
	log_debug("d %d", 1);
	log_info("i");
	log_notice("n");
	log_warnx("wx");
	log_warn("w %s", "file");
	log_errx("ex");
	CHECK_INT(EACCES, errno);
	log_err("e");
	check_logged("prog[PID] d 1\nprog[PID] i\nprog[PID] n\nprog[PID] Warning: wx\n"
	    "prog[PID] Warning: w file: Permission denied\nprog[PID] ERROR: ex\n"
	    "prog[PID] ERROR: e: Permission denied\n");
}

static void
test_levels(void)
{
	static const struct {
		const char *name;
		bool ok;
		enum log_level level;
	} rows[] = {
		{"critical", true, LOG_LVL_FATAL}, {"crit", true, LOG_LVL_FATAL}, {"error", true, LOG_LVL_ERROR},
		{"err", true, LOG_LVL_ERROR}, {"warning", true, LOG_LVL_WARN}, {"warn", true, LOG_LVL_WARN},
		{"notice", true, LOG_LVL_NOTICE}, {"info", true, LOG_LVL_INFO}, {"debug", true, LOG_LVL_DEBUG},
		{"", false, 0}, {"Info", false, 0}, {"infos", false, 0}, {"4", false, 0},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		enum log_level level = LOG_LVL_NOTICE;

		CHECK_ROW(rows[i].name, log_level_parse(rows[i].name, &level) == rows[i].ok);
		CHECK_ROW(rows[i].name, level == (rows[i].ok ? rows[i].level : LOG_LVL_NOTICE));
	}
	log_init("prog");
	CHECK_INT(LOG_LVL_WARN, log_get_level());
	reset(LOG_LVL_WARN);
	log_info("no");
	log_notice("no");
	log_warnx("yes");
	check_logged("prog[PID] Warning: yes\n");
	CHECK(log_enabled(LOG_LVL_ERROR) && !log_enabled(LOG_LVL_INFO));
}

/* A name from the wire cannot begin a line of its own, nor drive a terminal. */
static void
test_hostile(void)
{
	char *longtext = xmalloc(100000);

	reset(LOG_LVL_INFO);
	log_info("%s", "a\nprog[1] forged\r\033[2J\tb\x7f \xc3\xa4");
	check_logged("prog[PID] a?prog[1] forged??[2J\tb? \xc3\xa4\n");

	memset(longtext, 'x', 99999);
	longtext[99999] = '\0';
	reset(LOG_LVL_INFO);
	log_info("%s", longtext);
	log_info("next");
	lseek(sink, 0, SEEK_SET);
	{
		struct buf b = BUF_INIT;

		CHECK_INT(0, buf_read_fd(&b, sink, 100000));
		CHECK(b.n > 4000 && b.n < 20000);
		CHECK(strstr(b.p, "x\nprog[") != NULL);
		CHECK(ends_with(b.p, "next\n"));
		buf_free(&b);
	}
	free(longtext);
}

static void
test_tee(void)
{
	char want[64];

	CHECK_STR("", log_tee_text());
	reset(LOG_LVL_FATAL);
	log_tee(LOG_LVL_WARN);
	CHECK(log_enabled(LOG_LVL_WARN));
	log_info("not this");
	log_warnx("this");
	check_logged("");
	snprintf(want, sizeof(want), "prog[%ld] Warning: this\n", (long)getpid());
	CHECK_STR(want, log_tee_text());
	for (int i = 0; i < 5000; i++)
		log_warnx("more and more");
	CHECK(starts_with(log_tee_text(), want));
	CHECK(strlen(log_tee_text()) < 10000);
	CHECK(ends_with(log_tee_text(), "more and more\n"));
	log_tee(LOG_LVL_ERROR);
	CHECK_STR("", log_tee_text());
	log_warnx("no longer");
	CHECK_STR("", log_tee_text());
}

static void
test_file(void)
{
	char *prefix = xasprintf("%s/log_test_", tmp_dir());
	const char *dir = tmp_create_dir(prefix);
	char *name = xasprintf("%s/log", dir);
	struct buf b = BUF_INIT;
	struct stat st;

	umask(022);
	reset(LOG_LVL_INFO);
	CHECK_INT(0, log_to_file(name));
	log_info("one");
	CHECK_INT(0, log_to_file(name));
	log_info("two");
	CHECK_INT(-1, log_to_file("/proc/nonexistent/log"));
	CHECK_INT(ENOENT, errno);
	log_info("three");
	log_to_fd(sink);
	log_info("four");
	CHECK_INT(0, stat(name, &st));
	CHECK_INT(0644, st.st_mode & 0777);
	CHECK_INT(0, buf_read_file(&b, name, 1000));
	CHECK(strstr(b.p, "one\n") && strstr(b.p, "two\n") && strstr(b.p, "three\n") && !strstr(b.p, "four"));
	check_logged("prog[PID] four\n");
	buf_free(&b);
	free(name);
	free(prefix);
	tmp_cleanup(false);
}

static void
test_fatal(void)
{
	int status;
	pid_t pid;

	fflush(stdout);
	reset(LOG_LVL_FATAL);
	pid = fork();
	if (pid == 0) {
		errno = ENOENT;
		if (getppid() != 0)
			log_fatal(107, "gone");
	}
	waitpid(pid, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 107);
	lseek(sink, 0, SEEK_SET);
	{
		struct buf b = BUF_INIT;

		CHECK_INT(0, buf_read_fd(&b, sink, 1000));
		CHECK(ends_with(b.p, "] ERROR: gone: No such file or directory\n"));
		buf_free(&b);
	}
}

/* A sink that is gone must not stop or end the program. */
static void
test_broken_sink(void)
{
	log_set_level(LOG_LVL_WARN);
	log_to_fd(1000000);
	errno = ENOENT;
	log_warnx("nobody sees this");
	CHECK_INT(ENOENT, errno);
}

static int open_calls, open_result;

static int
open_for_diverted(void)
{
	open_calls++;
	return open_result;
}

/* Errors stay where they were, the rest goes to a descriptor that is opened when it is needed. */
static void
test_divert(void)
{
	char line[256];
	int usual[2], other[2];
	ssize_t n;

	CHECK(pipe(usual) == 0 && pipe(other) == 0);
	log_init("divert");
	log_to_fd(usual[1]);
	open_calls = 0;
	open_result = other[1];
	log_divert(open_for_diverted);
	log_errx("bad");
	log_info("not shown");
	CHECK_INT(0, open_calls);
	n = read(usual[0], line, sizeof(line) - 1);
	line[n > 0 ? n : 0] = '\0';
	CHECK(strstr(line, "ERROR: bad\n") != NULL);
	log_warnx("first");
	log_warnx("second");
	CHECK_INT(1, open_calls);
	n = read(other[0], line, sizeof(line) - 1);
	line[n > 0 ? n : 0] = '\0';
	CHECK(strstr(line, "first\n") != NULL && strstr(line, "second\n") != NULL);

	open_result = -1;
	log_divert(open_for_diverted);
	log_warnx("dropped");
	log_warnx("dropped");
	CHECK_INT(2, open_calls);
	log_divert(NULL);
	for (int i = 0; i < 2; i++) {
		close(usual[i]);
		close(other[i]);
	}
}

int
main(void)
{
	sink = io_anon_file("log_test", tmp_dir());
	test_lines();
	test_levels();
	test_hostile();
	test_tee();
	test_file();
	test_fatal();
	test_broken_sink();
	test_divert();
	return check_done();
}
