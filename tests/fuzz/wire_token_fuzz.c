/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens: what token_parse takes is exactly what token_format could have made, upper case apart. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_parse(const char raw[TOKEN_LEN])
{
	char again[TOKEN_LEN], name[4];
	uint32_t val;

	memcpy(name, raw, sizeof(name));
	if (token_parse(raw, name, &val) != WIRE_OK)
		return;
	token_format(again, name, val);
	for (int i = 0; i < TOKEN_LEN; i++) {
		if (again[i] != raw[i] && !(raw[i] >= 'A' && raw[i] <= 'F' && again[i] == raw[i] + 'a' - 'A'))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct io_limit lim = {.idle_ms = 1000};
	char name[5], *s = NULL;
	uint32_t val;
	int pair[2];

	if (size >= TOKEN_LEN)
		check_parse((const char *)data);
	if (size > 16384 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return 0;
	if (io_write_full(pair[1], data, size, &lim) != IO_OK)
		abort();
	close(pair[1]);
	if (token_read_any(pair[0], name, &val, &lim) == WIRE_OK) {
		if (strlen(name) != 4)
			abort();
		while (token_read_str(pair[0], "ARGV", 1000, &s, &lim) == WIRE_OK) {
			if (strlen(s) > 1000)
				abort();
			free(s);
		}
	}
	close(pair[0]);
	return 0;
}
