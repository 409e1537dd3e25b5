/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bodies of protocol 4: exactly one zstd frame that declares its plain size, or nothing at all for zero bytes
 * (man/distcc-protocol.7, "Compressed bodies").
 */
#ifndef WIRE_ZSTD_H
#define WIRE_ZSTD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/token.h"

/* No frame may ask for a larger window (2 to this power): what a reader must keep. */
#define ZPACK_WINDOW_LOG 23

/* Set up what the first frame of a process would: for a process that forks many. */
void zpack_prepare(void);

/* What a frame of max plain bytes may take, and no more. */
uint64_t zpack_bound(uint64_t max);

/* Compress n bytes, appended to out.  With 0 < split < n a new block begins there.  WIRE_NOMEM. */
enum wire_err zpack_add(struct buf *out, const void *p, size_t n, size_t split);
/*
 * The same, with the bytes as they are (RFC 8878 3.1.1.2: raw blocks): for what hardly shrinks, when the time counts for more than the
 * bytes.  Its window is all of it, so it is for zunpack; below 4 GiB.
 */
enum wire_err zpack_store(struct buf *out, const void *p, size_t n);
/* The first size bytes of a regular file, whatever its offset.  WIRE_IO (EIO: it is shorter), WIRE_NOMEM. */
enum wire_err zpack_add_fd(struct buf *out, int fd, uint64_t size);

/*
 * The same for the whole of a file that is much like base: what both have in common is only referred to, and the reader needs base
 * (zunpack_begin_near); a checksum tells if that is another one.  size + n must be at most ZPACK_NEAR_MAX.
 */
enum wire_err zpack_add_near(struct buf *out, int fd, uint64_t size, const void *base, size_t n);
#define ZPACK_NEAR_MAX (1u << ZPACK_WINDOW_LOG)

/* Expand a whole body, appended to out.  WIRE_TOOBIG: it declares more than max; WIRE_ZSTD; WIRE_NOMEM. */
enum wire_err zunpack(const void *p, size_t n, uint64_t max, struct buf *out);

/*
 * Expand piece by piece, into a file (-1: nowhere).  The first piece must hold the frame's header, 18 bytes at most.  All
 * input must come to exactly size plain bytes and one frame: zunpack_end tells.  WIRE_ZSTD, WIRE_FILE (errno), WIRE_NOMEM.
 * Only one at a time in a process.
 */
struct zunpack {
	int fd;
	uint64_t size, done;
	bool begun, ended;
};
enum wire_err zunpack_begin(struct zunpack *z, int fd, uint64_t size);
/* Of a body made by zpack_add_near; base must stay until zunpack_end. */
enum wire_err zunpack_begin_near(struct zunpack *z, int fd, uint64_t size, const void *base, size_t n);
enum wire_err zunpack_add(struct zunpack *z, const void *p, size_t n);
enum wire_err zunpack_end(const struct zunpack *z);

#endif
