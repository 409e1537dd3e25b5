/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the client says. */
#include <stdlib.h>
#include <string.h>

#include "wire/bulk.h"
#include "wire/proto4_part.h"
#include "wire/zstd.h"

/* Less text of a listing is sent as it is: compressing 5 KiB takes 0.1 ms, and saves 2. */
#define TEXT_WORTH_PACKING ((size_t)32 << 10)

/* count name, then every string as item. */
static enum wire_err
add_strings(struct buf *out, const char *count, const char *item, const struct strv *v)
{
	size_t bytes = 0;

	if (v->n > P4_MAX_ARGS)
		return WIRE_COUNT;
	p4_add_number(out, count, (uint32_t)v->n);
	for (size_t i = 0; i < v->n; i++) {
		size_t n = strlen(v->v[i]);

		bytes += n;
		if (n > P4_MAX_ARG || bytes > P4_MAX_ARGS_BYTES)
			return WIRE_TOOBIG;
		p4_add_bytes(out, item, v->v[i], n);
	}
	return WIRE_OK;
}

static enum wire_err
add_have(struct buf *out, const struct p4_request *r)
{
	if (r->n_have > P4_MAX_HAVE)
		return WIRE_COUNT;
	p4_add_number(out, "HAVE", r->n_have);
	for (uint32_t i = 0; i < r->n_have; i++) {
		if (!p4_path_ok(r->have[i].name))
			return WIRE_NAME;
		p4_add_bytes(out, "NAME", r->have[i].name, strlen(r->have[i].name));
		p4_add_bytes(out, "HASH", r->have[i].digest.b, DIGEST_LEN);
	}
	return WIRE_OK;
}

/* Digests do not shrink at all, and names that begin alike are short already: one job's text is not worth the time. */
static enum wire_err
add_tree(struct buf *out, const struct p4_request *r)
{
	size_t head = out->n;

	if (r->tree_head == 0 || r->tree_head > TEXT_WORTH_PACKING)
		return p4_add_packed(out, "TREE", r->tree.p, r->tree.n, r->tree_head);
	p4_add_number(out, "TREE", 0);
	return p4_end_body(out, head, "TREE", zpack_store(out, r->tree.p, r->tree.n));
}

enum wire_err
p4_add_request(struct buf *out, const struct p4_request *r)
{
	size_t start = out->n;
	enum wire_err err;

	p4_add_number(out, "DIST", PROTO_REPLICA);
	p4_add_number(out, "FLAG", r->flags);
	p4_add_bytes(out, "TOOL", r->tool.b, DIGEST_LEN);
	p4_add_bytes(out, "CDIR", r->cwd, strlen(r->cwd));
	err = p4_path_ok(r->cwd) ? WIRE_OK : WIRE_NAME;
	if (err == WIRE_OK && r->argv.n == 0)
		err = WIRE_COUNT;
	if (err == WIRE_OK)
		err = add_strings(out, "ARGC", "ARGV", &r->argv);
	if (err == WIRE_OK)
		err = add_strings(out, "ENVC", "ENVV", &r->env);
	if (err == WIRE_OK)
		err = add_have(out, r);
	if (err == WIRE_OK && r->tree.n > P4_MAX_TREE)
		err = WIRE_TOOBIG;
	if (err == WIRE_OK)
		err = add_tree(out, r);
	if (err != WIRE_OK)
		out->n = start;
	return err;
}

enum wire_err
p4_add_blob(struct buf *out, uint32_t index, const void *p, size_t n)
{
	size_t start = out->n;
	uint64_t size = n;
	enum wire_err err;

	if (size > P4_MAX_BLOB)
		return WIRE_TOOBIG;
	p4_add_number(out, "BLOB", index);
	p4_add_number(out, "SIZE", (uint32_t)n);
	err = p4_add_packed(out, "FILE", p, n, 0);
	if (err != WIRE_OK)
		out->n = start;
	return err;
}

enum wire_err
p4_add_blob_fd(struct buf *out, uint32_t index, int file_fd, uint64_t size)
{
	size_t start = out->n;
	enum wire_err err;

	p4_add_number(out, "BLOB", index);
	err = p4_add_file(out, file_fd, size, NULL, 0);
	if (err != WIRE_OK)
		out->n = start;
	return err;
}

enum wire_err
p4_send_blob(int fd, uint32_t index, int file_fd, uint64_t size, const struct io_limit *lim)
{
	struct buf b = BUF_INIT;
	enum wire_err err = p4_add_blob_fd(&b, index, file_fd, size);

	if (err == WIRE_OK)
		err = p4_flush(fd, &b, lim);
	buf_free(&b);
	return err;
}

void
p4_add_sent(struct buf *out)
{
	p4_add_number(out, "SENT", 0);
}

static enum wire_err
read_strings(int fd, const char *count, const char *item, uint32_t least, struct strv *v, const struct io_limit *lim)
{
	uint32_t left = P4_MAX_ARGS_BYTES, n;
	enum wire_err err;

	err = p4_read_number(fd, count, &n, lim);
	if (err != WIRE_OK)
		return err;
	if (n < least || n > P4_MAX_ARGS)
		return WIRE_COUNT;
	while (n-- > 0) {
		char *s;

		err = p4_read_string(fd, item, left < P4_MAX_ARG ? left : P4_MAX_ARG, &s, lim);
		if (err != WIRE_OK)
			return err;
		left -= (uint32_t)strlen(s);
		strv_push_own(v, s);
	}
	return WIRE_OK;
}

/* NAME=value, and NAME is not empty. */
static bool
is_variable(const char *s)
{
	return s[0] != '=' && strchr(s, '=') != NULL;
}

static enum wire_err
read_have(int fd, struct p4_request *r, const struct io_limit *lim)
{
	enum wire_err err;
	uint32_t n;

	err = p4_read_number(fd, "HAVE", &n, lim);
	if (err == WIRE_OK && n > P4_MAX_HAVE)
		err = WIRE_COUNT;
	if (err != WIRE_OK)
		return err;
	r->have = calloc(n + 1, sizeof(*r->have));
	if (r->have == NULL)
		return WIRE_NOMEM;
	for (; err == WIRE_OK && r->n_have < n; r->n_have++) {
		struct p4_have *h = &r->have[r->n_have];

		err = p4_read_string(fd, "NAME", P4_MAX_PATH, &h->name, lim);
		if (err == WIRE_OK && !p4_path_ok(h->name))
			err = WIRE_NAME;
		if (err == WIRE_OK)
			err = p4_read_digest(fd, "HASH", &h->digest, lim);
	}
	return err;
}

static enum wire_err
read_rest(int fd, struct p4_request *r, const struct io_limit *lim)
{
	enum wire_err err = p4_read_digest(fd, "TOOL", &r->tool, lim);

	if (err == WIRE_OK)
		err = p4_read_string(fd, "CDIR", P4_MAX_PATH, &r->cwd, lim);
	if (err == WIRE_OK && !p4_path_ok(r->cwd))
		err = WIRE_NAME;
	if (err == WIRE_OK)
		err = read_strings(fd, "ARGC", "ARGV", 1, &r->argv, lim);
	if (err == WIRE_OK)
		err = read_strings(fd, "ENVC", "ENVV", 0, &r->env, lim);
	for (size_t i = 0; err == WIRE_OK && i < r->env.n; i++) {
		if (!is_variable(r->env.v[i]))
			err = WIRE_NAME;
	}
	if (err == WIRE_OK)
		err = read_have(fd, r, lim);
	if (err == WIRE_OK)
		err = p4_read_packed(fd, "TREE", P4_MAX_TREE, &r->tree, lim);
	return err;
}

enum wire_err
p4_read_request(int fd, struct p4_request *r, const struct io_limit *lim)
{
	enum wire_err err;

	*r = (struct p4_request){0};
	err = p4_read_number(fd, "FLAG", &r->flags, lim);
	if (err == WIRE_OK && (r->flags & ~P4_ALL_FLAGS) != 0)
		err = WIRE_FLAG;
	if (err == WIRE_OK)
		err = read_rest(fd, r, lim);
	return wire_inside(err);
}

void
p4_request_free(struct p4_request *r)
{
	free(r->cwd);
	strv_free(&r->argv);
	strv_free(&r->env);
	for (uint32_t i = 0; i < r->n_have; i++)
		free(r->have[i].name);
	free(r->have);
	buf_free(&r->tree);
	*r = (struct p4_request){0};
}

enum wire_err
p4_read_blob_head(int fd, bool *sent, uint32_t *index, uint64_t *size, uint32_t *stored, const struct io_limit *lim)
{
	enum wire_err err;
	char name[5];
	uint32_t val;

	err = token_read_any(fd, name, &val, lim);
	if (err != WIRE_OK)
		return wire_inside(err);
	bulk_bytes_received += TOKEN_LEN;
	*sent = strcmp(name, "SENT") == 0;
	if (*sent)
		return val == 0 ? WIRE_OK : WIRE_FLAG;
	if (strcmp(name, "BLOB") != 0)
		return WIRE_TOKEN;
	*index = val;
	return wire_inside(p4_read_file_head(fd, false, size, stored, lim));
}
