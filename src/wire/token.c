/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/token.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LEN 4

const char *
wire_strerror(enum wire_err err)
{
	switch (err) {
	case WIRE_OK:
		return "no error";
	case WIRE_CLOSED:
		return "connection closed";
	case WIRE_TRUNCATED:
		return "connection closed in the middle of a message";
	case WIRE_TIMEOUT:
		return "timed out";
	case WIRE_IO:
		return strerror(errno);
	case WIRE_TOKEN:
		return "bad token";
	case WIRE_NUMBER:
		return "bad number in a token";
	case WIRE_TOOBIG:
		return "size above the limit";
	case WIRE_NUL:
		return "NUL byte in a string";
	case WIRE_VERSION:
		return "wrong protocol version";
	case WIRE_COUNT:
		return "bad number of arguments";
	case WIRE_LZO:
		return "bad compressed data";
	case WIRE_STATUS:
		return "bad compiler status";
	case WIRE_NOMEM:
		return "out of memory";
	case WIRE_ZSTD:
		return "bad zstd frame";
	case WIRE_NAME:
		return "bad file name";
	case WIRE_FLAG:
		return "unknown flag";
	case WIRE_ORDER:
		return "bad index";
	case WIRE_LISTING:
		return "bad listing";
	case WIRE_FILE:
		return strerror(errno);
	}
	return "unknown error";
}

enum wire_err
wire_from_io(enum io_err err)
{
	switch (err) {
	case IO_OK:
		return WIRE_OK;
	case IO_EOF:
		return WIRE_TRUNCATED;
	case IO_TIMEOUT:
		return WIRE_TIMEOUT;
	case IO_ERR:
		break;
	}
	return WIRE_IO;
}

enum wire_err
wire_inside(enum wire_err err)
{
	return err == WIRE_CLOSED ? WIRE_TRUNCATED : err;
}

void
token_format(char out[TOKEN_LEN], const char *name, uint32_t val)
{
	static const char digits[] = "0123456789abcdef";

	memcpy(out, name, NAME_LEN);
	for (int i = TOKEN_LEN - 1; i >= NAME_LEN; i--) {
		out[i] = digits[val & 15];
		val >>= 4;
	}
}

/* By hand: strtoul would take signs, blanks and "0x", and a locale has a say in isxdigit. */
static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static enum wire_err
parse_number(const char raw[TOKEN_LEN], uint32_t *val)
{
	uint32_t v = 0;

	for (int i = NAME_LEN; i < TOKEN_LEN; i++) {
		int digit = hex_digit(raw[i]);

		if (digit == -1)
			return WIRE_NUMBER;
		v = v << 4 | (uint32_t)digit;
	}
	*val = v;
	return WIRE_OK;
}

enum wire_err
token_parse(const char raw[TOKEN_LEN], const char *want, uint32_t *val)
{
	if (memcmp(raw, want, NAME_LEN) != 0)
		return WIRE_TOKEN;
	return parse_number(raw, val);
}

static bool
is_name(const char raw[TOKEN_LEN])
{
	for (int i = 0; i < NAME_LEN; i++) {
		if (!((raw[i] >= 'A' && raw[i] <= 'Z') || (raw[i] >= '0' && raw[i] <= '9')))
			return false;
	}
	return true;
}

static enum wire_err
read_raw(int fd, char raw[TOKEN_LEN], const struct io_limit *lim)
{
	size_t n = 0;

	while (n < TOKEN_LEN) {
		size_t got = 0;
		enum io_err err = io_read_some(fd, raw + n, TOKEN_LEN - n, lim, &got);

		if (err == IO_EOF && n == 0)
			return WIRE_CLOSED;
		if (err != IO_OK)
			return wire_from_io(err);
		n += got;
	}
	return WIRE_OK;
}

enum wire_err
token_read(int fd, const char *want, uint32_t *val, const struct io_limit *lim)
{
	char raw[TOKEN_LEN];
	enum wire_err err = read_raw(fd, raw, lim);

	return err == WIRE_OK ? token_parse(raw, want, val) : err;
}

enum wire_err
token_read_any(int fd, char name[5], uint32_t *val, const struct io_limit *lim)
{
	char raw[TOKEN_LEN];
	enum wire_err err = read_raw(fd, raw, lim);

	if (err != WIRE_OK)
		return err;
	if (!is_name(raw))
		return WIRE_TOKEN;
	memcpy(name, raw, NAME_LEN);
	name[NAME_LEN] = '\0';
	return parse_number(raw, val);
}

enum wire_err
token_read_str(int fd, const char *want, uint32_t max, char **out, const struct io_limit *lim)
{
	enum wire_err err;
	uint32_t len;
	char *s;

	err = token_read(fd, want, &len, lim);
	if (err != WIRE_OK)
		return err;
	if (len > max)
		return WIRE_TOOBIG;
	s = malloc((size_t)len + 1);
	if (s == NULL)
		return WIRE_NOMEM;
	err = wire_from_io(io_read_full(fd, s, len, lim));
	if (err != WIRE_OK)
		goto free_s;
	if (memchr(s, '\0', len) != NULL) {
		err = WIRE_NUL;
		goto free_s;
	}
	s[len] = '\0';
	*out = s;
	return WIRE_OK;

free_s:
	free(s);
	return err;
}
