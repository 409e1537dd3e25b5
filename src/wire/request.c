/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/request.h"

#include <string.h>

static void
add_token(struct buf *b, const char *name, uint32_t val)
{
	char token[TOKEN_LEN];

	token_format(token, name, val);
	buf_add(b, token, sizeof(token));
}

enum wire_err
request_send_head(int fd, unsigned version, char *const *argv, const struct io_limit *lim)
{
	struct buf b = BUF_INIT;
	enum wire_err err = WIRE_OK;
	uint32_t n = 0;

	while (n <= REQUEST_MAX_ARGS && argv[n] != NULL)
		n++;
	if (n == 0 || n > REQUEST_MAX_ARGS)
		return WIRE_COUNT;
	add_token(&b, "DIST", version);
	add_token(&b, "ARGC", n);
	for (uint32_t i = 0; i < n && err == WIRE_OK; i++)
		err = bulk_add(&b, "ARGV", argv[i], strlen(argv[i]), false);
	if (err == WIRE_OK)
		err = bulk_send_raw(fd, &b, lim);
	buf_free(&b);
	return err;
}

static enum wire_err
read_argv(int fd, uint32_t argc, struct strv *argv, const struct io_limit *lim)
{
	uint32_t left = REQUEST_MAX_ARGS_BYTES;

	while (argc-- > 0) {
		char *arg;
		enum wire_err err = token_read_str(fd, "ARGV", left < REQUEST_MAX_ARG ? left : REQUEST_MAX_ARG, &arg, lim);
		size_t len;

		if (err != WIRE_OK)
			return wire_inside(err);
		strv_push_own(argv, arg);
		len = strlen(arg);
		left -= (uint32_t)len;
		bulk_bytes_received += TOKEN_LEN + len;
	}
	return WIRE_OK;
}

enum wire_err
request_read_head(int fd, struct request *req, const struct io_limit *lim)
{
	enum wire_err err;
	uint32_t val;

	*req = (struct request){0};
	err = token_read(fd, "DIST", &val, lim);
	if (err != WIRE_OK)
		return err;
	req->version = val;
	if (val > PROTO_LZO)
		return WIRE_VERSION;
	err = token_read(fd, "ARGC", &val, lim);
	if (err != WIRE_OK)
		return wire_inside(err);
	bulk_bytes_received += 2 * TOKEN_LEN;
	if (val == 0 || val > REQUEST_MAX_ARGS)
		return WIRE_COUNT;
	return read_argv(fd, val, &req->argv, lim);
}

bool
request_lzo(unsigned version)
{
	return version >= PROTO_LZO;
}

void
request_free(struct request *req)
{
	strv_free(&req->argv);
}
