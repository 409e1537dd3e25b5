/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the compiler has said and made. */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/proc.h"
#include "wire/bulk.h"
#include "wire/proto4_part.h"
#include "wire/zstd.h"

#define PERMISSIONS 07777u

enum wire_err
p4_add_result(struct buf *b, const struct p4_result *r)
{
	size_t start = b->n;
	enum wire_err err;

	p4_add_number(b, "DONE", PROTO_REPLICA);
	p4_add_number(b, "STAT", (uint32_t)r->status);
	err = p4_add_packed(b, "SERR", r->err.p, r->err.n, 0);
	if (err == WIRE_OK)
		err = p4_add_packed(b, "SOUT", r->out.p, r->out.n, 0);
	if (err == WIRE_OK)
		p4_add_number(b, "OUTC", r->outputs);
	else
		b->n = start;
	return err;
}

static enum wire_err
add_output_head(struct buf *b, const char *name, unsigned mode, uint32_t base_number)
{
	if (!p4_path_ok(name))
		return WIRE_NAME;
	p4_add_bytes(b, "NAME", name, strlen(name));
	p4_add_number(b, "MODE", mode & PERMISSIONS);
	p4_add_number(b, "BASE", base_number);
	return WIRE_OK;
}

static enum wire_err
add_output(struct buf *b, const char *name, unsigned mode, int file_fd, uint64_t size, uint32_t base_number, const void *base, size_t n)
{
	size_t start = b->n;
	enum wire_err err = add_output_head(b, name, mode, base_number);

	if (err == WIRE_OK)
		err = p4_add_file(b, file_fd, size, base, n);
	if (err != WIRE_OK)
		b->n = start;
	return err;
}

enum wire_err
p4_add_output(struct buf *b, const char *name, unsigned mode, int file_fd, uint64_t size)
{
	return add_output(b, name, mode, file_fd, size, 0, NULL, 0);
}

enum wire_err
p4_add_output_near(struct buf *b, const char *name, unsigned mode, int file_fd, uint64_t size, uint32_t have, const void *base, size_t n)
{
	if (n == 0 || size == 0 || size > ZPACK_NEAR_MAX || n > ZPACK_NEAR_MAX - size)
		return p4_add_output(b, name, mode, file_fd, size);
	return add_output(b, name, mode, file_fd, size, have + 1, base, n);
}

enum wire_err
p4_add_output_same(struct buf *b, const char *name, unsigned mode, uint64_t size, uint32_t have)
{
	enum wire_err err = size == 0 || size > P4_MAX_BLOB ? WIRE_TOOBIG : add_output_head(b, name, mode, have + 1);

	if (err == WIRE_OK) {
		p4_add_number(b, "SIZE", (uint32_t)size);
		p4_add_number(b, "FILE", 0);
	}
	return err;
}

enum wire_err
p4_send_output(int fd, const char *name, unsigned mode, int file_fd, uint64_t size, const struct io_limit *lim)
{
	struct buf b = BUF_INIT;
	enum wire_err err = p4_add_output(&b, name, mode, file_fd, size);

	if (err == WIRE_OK)
		err = p4_flush(fd, &b, lim);
	buf_free(&b);
	return err;
}

void
p4_add_info(struct buf *b, const char *lines)
{
	p4_add_bytes(b, "INFO", lines, strnlen(lines, P4_MAX_INFO));
}

enum wire_err
p4_read_result(int fd, struct p4_result *r, const struct io_limit *lim)
{
	enum wire_err err;
	uint32_t val;

	*r = (struct p4_result){0};
	err = p4_read_number(fd, "STAT", &val, lim);
	if (err == WIRE_OK && !proc_is_end(val))
		err = WIRE_STATUS;
	if (err != WIRE_OK)
		return wire_inside(err);
	r->status = (int)val;
	err = p4_read_packed(fd, "SERR", P4_MAX_TEXT, &r->err, lim);
	if (err == WIRE_OK)
		err = p4_read_packed(fd, "SOUT", P4_MAX_TEXT, &r->out, lim);
	if (err == WIRE_OK)
		err = p4_read_number(fd, "OUTC", &r->outputs, lim);
	if (err == WIRE_OK && r->outputs > P4_MAX_OUTPUTS)
		err = WIRE_COUNT;
	return wire_inside(err);
}

enum wire_err
p4_read_output_head(int fd, uint32_t n_have, struct p4_output *o, const struct io_limit *lim)
{
	enum wire_err err;
	uint32_t bits;

	*o = (struct p4_output){0};
	err = p4_read_string(fd, "NAME", P4_MAX_PATH, &o->name, lim);
	if (err == WIRE_OK && (!p4_path_ok(o->name) || o->name[1] == '\0'))
		err = WIRE_NAME;
	if (err == WIRE_OK)
		err = p4_read_number(fd, "MODE", &bits, lim);
	if (err == WIRE_OK && (bits & ~PERMISSIONS) != 0)
		err = WIRE_FLAG;
	if (err == WIRE_OK)
		err = p4_read_number(fd, "BASE", &o->base, lim);
	if (err == WIRE_OK && o->base > n_have)
		err = WIRE_ORDER;
	if (err == WIRE_OK)
		err = p4_read_file_head(fd, o->base != 0, &o->size, &o->stored, lim);
	if (err == WIRE_OK) {
		o->mode = bits;
		o->same = o->base != 0 && o->stored == 0 && o->size > 0;
	} else {
		free(o->name);
		o->name = NULL;
	}
	return wire_inside(err);
}

enum wire_err
p4_read_output(int fd, char **name, unsigned *mode, uint64_t *size, uint32_t *stored, const struct io_limit *lim)
{
	struct p4_output o;
	enum wire_err err = p4_read_output_head(fd, 0, &o, lim);

	if (err != WIRE_OK)
		return err;
	*name = o.name;
	*mode = o.mode;
	*size = o.size;
	*stored = o.stored;
	return WIRE_OK;
}

enum wire_err
p4_read_info(int fd, char **lines, const struct io_limit *lim)
{
	return wire_inside(p4_read_string(fd, "INFO", P4_MAX_INFO, lines, lim));
}

long
p4_info_number(const char *lines, const char *key, long dflt)
{
	size_t len = strlen(key);

	while (*lines != '\0') {
		size_t line = strcspn(lines, "\n");
		long v;

		if (line > len && strncmp(lines, key, len) == 0 && lines[len] == '=' &&
		    num_parse_n(lines + len + 1, line - len - 1, 0, 0x7fffffff, &v))
			return v;
		lines += line + (lines[line] == '\n');
	}
	return dflt;
}

void
p4_result_free(struct p4_result *r)
{
	buf_free(&r->err);
	buf_free(&r->out);
	*r = (struct p4_result){0};
}
