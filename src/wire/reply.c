/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/reply.h"

#include <sys/stat.h>

#include "base/proc.h"
#include "wire/request.h"

enum wire_err
reply_read_status(int fd, unsigned version, struct reply *r, const struct io_limit *lim)
{
	enum wire_err err;
	uint32_t val;

	err = token_read(fd, "DONE", &val, lim);
	if (err != WIRE_OK)
		return err;
	if (val != version)
		return WIRE_VERSION;
	err = token_read(fd, "STAT", &val, lim);
	if (err != WIRE_OK)
		return wire_inside(err);
	if (!proc_is_end(val))
		return WIRE_STATUS;
	bulk_bytes_received += 2 * TOKEN_LEN;
	r->status = (int)val;
	return WIRE_OK;
}

static enum wire_err
read_object(int fd, bool lzo, struct reply *r, int object_fd, const struct io_limit *lim)
{
	enum wire_err err;
	uint32_t stored;

	err = token_read(fd, "DOTO", &stored, lim);
	if (err != WIRE_OK)
		return err;
	bulk_bytes_received += TOKEN_LEN;
	r->object_size = 0;
	if (stored == 0)
		return WIRE_OK;
	if (r->status != 0)
		return WIRE_STATUS;
	return bulk_recv_body_fd(fd, stored, object_fd, REPLY_MAX_OBJECT, lzo, &r->object_size, lim);
}

enum wire_err
reply_read_rest(int fd, unsigned version, struct reply *r, int object_fd, const struct io_limit *lim)
{
	bool lzo = request_lzo(version);
	enum wire_err err;

	err = bulk_recv_mem(fd, "SERR", &r->err, REPLY_MAX_TEXT, lzo, lim);
	if (err == WIRE_OK)
		err = bulk_recv_mem(fd, "SOUT", &r->out, REPLY_MAX_TEXT, lzo, lim);
	if (err == WIRE_OK)
		err = read_object(fd, lzo, r, object_fd, lim);
	return wire_inside(err);
}

/* Everything before the object but DONE, as it goes over the wire. */
static enum wire_err
add_head(struct buf *b, unsigned version, int status, const struct buf *err_text, const struct buf *out_text)
{
	bool lzo = request_lzo(version);
	char token[TOKEN_LEN];
	enum wire_err err;

	token_format(token, "STAT", (uint32_t)status);
	buf_add(b, token, sizeof(token));
	err = bulk_add(b, "SERR", err_text->p, err_text->n, lzo);
	if (err == WIRE_OK)
		err = bulk_add(b, "SOUT", out_text->p, out_text->n, lzo);
	return err;
}

/* What b holds, then the reply without DONE; frees b. */
static enum wire_err
send_after(struct buf *b, int fd, unsigned version, int status, const struct buf *err_text, const struct buf *out_text, int object_fd, const struct io_limit *lim)
{
	bool with_object = status == 0 && object_fd != -1;
	enum wire_err err = WIRE_OK;
	struct stat st = {0};

	if (with_object && fstat(object_fd, &st) == -1)
		err = WIRE_IO;
	else if ((uint64_t)st.st_size > REPLY_MAX_OBJECT)
		err = WIRE_TOOBIG;
	if (err == WIRE_OK)
		err = add_head(b, version, status, err_text, out_text);
	if (err == WIRE_OK && st.st_size == 0)
		err = bulk_add(b, "DOTO", NULL, 0, false);
	if (err == WIRE_OK)
		err = bulk_send_raw(fd, b, lim);
	buf_free(b);
	if (err == WIRE_OK && st.st_size > 0)
		err = bulk_send_fd(fd, "DOTO", object_fd, (uint64_t)st.st_size, request_lzo(version), lim);
	return err;
}

enum wire_err
reply_send(int fd, unsigned version, int status, const struct buf *err_text, const struct buf *out_text, int object_fd, const struct io_limit *lim)
{
	struct buf b = BUF_INIT;
	char token[TOKEN_LEN];

	token_format(token, "DONE", version);
	buf_add(&b, token, sizeof(token));
	return send_after(&b, fd, version, status, err_text, out_text, object_fd, lim);
}

enum wire_err
reply_send_rest(int fd, unsigned version, int status, const struct buf *err_text, const struct buf *out_text, int object_fd, const struct io_limit *lim)
{
	struct buf b = BUF_INIT;

	return send_after(&b, fd, version, status, err_text, out_text, object_fd, lim);
}

void
reply_free(struct reply *r)
{
	buf_free(&r->err);
	buf_free(&r->out);
}
