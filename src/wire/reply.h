/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The result message of protocols 1 and 2: DONE STAT SERR SOUT DOTO (shared facts 1.1, 1.2). */
#ifndef WIRE_REPLY_H
#define WIRE_REPLY_H

#include "wire/bulk.h"

#define REPLY_MAX_TEXT (64u << 20)
#define REPLY_MAX_OBJECT (0xfff00000u)

struct reply {
	int status;		/* wait status of the compiler */
	struct buf err;		/* its stderr, with messages of the daemon */
	struct buf out;		/* its stdout */
	uint64_t object_size;	/* bytes written to the descriptor handed in */
};

#define REPLY_INIT {0}

/*
 * Read DONE and STAT only: returns as soon as they are there, so that a client sees when the
 * compile has ended.
 */
enum wire_err reply_read_status(int fd, unsigned version, struct reply *r, const struct io_limit *lim);
/* The rest; the object goes to object_fd. A failed status with an object is WIRE_STATUS. */
enum wire_err reply_read_rest(int fd, unsigned version, struct reply *r, int object_fd, const struct io_limit *lim);

/* Send the whole; object_fd (-1: none) is sent only if status is 0. */
enum wire_err reply_send(int fd, unsigned version, int status, const struct buf *err, const struct buf *out, int object_fd, const struct io_limit *lim);
/* The same without DONE: that token has been sent already, to see whether the client is still there. */
enum wire_err reply_send_rest(int fd, unsigned version, int status, const struct buf *err, const struct buf *out, int object_fd, const struct io_limit *lim);

void reply_free(struct reply *r);

#endif
