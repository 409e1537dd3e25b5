/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/journal.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/tmp.h"
#include "client/summary.h"
#include "tests/unit/check.h"

#define WRITERS 8
#define LINES 200

static const char *top;

static void
test_round_trip(void)
{
	struct journal_entry e, in = {
		.kind = JOURNAL_THERE, .where = "box:4000", .wall_ms = 1234, .far_ms = 1000, .near_ms = 7, .sent = 1u << 20,
		.received = 99, .what = "src/a\tb\n.c", .why = NULL,
	};
	char *path = path_join(top, "round");
	struct buf text = BUF_INIT;

	journal_add(NULL, &in);
	journal_add("/no/such/directory/journal", &in);
	journal_add(path, &in);
	CHECK(buf_read_file(&text, path, 10000) == 0);
	CHECK(text.n > 0 && text.p[text.n - 1] == '\n');
	text.p[text.n - 1] = '\0';
	CHECK(journal_parse(text.p, &e));
	CHECK_INT(JOURNAL_THERE, e.kind);
	CHECK(e.end_ms > 1600000000000);
	CHECK_STR("box:4000", e.where);
	CHECK_INT(1234, e.wall_ms);
	CHECK_INT(1000, e.far_ms);
	CHECK_INT(7, e.near_ms);
	CHECK_INT(1 << 20, e.sent);
	CHECK_INT(99, e.received);
	CHECK_STR("src/a?b?.c", e.what);
	CHECK_STR("", e.why);
	buf_free(&text);
	free(path);
}

/* However long the texts, a line is a line. */
static void
test_long_texts(void)
{
	char *path = path_join(top, "long"), name[5000];
	struct journal_entry e, in = {.kind = JOURNAL_FAULT, .where = name, .wall_ms = INT64_MAX, .far_ms = INT64_MAX,
		.near_ms = INT64_MAX, .sent = INT64_MAX, .received = INT64_MAX, .what = name, .why = name};
	struct buf text = BUF_INIT;

	memset(name, 'x', sizeof(name));
	memcpy(name + sizeof(name) - 5, "end", 4);
	journal_add(path, &in);
	CHECK(buf_read_file(&text, path, 10000) == 0);
	CHECK(text.n > 0 && text.n <= JOURNAL_LINE_MAX && text.p[text.n - 1] == '\n');
	text.p[text.n - 1] = '\0';
	CHECK(journal_parse(text.p, &e) && ends_with(e.what, "end"));
	buf_free(&text);
	free(path);
}

static void
test_full(void)
{
	char *path = path_join(top, "full");
	struct journal_entry in = {.kind = JOURNAL_HERE, .where = "localhost", .what = "a.c", .why = "x"};
	struct stat st;

	journal_add(path, &in);
	CHECK(truncate(path, JOURNAL_MAX) == 0);
	journal_add(path, &in);
	CHECK(stat(path, &st) == 0 && st.st_size == JOURNAL_MAX);
	free(path);
}

static void
test_many_writers(void)
{
	char *path = path_join(top, "many");
	struct journal_entry in = {.kind = JOURNAL_THERE, .where = "box", .far_ms = 10, .what = "a.c"};
	struct summary s = {0};
	struct buf text = BUF_INIT;

	for (int i = 0; i < WRITERS; i++) {
		if (fork() == 0) {
			for (int j = 0; j < LINES; j++)
				journal_add(path, &in);
			_exit(0);
		}
	}
	for (int i = 0; i < WRITERS; i++)
		wait(NULL);
	CHECK(buf_read_file(&text, path, JOURNAL_MAX) == 0);
	summary_add_text(&s, text.p);
	CHECK_INT(WRITERS * LINES, s.there);
	CHECK_INT(WRITERS * LINES * 10, s.far_ms);
	summary_free(&s);
	buf_free(&text);
	free(path);
}

static const struct {
	const char *line;
	bool ok;
} lines[] = {
	{"1\t5\there\tlocalhost\t0\t0\t0\t0\t0\ta.c\twhy", true},
	{"1\t5\there\tlocalhost\t0\t0\t0\t0\t0\ta.c\t", true},
	{"1\t5\there\tlocalhost\t0\t0\t0\t0\t0\ta.c\twhy\tof the future", true},
	{"1\t5\there\tlocalhost\t0\t0\t0\t0\t0\ta.c", false},
	{"2\t5\there\tlocalhost\t0\t0\t0\t0\t0\ta.c\twhy", false},
	{"1\t5\tnowhere\tlocalhost\t0\t0\t0\t0\t0\ta.c\twhy", false},
	{"1\t-5\there\tlocalhost\t0\t0\t0\t0\t0\ta.c\twhy", false},
	{"1\t5\there\tlocalhost\tx\t0\t0\t0\t0\ta.c\twhy", false},
	{"1\t5\there\tlocalhost\t0\t0\t0\t\t0\ta.c\twhy", false},
	{"1\t99999999999999999999\there\tlocalhost\t0\t0\t0\t0\t0\ta.c\twhy", false},
	{"", false},
	{"\t\t\t\t\t\t\t\t\t\t", false},
	{"garbage", false},
};

static void
test_lines(void)
{
	for (size_t i = 0; i < countof(lines); i++) {
		struct journal_entry e;
		char *copy = xstrdup(lines[i].line);

		CHECK_ROW(lines[i].line, journal_parse(copy, &e) == lines[i].ok);
		free(copy);
	}
}

static void
test_summary(void)
{
	char text[] =
		"1\t1000\tthere\tbox\t900\t500\t10\t1024\t2048\ta.c\t\n"
		"garbage\n"
		"1\t2000\tthere\tlarry\t900\t250\t10\t100\t200\tb.c\t\n"
		"1\t1500\tthere\tbox\t900\t1500\t10\t1024\t2048\tc.c\ta.h:1: __DATE__\n"
		"1\t1600\tfault\tlarry\t90\t0\t0\t0\t0\td.c\tConnection refused\n"
		"1\t3000\there\tlocalhost\t90\t0\t0\t0\t0\td.c\tit links\n"
		"1\t3000\there\tlocalhost\t90\t0\t0\t0\t0\td.c\t";	/* no newline: still being written */
	struct summary s = {0};
	struct buf out = BUF_INIT;

	summary_print(&out, &s);
	CHECK_INT(0, out.n);
	summary_add_text(&s, text);
	CHECK_INT(3, s.there);
	CHECK_INT(2, s.here);
	CHECK_INT(1, s.classic);
	CHECK_INT(1, s.faults);
	CHECK_INT(2250, s.far_ms);
	CHECK_INT(1000, s.first_ms);
	CHECK_INT(3000, s.last_ms);
	summary_print(&out, &s);
	CHECK_STR("3 of 5 jobs distributed (60%), 2 done here; about 2.2 s of compiling saved\n"
		"  box                       2 jobs       2.0 s  sent 2.0 KiB, received 4.0 KiB\n"
		"  larry                     1 job        0.2 s  sent 100 B, received 200 B\n"
		"                            1 time in vain: Connection refused\n"
		"  preprocessed here (classic mode) because:\n"
		"         1  a.h:1: __DATE__\n"
		"  done here because:\n"
		"         1  it links\n"
		"         1  no reason given\n", out.p);
	buf_free(&out);
	summary_free(&s);
}

static void
test_many_reasons(void)
{
	struct summary s = {0};
	struct buf out = BUF_INIT;
	char why[20];

	for (int i = 0; i < 100; i++) {
		struct journal_entry e = {.kind = JOURNAL_HERE, .where = "localhost", .what = "a.c", .why = why};

		snprintf(why, sizeof(why), "reason %d", i);
		summary_add(&s, &e);
	}
	summary_print(&out, &s);
	CHECK(strstr(out.p, "        92  for 92 other reasons\n") != NULL);
	buf_free(&out);
	summary_free(&s);
}

int
main(void)
{
	top = tmp_create_dir("/tmp/client_journal_test.");
	test_round_trip();
	test_long_texts();
	test_full();
	test_many_writers();
	test_lines();
	test_summary();
	test_many_reasons();
	tmp_remove(top);
	return check_done();
}
