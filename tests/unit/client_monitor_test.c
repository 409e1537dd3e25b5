/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/monitor.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "client/state.h"
#include "tests/unit/check.h"
#include "tests/unit/record_holder.h"

#define NOBODY 2147483647ul	/* above all pids */

static void
test_lines(void)
{
	/* the lines of stock's monitor for the same records */
	static const struct {
		pid_t pid;
		struct state_record record;
		const char *line;
	} cases[] = {
		{1, {.file = "a.c", .host = "box", .phase = STATE_CPP}, "     1  Preprocess  a.c                                                 box[0]"},
		{1234567, {.file = "a.c", .host = "box:4000", .slot = 12, .phase = STATE_SEND}, "1234567  Send        a.c                                            box:4000[12]"},
		{42, {.file = "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd.c", .host = "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd", .phase = STATE_RECEIVE},
			"    42  Receive     aaaaaaaaaabbbbbbbbbbcccccccccc aaaaaaaaaabbbbbbbbbbcccc[0]"},
		{7, {.file = "", .host = "", .phase = STATE_BLOCKED}, "     7  Blocked                                                            [0]"},
		{7, {.file = "\033[2Jx\n.c", .host = "\x7f\t", .phase = STATE_STARTUP}, "     7  Startup     ?[2Jx?.c                                             ??[0]"},
		{7, {.file = "gr\xc3\xbc.c", .host = "h", .slot = -1, .phase = STATE_CONNECT}, "     7  Connect     gr\xc3\xbc.c                                                h[-1]"},
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct monitor_job j = {.record = cases[i].record, .pid = cases[i].pid};
		char *line = monitor_line(&j);

		CHECK_STR(cases[i].line, line);
		free(line);
	}
}

/* Write n bytes of a record as dir/name; a descriptor of it. */
static int
put(const char *dir, const char *name, const struct state_record *r, size_t n)
{
	char *path = path_join(dir, name);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	CHECK(fd != -1 && write(fd, r, n) == (ssize_t)n);
	free(path);
	return fd;
}

static void
put_record(const char *dir, const char *name, unsigned long pid, const char *host, int slot, int phase)
{
	struct state_record r = {.size = sizeof(r), .magic = STATE_RECORD_MAGIC, .pid = pid, .file = "a.c", .slot = slot, .phase = phase};

	snprintf(r.host, sizeof(r.host), "%s", host);
	close(put(dir, name, &r, sizeof(r)));
}

/* "HOST[SLOT] ..." of all that is found, sorted. */
static void
check_found(const char *dir, const char *expected)
{
	struct monitor m = {0};
	char text[400] = "";
	size_t n = 0;

	monitor_read(&m, dir);
	monitor_sort(&m);
	for (size_t i = 0; i < m.n && n < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s[%d]", i > 0 ? " " : "", m.v[i].record.host, m.v[i].record.slot);
	CHECK_STR(expected, text);
	monitor_free(&m);
}

static void
test_found(const char *dir)
{
	unsigned long we = (unsigned long)getpid();

	check_found(dir, "");
	CHECK(path_mkdirs(dir) == 0);
	put_record(dir, "binstate_3", we, "b", 1, STATE_COMPILE);
	put_record(dir, "binstate_4", we, "b", 0, STATE_COMPILE);
	put_record(dir, "binstate_5_2", we, "a", 7, STATE_STARTUP);
	check_found(dir, "a[7] b[0] b[1]");
	/* what is over, has gone, or has another name */
	put_record(dir, "binstate_6", we, "done", 0, STATE_DONE);
	put_record(dir, "binstate_7", we, "below", 0, -1);
	put_record(dir, "binstate_8", we, "above", 0, 1000);
	put_record(dir, "binstate_9", NOBODY, "gone", 0, STATE_COMPILE);
	put_record(dir, "binstate_10", 0, "group", 0, STATE_COMPILE);
	put_record(dir, ".spare_0", we, "spare", 0, STATE_COMPILE);
	put_record(dir, "binstate_x", we, "name", 0, STATE_COMPILE);
	put_record(dir, "binstate_1_x", we, "name", 0, STATE_COMPILE);
	check_found(dir, "a[7] b[0] b[1]");
}

static void
test_no_records(const char *dir)
{
	struct state_record r = {.size = sizeof(r), .magic = STATE_RECORD_MAGIC, .pid = (unsigned long)getpid(), .phase = STATE_COMPILE};
	char *fifo = path_join(dir, "binstate_4"), *target = path_join(dir, "elsewhere"), *link = path_join(dir, "binstate_5");
	char *expected;

	CHECK(path_mkdirs(dir) == 0);
	close(put(dir, "binstate_1", &r, sizeof(r) - 1));
	close(put(dir, "elsewhere", &r, sizeof(r)));
	r.size--;
	close(put(dir, "binstate_2", &r, sizeof(r)));
	r.size++;
	r.magic++;
	close(put(dir, "binstate_3", &r, sizeof(r)));
	CHECK(mkfifo(fifo, 0600) == 0 && symlink(target, link) == 0);
	check_found(dir, "");
	/* texts without an end */
	r.magic--;
	memset(r.file, 'f', sizeof(r.file));
	memset(r.host, 'h', sizeof(r.host));
	close(put(dir, "binstate_6", &r, sizeof(r)));
	r.host[sizeof(r.host) - 1] = '\0';
	expected = xasprintf("%s[0]", r.host);
	check_found(dir, expected);
	free(expected);
	free(fifo);
	free(target);
	free(link);
}

/* Who holds a record is alive whatever its number says, and is known by the number that he has here. */
static void
test_held(const char *dir)
{
	char *path = path_join(dir, "binstate_2");
	struct monitor m = {0};
	pid_t child;

	CHECK(path_mkdirs(dir) == 0);
	put_record(dir, "binstate_2", NOBODY, "h", 0, STATE_COMPILE);
	child = start_holder(path);
	monitor_read(&m, dir);
	CHECK_INT(1, m.n);
	CHECK(m.n == 1 && m.v[0].pid == child);
	monitor_free(&m);
	end_holder(child);
	check_found(dir, "");
	free(path);
}

int
main(void)
{
	const char *top = tmp_create_dir("/tmp/client_monitor_test.");
	char *found = path_join(top, "found"), *none = path_join(top, "none"), *held = path_join(top, "held");

	test_lines();
	test_found(found);
	test_no_records(none);
	test_held(held);
	free(found);
	free(none);
	free(held);
	tmp_remove(top);
	return check_done();
}
