/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole request as the daemon reads it: head, then the source. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_head(const struct request *req)
{
	if (req->version > PROTO_LZO || req->argv.n == 0 || req->argv.n > REQUEST_MAX_ARGS)
		abort();
	for (size_t i = 0; i < req->argv.n; i++) {
		if (strlen(req->argv.v[i]) > REQUEST_MAX_ARG)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct io_limit lim = {.idle_ms = 1000};
	struct request req;
	uint64_t plain = 0;
	int pair[2], file;

	if (size > 65536 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return 0;
	if (io_write_full(pair[1], data, size, &lim) != IO_OK)
		abort();
	close(pair[1]);
	if (request_read_head(pair[0], &req, &lim) == WIRE_OK) {
		check_head(&req);
		file = io_anon_file("fuzz", "/tmp");
		if (bulk_recv_fd(pair[0], "DOTI", file, 1 << 20, request_lzo(req.version), &plain, &lim) == WIRE_OK &&
		    (plain > 1 << 20 || lseek(file, 0, SEEK_END) != (off_t)plain))
			abort();
		close(file);
	}
	request_free(&req);
	close(pair[0]);
	return 0;
}
