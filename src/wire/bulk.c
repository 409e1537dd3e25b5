/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/bulk.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/lzo.h"

/* Memory for a body is taken in steps of this, as it arrives. */
#define RECEIVE_STEP (1u << 20)

/* Below this a plain body is copied behind its token, to go out in one write. */
#define ONE_WRITE 65536u

#define COPY_STEP 65536u

uint64_t bulk_bytes_sent, bulk_bytes_received;

static enum wire_err
sent(enum io_err err)
{
	return err == IO_EOF ? WIRE_CLOSED : wire_from_io(err);
}

static enum wire_err
add_packed(struct buf *b, const char *name, const void *p, size_t n)
{
	size_t head = b->n;
	size_t stored;

	if (!buf_reserve(b, TOKEN_LEN))
		return WIRE_NOMEM;
	b->n += TOKEN_LEN;
	if (!lzo_pack(p, n, b)) {
		b->n = head;
		return lzo_available() ? WIRE_NOMEM : WIRE_LZO;
	}
	stored = b->n - head - TOKEN_LEN;
	if (stored > BULK_MAX_STORED) {
		b->n = head;
		return WIRE_TOOBIG;
	}
	token_format(b->p + head, name, (uint32_t)stored);
	return WIRE_OK;
}

enum wire_err
bulk_add(struct buf *b, const char *name, const void *p, size_t n, bool lzo)
{
	char token[TOKEN_LEN];

	if (n > BULK_MAX_STORED)
		return WIRE_TOOBIG;
	if (lzo && n > 0)
		return add_packed(b, name, p, n);
	if (!buf_reserve(b, TOKEN_LEN + n))
		return WIRE_NOMEM;
	token_format(token, name, (uint32_t)n);
	buf_add(b, token, sizeof(token));
	buf_add(b, p, n);
	return WIRE_OK;
}

enum wire_err
bulk_send_raw(int fd, const struct buf *b, const struct io_limit *lim)
{
	enum io_err err = io_write_full(fd, b->p, b->n, lim);

	if (err == IO_OK)
		bulk_bytes_sent += b->n;
	return sent(err);
}

static enum wire_err
send_token(int fd, const char *name, uint32_t val, const struct io_limit *lim)
{
	char token[TOKEN_LEN];
	enum io_err err;

	token_format(token, name, val);
	err = io_write_full(fd, token, sizeof(token), lim);
	if (err == IO_OK)
		bulk_bytes_sent += sizeof(token);
	return sent(err);
}

enum wire_err
bulk_send_mem(int fd, const char *name, const void *p, size_t n, bool lzo, const struct io_limit *lim)
{
	struct buf b = BUF_INIT;
	enum wire_err err;

	if (!lzo && n > ONE_WRITE && n <= BULK_MAX_STORED) {
		err = send_token(fd, name, (uint32_t)n, lim);
		if (err == WIRE_OK)
			err = sent(io_write_full(fd, p, n, lim));
		if (err == WIRE_OK)
			bulk_bytes_sent += n;
		return err;
	}
	err = bulk_add(&b, name, p, n, lzo);
	if (err == WIRE_OK)
		err = bulk_send_raw(fd, &b, lim);
	buf_free(&b);
	return err;
}

/* The first size bytes of a file; a shorter one is an I/O error. */
static enum wire_err
read_file(struct buf *b, int file_fd, uint64_t size)
{
	if (size > SIZE_MAX || !buf_reserve(b, (size_t)size))
		return WIRE_NOMEM;
	while (b->n < size) {
		ssize_t k = pread(file_fd, b->p + b->n, (size_t)size - b->n, (off_t)b->n);

		if (k == -1 && errno == EINTR)
			continue;
		if (k == 0)
			errno = EIO;
		if (k <= 0)
			return WIRE_IO;
		b->n += (size_t)k;
	}
	return WIRE_OK;
}

/*
 * The first size bytes of a file that has no name any more, so that nobody makes it shorter meanwhile; NULL: it must be
 * read.  The caller unmaps it.
 */
static void *
map_nameless(int file_fd, uint64_t size)
{
	struct stat st;
	void *p;

	if (size == 0 || size > SIZE_MAX || fstat(file_fd, &st) == -1 || st.st_nlink > 0 || (uint64_t)st.st_size < size)
		return NULL;
	p = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED | MAP_POPULATE, file_fd, 0);
	return p == MAP_FAILED ? NULL : p;
}

enum wire_err
bulk_send_fd(int fd, const char *name, int file_fd, uint64_t size, bool lzo, const struct io_limit *lim)
{
	struct buf b = BUF_INIT;
	enum wire_err err;
	void *mapped;

	if (size > BULK_MAX_STORED)
		return WIRE_TOOBIG;
	if (!lzo && size > ONE_WRITE) {
		if (lseek(file_fd, 0, SEEK_SET) == -1)
			return WIRE_IO;
		err = send_token(fd, name, (uint32_t)size, lim);
		if (err == WIRE_OK)
			err = sent(io_copy(file_fd, fd, size, lim));
		if (err == WIRE_OK)
			bulk_bytes_sent += size;
		return err;
	}
	mapped = map_nameless(file_fd, size);
	if (mapped != NULL) {
		err = bulk_send_mem(fd, name, mapped, (size_t)size, lzo, lim);
		munmap(mapped, (size_t)size);
		return err;
	}
	err = read_file(&b, file_fd, size);
	if (err == WIRE_OK)
		err = bulk_send_mem(fd, name, b.p, b.n, lzo, lim);
	buf_free(&b);
	return err;
}

/* May a body of that stored size be read at all?  Nothing is allocated before. */
static bool
is_too_big(uint32_t stored, uint64_t max, bool lzo)
{
	/* What cannot be compressed grows by a sixteenth at most. */
	uint64_t limit = lzo ? max + max / 16 + 67 : max;

	return stored > limit || stored > BULK_MAX_STORED;
}

/* On failure b may hold a part. */
static enum wire_err
read_body(int fd, uint32_t stored, struct buf *b, const struct io_limit *lim)
{
	uint32_t left = stored;

	while (left > 0) {
		size_t step = left > RECEIVE_STEP ? RECEIVE_STEP : left;
		enum io_err err;

		if (!buf_reserve(b, step))
			return WIRE_NOMEM;
		err = io_read_full(fd, b->p + b->n, step, lim);
		if (err != IO_OK)
			return wire_from_io(err);
		b->n += step;
		b->p[b->n] = '\0';
		left -= (uint32_t)step;
	}
	bulk_bytes_received += stored;
	return WIRE_OK;
}

static enum wire_err
recv_body_mem(int fd, uint32_t stored, struct buf *out, uint64_t max, bool lzo, const struct io_limit *lim)
{
	struct buf packed = BUF_INIT;
	size_t start = out->n;
	enum wire_err err;

	if (is_too_big(stored, max, lzo))
		return WIRE_TOOBIG;
	if (stored == 0)
		return WIRE_OK;
	if (!lzo) {
		err = read_body(fd, stored, out, lim);
		if (err != WIRE_OK)
			out->n = start;
		return err;
	}
	if (!lzo_available())
		return WIRE_LZO;
	err = read_body(fd, stored, &packed, lim);
	if (err == WIRE_OK && !lzo_unpack(packed.p, packed.n, max > SIZE_MAX ? SIZE_MAX : (size_t)max, out))
		err = WIRE_LZO;
	buf_free(&packed);
	return err;
}

/* A plain body into a file; if that cannot take it, WIRE_FILE once the rest has been read. */
static enum wire_err
keep_body(int fd, uint32_t stored, int file_fd, const struct io_limit *lim)
{
	char block[COPY_STEP];
	int file_errno = 0;

	while (stored > 0) {
		size_t got = 0;
		enum io_err err = io_read_some(fd, block, stored > sizeof(block) ? sizeof(block) : stored, lim, &got);

		if (err != IO_OK)
			return wire_from_io(err);
		stored -= (uint32_t)got;
		bulk_bytes_received += got;
		if (file_errno == 0 && io_write_full(file_fd, block, got, lim) != IO_OK)
			file_errno = errno;
	}
	errno = file_errno;
	return file_errno == 0 ? WIRE_OK : WIRE_FILE;
}

enum wire_err
bulk_recv_body_fd(int fd, uint32_t stored, int file_fd, uint64_t max, bool lzo, uint64_t *size, const struct io_limit *lim)
{
	struct buf b = BUF_INIT;
	enum wire_err err;

	if (is_too_big(stored, max, lzo))
		return WIRE_TOOBIG;
	if (!lzo || stored == 0) {
		err = keep_body(fd, stored, file_fd, lim);
		if (err == WIRE_OK)
			*size = stored;
		return err;
	}
	err = recv_body_mem(fd, stored, &b, max, lzo, lim);
	if (err == WIRE_OK && io_write_full(file_fd, b.p, b.n, lim) != IO_OK)
		err = WIRE_FILE;
	if (err == WIRE_OK)
		*size = b.n;
	buf_free(&b);
	return err;
}

static enum wire_err
recv_token(int fd, const char *name, uint32_t *stored, const struct io_limit *lim)
{
	enum wire_err err = token_read(fd, name, stored, lim);

	if (err == WIRE_OK)
		bulk_bytes_received += TOKEN_LEN;
	return err;
}

enum wire_err
bulk_recv_fd(int fd, const char *name, int file_fd, uint64_t max, bool lzo, uint64_t *size, const struct io_limit *lim)
{
	uint32_t stored;
	enum wire_err err = recv_token(fd, name, &stored, lim);

	return err == WIRE_OK ? bulk_recv_body_fd(fd, stored, file_fd, max, lzo, size, lim) : err;
}

enum wire_err
bulk_recv_mem(int fd, const char *name, struct buf *out, uint64_t max, bool lzo, const struct io_limit *lim)
{
	uint32_t stored;
	enum wire_err err = recv_token(fd, name, &stored, lim);

	return err == WIRE_OK ? recv_body_mem(fd, stored, out, max, lzo, lim) : err;
}
