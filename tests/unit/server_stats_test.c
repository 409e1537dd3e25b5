/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/stats.h"

#include "tests/unit/check.h"

#define MINUTE 60000
#define BEGAN 1000000

/* Each row happens at its time (ms after the start), in order: so many run from then on; or, with ends, a compile ends. */
struct event {
	int64_t at;
	long running;
	bool ends;
};

#define MAX_EVENTS 8

static const struct {
	const char *what;
	struct event events[MAX_EVENTS];
	int64_t now;
	double average[3];
	uint64_t compiles[3];
} windows[] = {
	{"nothing ever", {{0}}, 10 * MINUTE, {0, 0, 0}, {0, 0, 0}},
	{"the first moment", {{0, 2, false}}, 0, {0, 0, 0}, {0, 0, 0}},
	{"two run all the time, for less than a minute", {{0, 2, false}, {30000, 2, false}}, 30000, {2, 2, 2}, {0, 0, 0}},
	{"one ran half of the time", {{0, 1, false}, {15000, 0, false}, {15000, 0, true}}, 30000, {.5, .5, .5}, {1, 1, 1}},
	{"two minutes ago", {{0, 4, false}, {MINUTE, 0, false}, {MINUTE - 1, 0, true}}, 3 * MINUTE, {0, 4. / 3, 4. / 3}, {0, 1, 1}},
	{"ten minutes ago", {{0, 4, false}, {MINUTE, 0, false}, {5000, 0, true}, {5001, 0, true}}, 10 * MINUTE, {0, 0, .4}, {0, 0, 2}},
	{"an hour ago", {{0, 4, false}, {MINUTE, 0, false}, {5000, 0, true}}, 60 * MINUTE, {0, 0, 0}, {0, 0, 0}},
	{"for an hour", {{0, 3, false}, {60 * MINUTE, 3, false}}, 60 * MINUTE, {3, 3, 3}, {0, 0, 0}},
	{"a slot of an hour ago is used again", {{0, 3, false}, {4000, 0, false}, {4000, 0, true}, {60 * MINUTE, 1, false}, {60 * MINUTE + 2000, 0, false},
	  {60 * MINUTE + 2000, 0, true}}, 60 * MINUTE + 5000, {2. / 60, 2. / 300, 2. / 900}, {1, 1, 1}},
};

static bool
near(double a, double b)
{
	return a - b < .04 && b - a < .04;
}

static void
check_windows(void)
{
	static const int minutes[3] = {1, 5, 15};
	static const struct stats_job job = {.outcome = COMPILE_OK, .ms = 1};

	for (size_t i = 0; i < countof(windows); i++) {
		struct stats s;

		stats_init(&s, BEGAN);
		for (size_t k = 0; k < MAX_EVENTS; k++) {
			const struct event *e = &windows[i].events[k];

			if (k > 0 && e->at == 0)
				break;
			if (e->ends)
				stats_ended(&s, BEGAN + e->at, &job);
			else
				stats_running(&s, BEGAN + e->at, e->running);
		}
		for (size_t k = 0; k < 3; k++) {
			if (!near(stats_average(&s, BEGAN + windows[i].now, minutes[k]), windows[i].average[k]))
				CHECK_STR(windows[i].what, "average");
			if (stats_compiles(&s, BEGAN + windows[i].now, minutes[k]) != windows[i].compiles[k])
				CHECK_STR(windows[i].what, "compiles");
		}
	}
}

static const struct stats_job jobs[] = {
	{COMPILE_OK, 12, false, false, "gcc", "a.c"},
	{COMPILE_OK, 1500, true, false, "g++", "dir/long one.cc"},
	{COMPILE_OK, 2, true, true, "g++", "b.cc"},
	{COMPILE_ERROR, 30, true, false, "gcc", "wrong.c"},
	{COMPILE_TIMEOUT, 900, false, false, "gcc", "slow.c"},
	{CLI_DISCONN, 100000, false, false, "gcc", "gone.c"},
	{REJ_BAD_REQ, 0, false, false, "", ""},
	{REJ_OVERLOAD, 0, false, false, "", ""},
	{OTHER, 0, false, false, "", ""},
	{ASKED, 1 << 30, true, false, "g++", "asked.cc"},
	{ASKED, 1 << 30, true, true, "g++", "asked.cc"},
	{(enum outcome)OUTCOMES, 1 << 30, true, true, "none", "none"},
	{(enum outcome)-1, 1 << 30, true, true, "none", "none"},
};

static const char text[] =
	"<distccstats>\n"
	"dcc_tcp_accept 2\n"
	"dcc_rej_bad_req 1\n"
	"dcc_rej_overload 1\n"
	"dcc_compile_ok 3\n"
	"dcc_compile_error 1\n"
	"dcc_compile_timeout 1\n"
	"dcc_cli_disconnect 1\n"
	"dcc_other 1\n"
	"dcc_longest_job dir/long one.cc\n"
	"dcc_longest_job_compiler g++\n"
	"dcc_longest_job_time_msecs 1500\n"
	"dcc_max_kids 6\n"
	"dcc_avg_kids1 2.00\n"
	"dcc_avg_kids2 2.00\n"
	"dcc_avg_kids3 2.00\n"
	"dcc_current_load 7\n"
	"dcc_load1 0.50\n"
	"dcc_load2 1.25\n"
	"dcc_load3 0.00\n"
	"dcc_num_compiles1 5\n"
	"dcc_num_compiles2 5\n"
	"dcc_num_compiles3 5\n"
	"dcc_num_procstate_D 1\n"
	"dcc_max_RSS 4096\n"
	"dcc_max_RSS_name (cc1plus)\n"
	"dcc_io_rate -1\n"
	"dcc_free_space 81 MB\n"
	"dcc_running 2\n"
	"dcc_waiting 3\n"
	"dcc_compile_replica 3\n"
	"dcc_compile_known 1\n"
	"dcc_asked 2\n"
	"dcc_uptime 20\n"
	"</distccstats>\n";

static void
check_text(void)
{
	static const struct stats_now now = {.max_jobs = 6, .running = 2, .waiting = 3, .load = {.5, 1.25, 0}, .run_queue = 7, .blocked = 1,
					     .max_rss_kib = 4096, .max_rss_name = "cc1plus", .io_kib_s = -1, .free_mib = 81};
	struct buf out = BUF_INIT;
	struct stats s;

	stats_init(&s, BEGAN);
	stats_accepted(&s);
	stats_accepted(&s);
	stats_running(&s, BEGAN, 2);
	for (size_t i = 0; i < countof(jobs); i++)
		stats_ended(&s, BEGAN + 10000, &jobs[i]);
	stats_running(&s, BEGAN + 20000, 0);
	stats_text(&s, BEGAN + 20000, &now, &out);
	CHECK_STR(text, out.p);
	buf_free(&out);
	/* nothing has happened yet */
	stats_init(&s, BEGAN);
	stats_text(&s, BEGAN, &now, &out);
	CHECK(strstr(out.p, "\ndcc_longest_job none\ndcc_longest_job_compiler none\ndcc_longest_job_time_msecs 0\n") != NULL);
	buf_free(&out);
}

int
main(void)
{
	check_windows();
	check_text();
	return check_done();
}
