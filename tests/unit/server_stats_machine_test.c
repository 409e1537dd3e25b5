/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/stats_machine.h"

#include "tests/unit/check.h"

static const struct {
	const char *vmstat;
	int64_t kib;
} io[] = {
	{"nr_free_pages 5\npgpgin 100\npgpgout 23\npswpin 7\n", 123},
	{"pgpgin 100\npgpgout 23", 123},
	{"pgpgin 100\n", -1},
	{"xpgpgin 100\npgpgout 23\n", -1},
	{"pgpginx 100\npgpgout 23\n", -1},
	{"", -1},
};

static const struct {
	const char *text;
	double load[3];
	long run_queue;
} loads[] = {
	{"0.50 1.25 2.00 3/421 29871\n", {.5, 1.25, 2}, 3},
	{"0.50 1.25\n", {-1, -1, -1}, -1},
	{"?", {-1, -1, -1}, -1},
	{"", {-1, -1, -1}, -1},
};

static const struct {
	const char *stat, *name;
	char state;
	long pages;
	bool good;
} processes[] = {
	{"7 (cc1plus) R 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 99 1000000 4242 18446744073709551615 1", "cc1plus", 'R', 4242, true},
	{"7 (a) D (b) D 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 99 1000000 42 1", "a) D (b", 'D', 42, true},
	{"7 (a\nb) S 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 99 1000000 0 1", "a?b", 'S', 0, true},
	{"7 () S 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 99 1000000 9 1", "", 'S', 9, true},
	{"7 (xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx) S 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 99 1000000 9 1", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 'S', 9, true},
	{"7 (short) S 1 7", NULL, 0, 0, false},
	{"7 short S", NULL, 0, 0, false},
	{")(", NULL, 0, 0, false},
	{"", NULL, 0, 0, false},
};

int
main(void)
{
	struct stats_now now;

	for (size_t i = 0; i < countof(io); i++)
		CHECK(stats_machine_io(io[i].vmstat) == io[i].kib);
	for (size_t i = 0; i < countof(loads); i++) {
		stats_machine_load(loads[i].text, &now);
		CHECK(memcmp(now.load, loads[i].load, sizeof(now.load)) == 0);
		CHECK(now.run_queue == loads[i].run_queue);
	}
	for (size_t i = 0; i < countof(processes); i++) {
		char name[32], state = 0;
		long pages = 0;

		CHECK(stats_machine_process(processes[i].stat, name, &state, &pages) == processes[i].good);
		if (!processes[i].good)
			continue;
		CHECK_STR(processes[i].name, name);
		CHECK(state == processes[i].state && pages == processes[i].pages);
	}
	stats_machine_look("/", &now);
	CHECK(now.max_rss_kib > 0 && now.max_rss_name[0] != '\0' && now.free_mib >= 0);
	stats_machine_look("/nowhere/at/all", &now);
	CHECK(now.free_mib == -1);
	return check_done();
}
