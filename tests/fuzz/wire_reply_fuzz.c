/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole reply as the client reads it; the first byte chooses the protocol. */
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_reply(const struct reply *r, int file)
{
	if (!WIFEXITED(r->status) && !WIFSIGNALED(r->status))
		abort();
	if (r->status == 0 ? lseek(file, 0, SEEK_END) != (off_t)r->object_size : r->object_size != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct io_limit lim = {.idle_ms = 1000};
	struct reply r = REPLY_INIT;
	unsigned version;
	int pair[2], file;

	if (size == 0 || size > 65536 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return 0;
	version = data[0] & 1 ? 1 : 2;
	if (io_write_full(pair[1], data + 1, size - 1, &lim) != IO_OK)
		abort();
	close(pair[1]);
	file = io_anon_file("fuzz", "/tmp");
	if (reply_read_status(pair[0], version, &r, &lim) == WIRE_OK &&
	    reply_read_rest(pair[0], version, &r, file, &lim) == WIRE_OK)
		check_reply(&r, file);
	reply_free(&r);
	close(file);
	close(pair[0]);
	return 0;
}
