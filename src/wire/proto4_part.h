/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of proto4 share. */
#ifndef WIRE_PROTO4_PART_H
#define WIRE_PROTO4_PART_H

#include "wire/proto4.h"

void p4_add_number(struct buf *b, const char *name, uint32_t val);
void p4_add_bytes(struct buf *b, const char *name, const void *p, size_t n);
/* Fill in the number of the token that begins at head, now that the body stands behind it; unless err, then both go. */
enum wire_err p4_end_body(struct buf *b, size_t head, const char *name, enum wire_err err);
/* A compressed body; split as in zpack_add. */
enum wire_err p4_add_packed(struct buf *b, const char *name, const void *p, size_t n, size_t split);
/* SIZE and FILE.  base (NULL: none), n: as in zpack_add_near. */
enum wire_err p4_add_file(struct buf *b, int file_fd, uint64_t size, const void *base, size_t n);
enum wire_err p4_read_digest(int fd, const char *name, struct digest *d, const struct io_limit *lim);

enum wire_err p4_read_number(int fd, const char *name, uint32_t *val, const struct io_limit *lim);
/* On WIRE_OK the caller frees *out; otherwise it is untouched. */
enum wire_err p4_read_string(int fd, const char *name, uint32_t max, char **out, const struct io_limit *lim);
/* stored bytes, appended; memory grows with what really comes. */
enum wire_err p4_read_bytes(int fd, uint32_t stored, struct buf *out, const struct io_limit *lim);
/* Token and compressed body, appended. */
enum wire_err p4_read_packed(int fd, const char *name, uint64_t max, struct buf *out, const struct io_limit *lim);
/* SIZE and the token of FILE.  may_lack: the body may have no bytes though the content has. */
enum wire_err p4_read_file_head(int fd, bool may_lack, uint64_t *size, uint32_t *stored, const struct io_limit *lim);

#endif
