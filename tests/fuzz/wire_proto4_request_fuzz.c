/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A first flight of protocol 4 as the daemon reads it, behind DIST: head, then blobs. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/proto4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct io_limit lim = {.idle_ms = 1000};

static void
check_request(const struct p4_request *r)
{
	if (!p4_path_ok(r->cwd) || r->argv.n == 0 || r->argv.n > P4_MAX_ARGS || r->env.n > P4_MAX_ARGS || r->tree.n > P4_MAX_TREE)
		abort();
	if ((r->flags & ~P4_ALL_FLAGS) != 0)
		abort();
	for (uint32_t i = 0; i < r->n_have; i++) {
		if (!p4_path_ok(r->have[i].name))
			abort();
	}
	for (size_t i = 0; i < r->env.n; i++) {
		if (strchr(r->env.v[i], '=') == NULL)
			abort();
	}
}

static void
read_blobs(int fd)
{
	uint32_t index, stored;
	uint64_t size;
	bool sent;

	while (p4_read_blob_head(fd, &sent, &index, &size, &stored, &lim) == WIRE_OK && !sent) {
		int file = io_anon_file("fuzz", "/tmp");
		enum wire_err err = p4_read_body(fd, stored, file, size, &lim);
		off_t end = lseek(file, 0, SEEK_END);

		if ((err == WIRE_OK && end != (off_t)size) || end > (off_t)size)
			abort();
		close(file);
		if (err != WIRE_OK)
			return;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct p4_request r;
	int pair[2];

	if (size > 65536 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return 0;
	if (io_write_full(pair[1], data, size, &lim) != IO_OK)
		abort();
	close(pair[1]);
	if (p4_read_request(pair[0], &r, &lim) == WIRE_OK) {
		check_request(&r);
		read_blobs(pair[0]);
	}
	p4_request_free(&r);
	close(pair[0]);
	return 0;
}
