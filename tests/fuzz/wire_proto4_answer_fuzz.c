/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a daemon says in protocol 4, as the client reads it. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire/proto4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ENTRIES 1000

static const struct io_limit lim = {.idle_ms = 1000};

static bool
read_output(int fd)
{
	int file = io_anon_file("fuzz", "/tmp");
	static const char base[] = "int x; int x; int x;";
	struct p4_output o;
	bool ok = p4_read_output_head(fd, 1, &o, &lim) == WIRE_OK;

	if (ok && o.same) {
		if (o.base != 1 || o.size == 0 || o.stored != 0)
			abort();
		free(o.name);
	} else if (ok) {
		if (!p4_path_ok(o.name) || strlen(o.name) < 2 || o.mode > 07777 || o.base > 1)
			abort();
		free(o.name);
		if (o.base != 0)
			ok = p4_read_body_near(fd, o.stored, file, o.size, base, sizeof(base), &lim) == WIRE_OK;
		else
			ok = p4_read_body(fd, o.stored, file, o.size, &lim) == WIRE_OK;
		if (ok && lseek(file, 0, SEEK_END) != (off_t)o.size)
			abort();
	}
	close(file);
	return ok;
}

static void
read_result(int fd)
{
	struct p4_result r;
	char *info;

	if (p4_read_result(fd, &r, &lim) == WIRE_OK) {
		bool ok = true;

		if (r.outputs > P4_MAX_OUTPUTS || !(WIFEXITED(r.status) || WIFSIGNALED(r.status)))
			abort();
		for (uint32_t i = 0; ok && i < r.outputs; i++)
			ok = read_output(fd);
		if (ok && p4_read_info(fd, &info, &lim) == WIRE_OK) {
			(void)p4_info_number(info, "slots", -1);
			free(info);
		}
	}
	p4_result_free(&r);
}

static void
check_want(const struct p4_answer *a)
{
	for (size_t i = 0; i < a->n_want; i++) {
		if (a->want[i] >= ENTRIES || (i > 0 && a->want[i] <= a->want[i - 1]))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool more = true;
	int pair[2];

	if (size > 65536 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return 0;
	if (io_write_full(pair[1], data, size, &lim) != IO_OK)
		abort();
	close(pair[1]);
	while (more) {
		struct p4_answer a;

		more = p4_read_answer(pair[0], ENTRIES, &a, &lim) == WIRE_OK;
		if (more) {
			check_want(&a);
			if (a.said == P4_SAID_DONE)
				read_result(pair[0]);
			more = a.said == P4_SAID_BEAT || a.said == P4_SAID_WANT;
		}
		p4_answer_free(&a);
	}
	close(pair[0]);
	return 0;
}
