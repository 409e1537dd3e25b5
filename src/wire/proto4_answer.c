/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the server says before the result. */
#include <stdlib.h>
#include <string.h>

#include "base/varint.h"
#include "wire/bulk.h"
#include "wire/proto4_part.h"

void
p4_add_want(struct buf *out, const uint32_t *index, size_t n)
{
	struct buf body = BUF_INIT;
	uint32_t next = 0;

	for (size_t i = 0; i < n; i++) {
		varint_add(&body, index[i] - next);
		next = index[i] + 1;
	}
	p4_add_bytes(out, "WANT", body.p, body.n);
	buf_free(&body);
}

void
p4_add_nope(struct buf *out, enum p4_nope code, const char *reason)
{
	p4_add_number(out, "NOPE", (uint32_t)code);
	p4_add_bytes(out, "TEXT", reason, strnlen(reason, P4_MAX_REASON));
}

void
p4_add_beat(struct buf *out)
{
	p4_add_number(out, "BEAT", 0);
}

enum wire_err
p4_decode_want(const void *p, size_t n, uint32_t limit, uint32_t **index, size_t *count)
{
	uint64_t next = 0, skipped;
	struct varint_in in;
	uint32_t *v;
	size_t i = 0;

	*index = NULL;
	*count = 0;
	if (n == 0)
		return WIRE_OK;
	in = (struct varint_in){p, (const unsigned char *)p + n};
	v = malloc(n * sizeof(*v));	/* a byte at least for each */
	if (v == NULL)
		return WIRE_NOMEM;
	while (in.p != in.end) {
		if (varint_get(&in, UINT32_MAX, &skipped) != VARINT_OK || next + skipped >= limit) {
			free(v);
			return WIRE_ORDER;
		}
		v[i++] = (uint32_t)(next + skipped);
		next += skipped + 1;
	}
	*index = v;
	*count = i;
	return WIRE_OK;
}

static enum wire_err
read_want(int fd, uint32_t n, uint32_t tree_entries, struct p4_answer *a, const struct io_limit *lim)
{
	struct buf body = BUF_INIT;
	enum wire_err err;

	if (n > P4_MAX_WANT)
		return WIRE_TOOBIG;
	err = p4_read_bytes(fd, n, &body, lim);
	if (err == WIRE_OK)
		err = p4_decode_want(body.p, body.n, tree_entries, &a->want, &a->n_want);
	buf_free(&body);
	return err;
}

enum wire_err
p4_read_answer(int fd, uint32_t tree_entries, struct p4_answer *a, const struct io_limit *lim)
{
	enum wire_err err;
	char name[5];
	uint32_t val;

	*a = (struct p4_answer){0};
	err = token_read_any(fd, name, &val, lim);
	if (err != WIRE_OK)
		return err;
	bulk_bytes_received += TOKEN_LEN;
	if (strcmp(name, "BEAT") == 0) {
		a->said = P4_SAID_BEAT;
	} else if (strcmp(name, "WANT") == 0) {
		a->said = P4_SAID_WANT;
		err = read_want(fd, val, tree_entries, a, lim);
	} else if (strcmp(name, "NOPE") == 0) {
		a->said = P4_SAID_NOPE;
		a->code = val < P4_NOPE_CODES ? (enum p4_nope)val : P4_NOPE_OTHER;
		err = p4_read_string(fd, "TEXT", P4_MAX_REASON, &a->reason, lim);
	} else if (strcmp(name, "DONE") == 0) {
		a->said = P4_SAID_DONE;
		err = val == PROTO_REPLICA ? WIRE_OK : WIRE_VERSION;
	} else {
		err = WIRE_TOKEN;
	}
	return wire_inside(err);
}

void
p4_answer_free(struct p4_answer *a)
{
	free(a->reason);
	free(a->want);
	*a = (struct p4_answer){0};
}
