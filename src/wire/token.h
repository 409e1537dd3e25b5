/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar all protocol versions share: four characters, eight hexadecimal
 * digits, for some tokens a body of that many bytes (man/distcc-protocol.7, shared facts 1.1).
 */
#ifndef WIRE_TOKEN_H
#define WIRE_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/io.h"

#define TOKEN_LEN 12

enum wire_err {
	WIRE_OK,
	WIRE_CLOSED,	/* the peer closed before the first byte of what was awaited */
	WIRE_TRUNCATED,	/* the peer closed in the middle */
	WIRE_TIMEOUT,
	WIRE_IO,	/* errno */
	WIRE_TOKEN,	/* another token than the one awaited, or no token at all */
	WIRE_NUMBER,	/* not eight hexadecimal digits */
	WIRE_TOOBIG,	/* above the limit, nothing was allocated */
	WIRE_NUL,	/* a NUL byte in a string */
	WIRE_VERSION,
	WIRE_COUNT,	/* ARGC 0 or too many */
	WIRE_LZO,	/* damaged compressed body, or LZO not built in */
	WIRE_STATUS,	/* a failed status with an object, or the like */
	WIRE_NOMEM,
	WIRE_ZSTD,	/* not one zstd frame of the size that was said */
	WIRE_NAME,	/* a file's name that is not absolute and normalised */
	WIRE_FLAG,	/* a bit we do not know */
	WIRE_ORDER,	/* indices that do not rise, or of nothing that is there */
	WIRE_LISTING,	/* of a tree */
	WIRE_FILE,	/* our own file could not be written (errno); the body has been read nevertheless */
};

/* Words for a message: "connection closed", "bad token"... */
const char *wire_strerror(enum wire_err err);

/* Write name (4 characters) and val; no NUL is appended. */
void token_format(char out[TOKEN_LEN], const char *name, uint32_t val);

/*
 * Decode raw if it is named want.  No I/O.  Exactly eight hexadecimal digits of either
 * case; no signs, blanks or prefixes.
 */
enum wire_err token_parse(const char raw[TOKEN_LEN], const char *want, uint32_t *val);

/* Read one token named want. */
enum wire_err token_read(int fd, const char *want, uint32_t *val, const struct io_limit *lim);

/* Read any one token: its name (four capital letters or digits, NUL-terminated) and number. */
enum wire_err token_read_any(int fd, char name[5], uint32_t *val, const struct io_limit *lim);

/*
 * Read a token and a body of at most max bytes without NUL.  On WIRE_OK the caller
 * frees *out; otherwise *out is untouched.
 */
enum wire_err token_read_str(int fd, const char *want, uint32_t max, char **out, const struct io_limit *lim);

/* For a transfer that has begun: IO_EOF becomes WIRE_TRUNCATED. */
enum wire_err wire_from_io(enum io_err err);
/* For what follows in a message that has begun: WIRE_CLOSED becomes WIRE_TRUNCATED. */
enum wire_err wire_inside(enum wire_err err);

#endif
