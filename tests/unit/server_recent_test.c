/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/recent.h"

static void
test_before_it_is_prepared(void)
{
	recent_note(RECENT_ROOT, "x", clock_ms());
	CHECK(!recent_is(RECENT_ROOT, "x"));
	recent_forget();
}

static void
test_kinds_names_and_ages(void)
{
	static const struct {
		int64_t age;
		bool recent;
	} ages[] = {{0, true}, {500, true}, {1000, false}, {60000, false}, {-60000, false}};

	recent_note(RECENT_ROOT, "x", clock_ms());
	CHECK(recent_is(RECENT_ROOT, "x"));
	CHECK(!recent_is(RECENT_ROOT, "y"));
	CHECK(!recent_is(RECENT_ROOT, ""));
	CHECK(!recent_is(RECENT_COMPILER, "x"));
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		recent_note(RECENT_ROOT, "x", clock_ms() - ages[i].age);
		CHECK_INT(ages[i].recent, recent_is(RECENT_ROOT, "x"));
	}
	recent_note(RECENT_ROOT, "x", clock_ms());
	recent_forget();
	CHECK(!recent_is(RECENT_ROOT, "x"));
}

static int looks;

static bool
look(const void *arg)
{
	looks++;
	return *(const bool *)arg;
}

static void
test_a_good_look_will_do_for_a_second(void)
{
	const bool bad = false, good = true;

	CHECK(!recent_or_look(RECENT_PCH, "y", look, &bad) && looks == 1);
	CHECK(recent_or_look(RECENT_PCH, "y", look, &good) && looks == 2);
	CHECK(recent_or_look(RECENT_PCH, "y", look, &bad) && looks == 2);
	recent_forget();
	CHECK(!recent_or_look(RECENT_PCH, "y", look, &bad) && looks == 3);
}

static void
test_other_processes_are_told(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		recent_note(RECENT_ALLOWED, "from a child", clock_ms());
		_exit(0);
	}
	CHECK_INT(pid, waitpid(pid, &status, 0));
	CHECK(recent_is(RECENT_ALLOWED, "from a child"));
}

int
main(void)
{
	test_before_it_is_prepared();
	recent_prepare();
	recent_prepare();
	test_kinds_names_and_ages();
	test_a_good_look_will_do_for_a_second();
	test_other_processes_are_told();
	return check_done();
}
