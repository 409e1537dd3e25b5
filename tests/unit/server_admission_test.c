/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/admission.h"

#include "tests/unit/check.h"

static const unsigned char key_a[ACCESS_KEY_LEN] = "a", key_b[ACCESS_KEY_LEN] = "b", key_c[ACCESS_KEY_LEN] = "c";

static void
test_turns(void)
{
	struct admission a = ADMISSION_INIT;

	CHECK_INT(-1, admission_next(&a));
	for (int id = 1; id <= 4; id++)
		admission_wait(&a, key_a, id);
	admission_wait(&a, key_b, 11);
	admission_wait(&a, key_b, 12);
	admission_wait(&a, key_c, 21);
	CHECK_INT(1, admission_next(&a));
	CHECK_INT(11, admission_next(&a));
	CHECK_INT(21, admission_next(&a));
	CHECK_INT(2, admission_next(&a));
	CHECK_INT(12, admission_next(&a));
	CHECK_INT(3, admission_next(&a));
	CHECK_INT(4, admission_next(&a));
	CHECK_INT(-1, admission_next(&a));
	admission_free(&a);
}

/* Clients that come one job at a time neither starve a client with a long queue nor wait behind it. */
static void
test_nobody_starves(void)
{
	struct admission a = ADMISSION_INIT;
	int served = 0;

	for (int id = 1; id <= 50; id++)
		admission_wait(&a, key_a, id);
	admission_wait(&a, key_b, 100);
	admission_wait(&a, key_c, 200);
	for (int i = 0; i < 30; i++) {
		int id = admission_next(&a);

		if (id >= 200)
			admission_wait(&a, key_c, id + 1);
		else if (id >= 100)
			admission_wait(&a, key_b, id + 1);
		else
			served++;
	}
	CHECK_INT(10, served);
	admission_free(&a);
}

static void
test_forget(void)
{
	struct admission a = ADMISSION_INIT;

	for (int id = 1; id <= 40; id++)
		admission_wait(&a, key_a, id);
	admission_wait(&a, key_b, 100);
	admission_forget(&a, 1);
	admission_forget(&a, 40);
	admission_forget(&a, 999);
	CHECK_INT(2, admission_next(&a));
	admission_forget(&a, 100);
	CHECK_INT(3, admission_next(&a));
	CHECK_INT(36, a.n);
	admission_free(&a);
	CHECK_INT(-1, admission_next(&a));
}

static const struct { long jobs, running, young, mib; bool room; } rooms[] = {
	{4, 0, 0, 4000, true},
	{4, 3, 0, 4000, true},
	{4, 4, 0, 4000, false},
	{4, 5, 0, 4000, false},
	{1, 0, 0, 0, true},		/* one always runs */
	{4, 1, 0, 0, false},
	{4, 1, 0, 127, false},
	{4, 1, 0, 128, true},
	{4, 1, 1, 128, false},		/* that one will take it */
	{4, 1, 1, 256, true},
	{4, 3, 3, 511, false},
	{4, 3, 3, 512, true},
	{4, 3, 3, -1, true},		/* unknown */
};

static const struct { const char *text; long mib; } meminfos[] = {
	{"MemTotal:       24684360 kB\nMemFree:        1024 kB\nMemAvailable:    2048000 kB\nBuffers: 0 kB\n", 2000},
	{"MemAvailable:\t1023 kB\n", 0},
	{"MemAvailable: kB\n", -1},
	{"MemAvailable:", -1},
	{"MemFree: 5000 kB\n", -1},
	{"", -1},
};

int
main(void)
{
	test_turns();
	test_nobody_starves();
	test_forget();
	for (size_t i = 0; i < countof(rooms); i++) {
		bool room = admission_room(rooms[i].jobs, rooms[i].running, rooms[i].young, rooms[i].mib);

		if (room != rooms[i].room)
			printf("row %zu\n", i);
		CHECK_INT(rooms[i].room, room);
	}
	for (size_t i = 0; i < countof(meminfos); i++)
		CHECK_INT(meminfos[i].mib, admission_available(meminfos[i].text));
	return check_done();
}
