/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/zstd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/io.h"

/*
 * More costs processor time that a job on a local network does not win back: objects of C with -g come to 0.29 of their size, to
 * 0.26 with level 9, which takes nine times as long, and a sibling's object as base makes 0.01 of difference.
 */
#define LEVEL 1

#define STEP 65536u

/* A file up to this is compressed in one go, which spares a copy of all it holds. */
#define ONE_GO (8u << 20)

/* The same for expanding: what that needs is the whole content in memory. */
#define EXPAND_IN_ONE_GO (1u << 20)

/*
 * The tables of LEVEL forget the beginning of a larger base.  Those of newer libraries do so sooner: an object of 326 KiB that had changed a
 * little became 110 KiB with 1.5.7 (36 with 1.5.4), and 38 with the table for long distances, for 0.3 ms more.
 */
#define LONG_BASE (384u << 10)
#define LONG_BASE_NEWER (64u << 10)	/* from 1.5.5 on */

/* log2 of the entries of the table that LEVEL has, at least; all of it is cleared first. */
#define TABLE_LOG 14

/* What begins a frame, lowest byte first; skippable frames begin otherwise and are none of ours. */
#define MAGIC 0xfd2fb528u
#define MAGIC_LEN 4

/* Of a frame in one segment, whose size has four bytes; and the most that a block holds. */
#define STORED_HEAD 0xa0u
#define BLOCK_MAX ((size_t)128 << 10)

/* One of each in a process: they are large, and setting them up is what small bodies cost. */
static ZSTD_CCtx *
compressor(void)
{
	static ZSTD_CCtx *c;

	if (c == NULL)
		c = ZSTD_createCCtx();
	return c;
}

static ZSTD_DCtx *
expander(void)
{
	static ZSTD_DCtx *d;

	if (d == NULL)
		d = ZSTD_createDCtx();
	return d;
}

void
zpack_prepare(void)
{
	(void)compressor();
	(void)expander();
}

uint64_t
zpack_bound(uint64_t max)
{
	/* Blocks of 128 KiB that do not shrink cost three bytes each; header and checksum below 64. */
	return max + max / 256 + 64;
}

/* Begin a frame of n plain bytes. */
static ZSTD_CCtx *
begin_frame(uint64_t n)
{
	ZSTD_CCtx *c = compressor();

	if (c == NULL || ZSTD_isError(ZSTD_CCtx_reset(c, ZSTD_reset_session_and_parameters)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, LEVEL)) ||
	    ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(c, n)))
		return NULL;
	return c;
}

/* Compress a piece of the frame, then do what how says. */
static enum wire_err
piece(ZSTD_CCtx *c, struct buf *out, const void *p, size_t n, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = {p, n, 0};
	size_t more;

	do {
		ZSTD_outBuffer o;

		if (!buf_reserve(out, ZSTD_compressBound(n - in.pos) + 64))
			return WIRE_NOMEM;
		o = (ZSTD_outBuffer){out->p + out->n, out->cap - out->n - 1, 0};
		more = ZSTD_compressStream2(c, &o, &in, how);
		if (ZSTD_isError(more))
			return WIRE_NOMEM;
		out->n += o.pos;
	} while (in.pos < in.size || (how != ZSTD_e_continue && more > 0));
	out->p[out->n] = '\0';
	return WIRE_OK;
}

/* The whole frame: without the buffers that a stream takes. */
static enum wire_err
whole(ZSTD_CCtx *c, struct buf *out, const void *p, size_t n)
{
	size_t got;

	if (!buf_reserve(out, ZSTD_compressBound(n)))
		return WIRE_NOMEM;
	got = ZSTD_compress2(c, out->p + out->n, out->cap - out->n - 1, p, n);
	if (ZSTD_isError(got))
		return WIRE_NOMEM;
	out->n += got;
	out->p[out->n] = '\0';
	return WIRE_OK;
}

enum wire_err
zpack_add(struct buf *out, const void *p, size_t n, size_t split)
{
	size_t start = out->n;
	enum wire_err err;
	ZSTD_CCtx *c;

	if (n == 0)
		return WIRE_OK;
	c = begin_frame(n);
	if (c == NULL)
		return WIRE_NOMEM;
	if (split == 0 || split >= n) {
		err = whole(c, out, p, n);
	} else {
		err = piece(c, out, p, split, ZSTD_e_flush);
		if (err == WIRE_OK)
			err = piece(c, out, (const char *)p + split, n - split, ZSTD_e_end);
	}
	if (err != WIRE_OK)
		out->n = start;
	return err;
}

/* Little-endian. */
static char *
put_number(char *at, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*at++ = (char)(v >> 8 * i);
	return at;
}

enum wire_err
zpack_store(struct buf *out, const void *p, size_t n)
{
	const char *from = p;
	size_t left = n, step;
	char *at;

	if (n == 0)
		return WIRE_OK;
	if (n > UINT32_MAX)
		return WIRE_TOOBIG;
	if (!buf_reserve(out, (size_t)zpack_bound(n)))
		return WIRE_NOMEM;
	at = put_number(out->p + out->n, MAGIC, MAGIC_LEN);
	*at++ = (char)STORED_HEAD;
	at = put_number(at, n, 4);
	for (; left > 0; left -= step, from += step, at += step) {
		step = left < BLOCK_MAX ? left : BLOCK_MAX;
		at = put_number(at, step << 3 | (step == left), 3);
		memcpy(at, from, step);
	}
	out->n = (size_t)(at - out->p);
	*at = '\0';
	return WIRE_OK;
}

static ssize_t
read_at(int fd, void *p, size_t n, uint64_t at)
{
	ssize_t k;

	do
		k = pread(fd, p, n, (off_t)at);
	while (k == -1 && errno == EINTR);
	if (k == 0)
		errno = EIO;	/* the file has become shorter */
	return k;
}

static enum wire_err
pack_at_once(ZSTD_CCtx *c, struct buf *out, int fd, size_t size)
{
	char *p = malloc(size);
	enum wire_err err = p != NULL ? WIRE_OK : WIRE_NOMEM;

	for (size_t at = 0; err == WIRE_OK && at < size;) {
		ssize_t n = read_at(fd, p + at, size - at, at);

		if (n <= 0)
			err = WIRE_IO;
		else
			at += (size_t)n;
	}
	if (err == WIRE_OK)
		err = whole(c, out, p, size);
	free(p);
	return err;
}

static enum wire_err
pack_by_steps(ZSTD_CCtx *c, struct buf *out, int fd, uint64_t size)
{
	enum wire_err err = WIRE_OK;
	char block[STEP];
	uint64_t at = 0;

	while (err == WIRE_OK && at < size) {
		ssize_t n = read_at(fd, block, size - at < STEP ? (size_t)(size - at) : STEP, at);

		if (n <= 0)
			return WIRE_IO;
		at += (uint64_t)n;
		err = piece(c, out, block, (size_t)n, at == size ? ZSTD_e_end : ZSTD_e_continue);
	}
	return err;
}

/* The file's content as the frame that has been begun. */
static enum wire_err
pack_file(ZSTD_CCtx *c, struct buf *out, int fd, uint64_t size)
{
	size_t start = out->n;
	enum wire_err err;

	if (size <= ONE_GO)
		err = pack_at_once(c, out, fd, (size_t)size);
	else
		err = pack_by_steps(c, out, fd, size);
	if (err != WIRE_OK)
		out->n = start;
	return err;
}

enum wire_err
zpack_add_fd(struct buf *out, int fd, uint64_t size)
{
	ZSTD_CCtx *c;

	if (size == 0)
		return WIRE_OK;
	c = begin_frame(size);
	return c != NULL ? pack_file(c, out, fd, size) : WIRE_NOMEM;
}

/* Two to this is n at least: the window must reach from the end of the content to the beginning of base. */
static int
window_for(uint64_t n)
{
	int log = 10;

	while ((uint64_t)1 << log < n)
		log++;
	return log;
}

static bool
is_long(size_t base)
{
	return base >= (ZSTD_versionNumber() > 10504 ? LONG_BASE_NEWER : LONG_BASE);
}

enum wire_err
zpack_add_near(struct buf *out, int fd, uint64_t size, const void *base, size_t n)
{
	ZSTD_CCtx *c;

	if (size == 0)
		return WIRE_OK;
	if (size > ZPACK_NEAR_MAX || n > ZPACK_NEAR_MAX - size)
		return WIRE_TOOBIG;
	c = begin_frame(size);
	if (c == NULL || ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window_for(size + n))) ||
	    (window_for(size + n) < TABLE_LOG && ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_hashLog, window_for(size + n) - 1))) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_enableLongDistanceMatching, is_long(n))) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1)) || ZSTD_isError(ZSTD_CCtx_refPrefix(c, base, n)))
		return WIRE_NOMEM;
	return pack_file(c, out, fd, size);
}

static bool
has_magic(const void *p, size_t n)
{
	const unsigned char *b = p;

	return n >= MAGIC_LEN && ((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24) == MAGIC;
}

enum wire_err
zunpack(const void *p, size_t n, uint64_t max, struct buf *out)
{
	unsigned long long size;
	ZSTD_DCtx *d;
	size_t got;

	if (n == 0)
		return WIRE_OK;
	if (!has_magic(p, n))
		return WIRE_ZSTD;
	size = ZSTD_getFrameContentSize(p, n);
	if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size == 0)
		return WIRE_ZSTD;
	if (size > max)
		return WIRE_TOOBIG;
	if (ZSTD_findFrameCompressedSize(p, n) != n)
		return WIRE_ZSTD;
	/* no sooner: making one asks the processor what it can, which a virtual machine answers in 20 us */
	d = expander();
	if (d == NULL || !buf_reserve(out, (size_t)size))
		return WIRE_NOMEM;
	got = ZSTD_decompressDCtx(d, out->p + out->n, (size_t)size, p, n);
	if (ZSTD_isError(got) || got != size) {
		out->p[out->n] = '\0';
		return WIRE_ZSTD;
	}
	out->n += (size_t)size;
	out->p[out->n] = '\0';
	return WIRE_OK;
}

enum wire_err
zunpack_begin(struct zunpack *z, int fd, uint64_t size)
{
	ZSTD_DCtx *d = expander();

	*z = (struct zunpack){.fd = fd, .size = size, .ended = size == 0};
	if (d == NULL || ZSTD_isError(ZSTD_DCtx_reset(d, ZSTD_reset_session_and_parameters)) ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax, ZPACK_WINDOW_LOG)))
		return WIRE_NOMEM;
	return WIRE_OK;
}

enum wire_err
zunpack_begin_near(struct zunpack *z, int fd, uint64_t size, const void *base, size_t n)
{
	enum wire_err err = zunpack_begin(z, fd, size);

	if (err == WIRE_OK && ZSTD_isError(ZSTD_DCtx_refPrefix(expander(), base, n)))
		err = WIRE_NOMEM;
	return err;
}

static enum wire_err
keep(const struct zunpack *z, const void *p, size_t n)
{
	static const struct io_limit forever = {-1, 0};

	if (z->fd == -1 || n == 0)
		return WIRE_OK;
	return io_write_full(z->fd, p, n, &forever) == IO_OK ? WIRE_OK : WIRE_FILE;
}

/* The frame is complete: no windows and blocks of the stream's, which are more memory than the content. */
static enum wire_err
expand_at_once(struct zunpack *z, const void *p, size_t n)
{
	enum wire_err err = WIRE_ZSTD;
	char *content = malloc((size_t)z->size);
	int saved_errno;

	if (content == NULL)
		return WIRE_NOMEM;
	if (ZSTD_decompressDCtx(expander(), content, (size_t)z->size, p, n) == z->size) {
		z->done = z->size;
		z->ended = true;
		err = keep(z, content, (size_t)z->size);
	}
	saved_errno = errno;
	free(content);
	errno = saved_errno;
	return err;
}

enum wire_err
zunpack_add(struct zunpack *z, const void *p, size_t n)
{
	static char block[2 * STEP];
	ZSTD_inBuffer in = {p, n, 0};
	ZSTD_DCtx *d = expander();

	if (!z->begun && (!has_magic(p, n) || ZSTD_getFrameContentSize(p, n) != z->size))
		return WIRE_ZSTD;
	if (!z->begun && z->size <= EXPAND_IN_ONE_GO && ZSTD_findFrameCompressedSize(p, n) == n)
		return expand_at_once(z, p, n);
	z->begun = true;
	for (;;) {
		ZSTD_outBuffer out = {block, sizeof(block), 0};
		enum wire_err err;
		size_t more;

		if (z->ended)
			return in.pos == in.size ? WIRE_OK : WIRE_ZSTD;
		more = ZSTD_decompressStream(d, &out, &in);
		if (ZSTD_isError(more) || out.pos > z->size - z->done)
			return WIRE_ZSTD;
		err = keep(z, block, out.pos);
		if (err != WIRE_OK)
			return err;
		z->done += out.pos;
		z->ended = more == 0;
		if (!z->ended && in.pos == in.size && out.pos < sizeof(block))
			return WIRE_OK;
	}
}

enum wire_err
zunpack_end(const struct zunpack *z)
{
	return z->ended && z->done == z->size ? WIRE_OK : WIRE_ZSTD;
}
