/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all messages of protocol 4 share: strings, compressed bodies, files. */
#include "wire/proto4.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bulk.h"
#include "wire/proto4_part.h"
#include "wire/zstd.h"

/* A body is taken in steps of this, as it arrives. */
#define STEP 65536u

/* One that is not larger is taken whole, which spares work and memory. */
#define WHOLE (4 * STEP)

void
p4_add_number(struct buf *b, const char *name, uint32_t val)
{
	char token[TOKEN_LEN];

	token_format(token, name, val);
	buf_add(b, token, sizeof(token));
}

void
p4_add_bytes(struct buf *b, const char *name, const void *p, size_t n)
{
	p4_add_number(b, name, (uint32_t)n);
	buf_add(b, p, n);
}

enum wire_err
p4_end_body(struct buf *b, size_t head, const char *name, enum wire_err err)
{
	size_t stored = b->n - head - TOKEN_LEN;

	if (err == WIRE_OK && stored > UINT32_MAX)
		err = WIRE_TOOBIG;
	if (err == WIRE_OK)
		token_format(b->p + head, name, (uint32_t)stored);
	else
		b->n = head;
	return err;
}

enum wire_err
p4_add_packed(struct buf *b, const char *name, const void *p, size_t n, size_t split)
{
	size_t head = b->n;

	p4_add_number(b, name, 0);
	return p4_end_body(b, head, name, zpack_add(b, p, n, split));
}

enum wire_err
p4_add_file(struct buf *b, int file_fd, uint64_t size, const void *base, size_t n)
{
	size_t start = b->n, head;
	enum wire_err err;

	if (size > P4_MAX_BLOB)
		return WIRE_TOOBIG;
	p4_add_number(b, "SIZE", (uint32_t)size);
	head = b->n;
	p4_add_number(b, "FILE", 0);
	err = base != NULL ? zpack_add_near(b, file_fd, size, base, n) : zpack_add_fd(b, file_fd, size);
	err = p4_end_body(b, head, "FILE", err);
	if (err != WIRE_OK)
		b->n = start;
	return err;
}

enum wire_err
p4_flush(int fd, struct buf *out, const struct io_limit *lim)
{
	enum wire_err err = bulk_send_raw(fd, out, lim);

	out->n = 0;
	return err;
}

enum wire_err
p4_read_number(int fd, const char *name, uint32_t *val, const struct io_limit *lim)
{
	enum wire_err err = token_read(fd, name, val, lim);

	if (err == WIRE_OK)
		bulk_bytes_received += TOKEN_LEN;
	return err;
}

enum wire_err
p4_read_string(int fd, const char *name, uint32_t max, char **out, const struct io_limit *lim)
{
	enum wire_err err = token_read_str(fd, name, max, out, lim);

	if (err == WIRE_OK)
		bulk_bytes_received += TOKEN_LEN + strlen(*out);
	return err;
}

enum wire_err
p4_read_bytes(int fd, uint32_t stored, struct buf *out, const struct io_limit *lim)
{
	uint32_t left = stored;

	while (left > 0) {
		size_t step = left > STEP ? STEP : left;
		enum io_err err;

		if (!buf_reserve(out, step))
			return WIRE_NOMEM;
		err = io_read_full(fd, out->p + out->n, step, lim);
		if (err != IO_OK)
			return wire_from_io(err);
		out->n += step;
		out->p[out->n] = '\0';
		left -= (uint32_t)step;
	}
	bulk_bytes_received += stored;
	return WIRE_OK;
}

enum wire_err
p4_read_digest(int fd, const char *name, struct digest *d, const struct io_limit *lim)
{
	struct buf b = BUF_INIT;
	enum wire_err err;
	uint32_t n;

	err = p4_read_number(fd, name, &n, lim);
	if (err == WIRE_OK && n != DIGEST_LEN)
		err = WIRE_NUMBER;
	if (err == WIRE_OK)
		err = p4_read_bytes(fd, n, &b, lim);
	if (err == WIRE_OK)
		memcpy(d->b, b.p, DIGEST_LEN);
	buf_free(&b);
	return err;
}

enum wire_err
p4_read_packed(int fd, const char *name, uint64_t max, struct buf *out, const struct io_limit *lim)
{
	struct buf packed = BUF_INIT;
	enum wire_err err;
	uint32_t stored;

	err = p4_read_number(fd, name, &stored, lim);
	if (err == WIRE_OK && stored > zpack_bound(max))
		err = WIRE_TOOBIG;
	if (err == WIRE_OK)
		err = p4_read_bytes(fd, stored, &packed, lim);
	if (err == WIRE_OK)
		err = zunpack(packed.p, packed.n, max, out);
	buf_free(&packed);
	return err;
}

enum wire_err
p4_read_file_head(int fd, bool may_lack, uint64_t *size, uint32_t *stored, const struct io_limit *lim)
{
	enum wire_err err;
	uint32_t plain;

	err = p4_read_number(fd, "SIZE", &plain, lim);
	if (err == WIRE_OK)
		err = p4_read_number(fd, "FILE", stored, lim);
	if (err != WIRE_OK)
		return err;
	if ((plain == 0) != (*stored == 0) && !(may_lack && *stored == 0))
		return WIRE_ZSTD;
	if (*stored > zpack_bound(plain))
		return WIRE_TOOBIG;
	*size = plain;
	return WIRE_OK;
}

/* z has been begun. */
static enum wire_err
read_steps(int fd, uint32_t stored, struct zunpack *z, char *block, size_t step_max, const struct io_limit *lim)
{
	enum wire_err err = WIRE_OK;
	int file_errno = 0;

	while ((err == WIRE_OK || err == WIRE_FILE) && stored > 0) {
		size_t step = stored > step_max ? step_max : stored;
		enum io_err io = io_read_full(fd, block, step, lim);

		if (io != IO_OK)
			return wire_from_io(io);
		stored -= (uint32_t)step;
		bulk_bytes_received += step;
		if (err == WIRE_OK)
			err = zunpack_add(z, block, step);
		if (err == WIRE_FILE && file_errno == 0)
			file_errno = errno;
	}
	if (file_errno != 0)
		errno = file_errno;
	return err == WIRE_OK ? zunpack_end(z) : err;
}

static enum wire_err
read_body(int fd, uint32_t stored, struct zunpack *z, const struct io_limit *lim)
{
	size_t step = stored <= WHOLE ? stored : STEP;
	char *block = malloc(step + 1);
	enum wire_err err;
	int saved_errno;

	if (block == NULL)
		return WIRE_NOMEM;
	err = read_steps(fd, stored, z, block, step, lim);
	saved_errno = errno;
	free(block);
	errno = saved_errno;
	return err;
}

enum wire_err
p4_read_body(int fd, uint32_t stored, int file_fd, uint64_t size, const struct io_limit *lim)
{
	struct zunpack z;
	enum wire_err err = zunpack_begin(&z, file_fd, size);

	return err == WIRE_OK ? read_body(fd, stored, &z, lim) : err;
}

enum wire_err
p4_read_body_near(int fd, uint32_t stored, int file_fd, uint64_t size, const void *base, size_t n, const struct io_limit *lim)
{
	struct zunpack z;
	enum wire_err err = zunpack_begin_near(&z, file_fd, size, base, n);

	return err == WIRE_OK ? read_body(fd, stored, &z, lim) : err;
}

bool
p4_path_ok(const char *path)
{
	size_t begin = 1, n = strnlen(path, P4_MAX_PATH + 1);

	if (path[0] != '/' || n > P4_MAX_PATH)
		return false;
	if (n == 1)
		return true;
	for (size_t i = 1; i <= n; i++) {
		size_t len = i - begin;

		if (i < n && path[i] != '/')
			continue;
		if (len == 0 || (len == 1 && path[begin] == '.') || (len == 2 && path[begin] == '.' && path[begin + 1] == '.'))
			return false;
		begin = i + 1;
	}
	return true;
}
