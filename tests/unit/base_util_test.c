/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "check.h"

/* Under AddressSanitizer: a request for too much is refused, not fatal. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void
test_affixes(void)
{
	CHECK(starts_with("-fplugin=x", "-fplugin="));
	CHECK(starts_with("x", ""));
	CHECK(!starts_with("-f", "-fplugin="));
	CHECK(ends_with("a.c", ".c"));
	CHECK(ends_with("a", ""));
	CHECK(ends_with("", ""));
	CHECK(!ends_with("c", ".c"));
	CHECK(!ends_with("a.c", ".cc"));
}

/* Zero bytes are no shortage of memory; too many are exit status 105. */
static void
test_alloc(void)
{
	volatile size_t too_many = (size_t)-1 / 4 * 3;
	char *s = xasprintf("%s-%d", "x", 7);
	void *p = xmalloc(0), *q = xcalloc(0, 8);
	int status;
	pid_t pid;

	CHECK_STR("x-7", s);
	CHECK(p != NULL && q != NULL);
	p = xrealloc(p, 0);
	CHECK(p != NULL);
	free(s);
	free(p);
	free(q);
	s = xstrndup("hello", 2);
	CHECK_STR("he", s);
	free(s);

	pid = fork();
	if (pid == 0) {
		log_set_level(LOG_LVL_FATAL);
		close(2);
		free(xmalloc(too_many));
		_exit(0);
	}
	waitpid(pid, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_OUT_OF_MEMORY);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

/* Signals neither shorten nor lengthen a wait. */
static void
test_wait(void)
{
	struct itimerval tick = {.it_interval = {0, 3000}, .it_value = {0, 3000}};
	struct itimerval off = {0};
	int64_t start;

	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &tick, NULL);
	start = clock_ms();
	clock_wait_ms(40);
	CHECK(clock_ms() - start >= 39);
	setitimer(ITIMER_REAL, &off, NULL);
	CHECK(clock_ms() >= start);
	clock_wait_ms(0);
}

int
main(void)
{
	log_init("util_test");
	test_affixes();
	test_alloc();
	test_wait();
	return check_done();
}
