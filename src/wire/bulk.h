/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file as a token's body, plain (protocol 1) or LZO (2, 3).  An empty file is
 * number 0 without body in every version (shared facts 1.2).
 */
#ifndef WIRE_BULK_H
#define WIRE_BULK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/token.h"

/* Bytes really moved, headers included: for logs and the benchmark.  Never reset. */
extern uint64_t bulk_bytes_sent, bulk_bytes_received;

/* No body is longer on the wire, whatever its plain size may be. */
#define BULK_MAX_STORED 0xfff00000u

/* Append a token and its body as they go over the wire. */
enum wire_err bulk_add(struct buf *b, const char *name, const void *p, size_t n, bool lzo);
/* Send what was put together; a peer that has gone is WIRE_CLOSED. */
enum wire_err bulk_send_raw(int fd, const struct buf *b, const struct io_limit *lim);

/* Send the first size bytes of the regular file file_fd under name. */
enum wire_err bulk_send_fd(int fd, const char *name, int file_fd, uint64_t size, bool lzo, const struct io_limit *lim);
enum wire_err bulk_send_mem(int fd, const char *name, const void *p, size_t n, bool lzo, const struct io_limit *lim);

/*
 * Read token name and its body into file_fd (at its offset) or memory; the plain size is limited
 * to max.  *size is the plain size.  WIRE_FILE: file_fd cannot be written.
 */
enum wire_err bulk_recv_fd(int fd, const char *name, int file_fd, uint64_t max, bool lzo, uint64_t *size, const struct io_limit *lim);
enum wire_err bulk_recv_mem(int fd, const char *name, struct buf *out, uint64_t max, bool lzo, const struct io_limit *lim);
/* The same when the token itself was read already and said stored bytes. */
enum wire_err bulk_recv_body_fd(int fd, uint32_t stored, int file_fd, uint64_t max, bool lzo, uint64_t *size, const struct io_limit *lim);

#endif
