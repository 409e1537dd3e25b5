/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The listing: number of entries; for each its kind, how much of the path it shares with the one before, the rest of the
 * path, and what the kind has; then the digests.  The digests stand at the end, as they cannot be compressed and would
 * spoil the statistics of the text.
 */
#include <stdlib.h>
#include <string.h>

#include "base/exitcode.h"
#include "base/log.h"
#include "base/varint.h"
#include "cas/tree_text.h"

/* The first byte of an entry: kind in the low bits, for files the relation to a twin above. */
enum code { CODE_DIR, CODE_LINK, CODE_FILE, CODE_EXEC };
#define CODE_MASK 3u
#define TWIN_SHIFT 2
#define CODE_MAX (TREE_TWIN_FILE << TWIN_SHIFT | CODE_EXEC)

/* No entry takes less: kind, shared, length and a byte of the path, and what the kind adds. */
#define LEAST_BYTES 3u

static size_t
shared_with(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	return n;
}

static unsigned
code_of(const struct tree_entry *e)
{
	switch (e->kind) {
	case TREE_DIR:
		return CODE_DIR;
	case TREE_LINK:
		return CODE_LINK;
	case TREE_FILE:
		break;
	}
	return (e->exec ? CODE_EXEC : CODE_FILE) | (unsigned)e->twin << TWIN_SHIFT;
}

/* Where n bytes more can stand. */
static char *
room_for(struct buf *out, size_t n)
{
	if (!buf_reserve(out, n))
		log_fatalx(EXIT_OUT_OF_MEMORY, "out of memory");
	return out->p + out->n;
}

static void
encode_entry(const struct tree_entry *e, const char *before, uint32_t index, struct buf *out)
{
	size_t shared = shared_with(before, e->path), rest = strlen(e->path + shared), n = 0;
	char *p;

	if (e->kind == TREE_LINK)
		n = strlen(e->target);
	p = room_for(out, rest + n + 5 * VARINT_MAX_BYTES);
	p = varint_put(p, code_of(e));
	p = varint_put(p, shared);
	p = varint_put(p, rest);
	memcpy(p, e->path + shared, rest);
	p += rest;
	if (e->kind == TREE_LINK) {
		p = varint_put(p, n);
		memcpy(p, e->target, n);
		p += n;
	} else if (e->kind == TREE_FILE && e->twin != TREE_NO_TWIN) {
		p = varint_put(p, index - e->twin_of);
	} else if (e->kind == TREE_FILE) {
		p = varint_put(p, e->size);
	}
	*p = '\0';
	out->n = (size_t)(p - out->p);
}

size_t
tree_encode(const struct tree *t, struct buf *out)
{
	size_t start = out->n, head;
	char *p;

	/* most listings fit, and are not copied while they grow */
	room_for(out, t->n * (DIGEST_LEN + 32));
	varint_add(out, t->n);
	for (size_t i = 0; i < t->n; i++)
		encode_entry(&t->v[i], i > 0 ? t->v[i - 1].path : "", (uint32_t)i, out);
	head = out->n - start;
	p = room_for(out, t->n * DIGEST_LEN);
	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].kind == TREE_FILE && t->v[i].twin == TREE_NO_TWIN) {
			memcpy(p, t->v[i].digest.b, DIGEST_LEN);
			p += DIGEST_LEN;
		}
	}
	*p = '\0';
	out->n = (size_t)(p - out->p);
	return head;
}

struct decoder {
	struct varint_in in;
	struct tree *t;
	size_t text;		/* of paths and targets so far */
	size_t above;		/* bytes of the path before */
};

static enum tree_err
number(struct decoder *d, uint64_t max, uint64_t *v)
{
	switch (varint_get(&d->in, max, v)) {
	case VARINT_OK:
		return TREE_OK;
	case VARINT_SHORT:
		return TREE_TRUNCATED;
	case VARINT_BAD:
		break;
	}
	return TREE_NUMBER;
}

static size_t
left(const struct decoder *d)
{
	return (size_t)(d->in.end - d->in.p);
}

/* A string of its own: the first shared bytes of prefix, then n of the input. */
static enum tree_err
text(struct decoder *d, const char *prefix, size_t shared, size_t n, char **out)
{
	char *p;

	if (n > left(d))
		return TREE_TRUNCATED;
	d->text += shared + n + 1;
	if (d->text > TREE_MAX_TEXT)
		return TREE_TEXT;
	p = tree_text(d->t, shared + n + 1);
	if (p == NULL)
		return TREE_NOMEM;
	if (shared > 0)
		memcpy(p, prefix, shared);
	memcpy(p + shared, d->in.p, n);
	p[shared + n] = '\0';
	d->in.p += n;
	*out = p;
	return TREE_OK;
}

/* before: the entry above it, NULL for the first. */
static enum tree_err
decode_path(struct decoder *d, const struct tree_entry *before, struct tree_entry *e)
{
	const char *above = before != NULL ? before->path : "";
	enum tree_err err;
	uint64_t shared, rest;
	int order;

	err = number(d, TREE_MAX_PATH, &shared);
	if (err == TREE_OK)
		err = number(d, TREE_MAX_PATH, &rest);
	if (err != TREE_OK)
		return err;
	if (shared > d->above || shared + rest > TREE_MAX_PATH)
		return TREE_PATH;
	err = text(d, above, (size_t)shared, (size_t)rest, &e->path);
	if (err != TREE_OK)
		return err;
	d->above = (size_t)(shared + rest);
	if (!tree_path_goes_on(e->path, d->above, (size_t)shared))
		return TREE_PATH;
	order = tree_path_cmp(above + shared, e->path + shared);
	if (order == 0)
		return TREE_DUPLICATE;
	if (above[shared] == e->path[shared])
		return TREE_NUMBER;	/* it shares more */
	if (order > 0)
		return TREE_ORDER;
	if (before != NULL && before->kind != TREE_DIR && above[shared] == '\0' && e->path[shared] == '/')
		return TREE_BELOW_FILE;
	return TREE_OK;
}

static enum tree_err
decode_link(struct decoder *d, struct tree_entry *e)
{
	enum tree_err err;
	uint64_t n;

	err = number(d, SIZE_MAX, &n);
	if (err != TREE_OK)
		return err;
	if (n == 0 || n > TREE_MAX_PATH)
		return TREE_TARGET;
	err = text(d, NULL, 0, (size_t)n, &e->target);
	if (err == TREE_OK && strlen(e->target) != n)
		return TREE_TARGET;
	return err;
}

static enum tree_err
decode_twin(struct decoder *d, uint32_t index, struct tree_entry *e)
{
	const struct tree_entry *other;
	enum tree_err err;
	uint64_t back;

	err = number(d, TREE_MAX_ENTRIES, &back);
	if (err != TREE_OK)
		return err;
	if (back == 0 || back > index)
		return TREE_TWIN;
	e->twin_of = index - (uint32_t)back;
	other = &d->t->v[e->twin_of];
	if (other->kind != TREE_FILE || (e->twin == TREE_TWIN_FILE && other->exec != e->exec))
		return TREE_TWIN;
	e->size = other->size;
	return TREE_OK;
}

static enum tree_err
decode_entry(struct decoder *d, uint32_t index)
{
	struct tree_entry *e = &d->t->v[index];
	enum tree_err err;
	uint64_t code;

	err = number(d, UINT64_MAX, &code);
	if (err != TREE_OK)
		return err;
	if (code > CODE_MAX || ((code & CODE_MASK) < CODE_FILE && code > CODE_MASK))
		return TREE_KIND;
	e->kind = (code & CODE_MASK) == CODE_DIR ? TREE_DIR : (code & CODE_MASK) == CODE_LINK ? TREE_LINK : TREE_FILE;
	e->exec = (code & CODE_MASK) == CODE_EXEC;
	e->twin = (enum tree_twin)(code >> TWIN_SHIFT);
	err = decode_path(d, index > 0 ? e - 1 : NULL, e);
	if (err != TREE_OK || e->kind == TREE_DIR)
		return err;
	if (e->kind == TREE_LINK)
		return decode_link(d, e);
	return e->twin != TREE_NO_TWIN ? decode_twin(d, index, e) : number(d, UINT64_MAX, &e->size);
}

/* A twin's digest is that of a file before it. */
static enum tree_err
decode_digest(struct decoder *d, struct tree_entry *e)
{
	if (e->twin != TREE_NO_TWIN) {
		e->digest = d->t->v[e->twin_of].digest;
		return TREE_OK;
	}
	if (left(d) < DIGEST_LEN)
		return TREE_TRUNCATED;
	memcpy(e->digest.b, d->in.p, DIGEST_LEN);
	d->in.p += DIGEST_LEN;
	return TREE_OK;
}

static enum tree_err
decode_count(struct decoder *d, size_t *n)
{
	enum tree_err err;
	uint64_t count;

	err = number(d, UINT64_MAX, &count);
	if (err != TREE_OK)
		return err;
	if (count > TREE_MAX_ENTRIES)
		return TREE_COUNT;
	/* so that memory is in proportion to what has come */
	if (count > left(d) / LEAST_BYTES)
		return TREE_TRUNCATED;
	*n = (size_t)count;
	return TREE_OK;
}

enum tree_err
tree_decode(const void *p, size_t n, struct tree *t, size_t *at)
{
	struct decoder d = {.t = t};
	enum tree_err err;
	size_t count;

	*t = (struct tree)TREE_INIT;
	*at = 0;
	if (n == 0)
		return TREE_TRUNCATED;	/* p may be NULL */
	d.in = (struct varint_in){p, (const unsigned char *)p + n};
	err = decode_count(&d, &count);
	if (err != TREE_OK)
		return err;
	t->v = calloc(count + 1, sizeof(*t->v));
	if (t->v == NULL)
		return TREE_NOMEM;
	t->cap = count + 1;
	for (; t->n < count; t->n++) {
		*at = t->n;
		err = decode_entry(&d, (uint32_t)t->n);
		if (err != TREE_OK)
			return err;
	}
	for (*at = 0; *at < count; ++*at) {
		err = t->v[*at].kind == TREE_FILE ? decode_digest(&d, &t->v[*at]) : TREE_OK;
		if (err != TREE_OK)
			return err;
	}
	return left(&d) == 0 ? TREE_OK : TREE_JUNK;
}

const char *
tree_strerror(enum tree_err err)
{
	static const char *const words[] = {
		[TREE_OK] = "no error",
		[TREE_TRUNCATED] = "the listing ends too early",
		[TREE_NUMBER] = "bad number",
		[TREE_COUNT] = "too many entries",
		[TREE_KIND] = "unknown kind of entry",
		[TREE_PATH] = "bad path",
		[TREE_ORDER] = "not in order",
		[TREE_DUPLICATE] = "listed twice",
		[TREE_BELOW_FILE] = "below a file or link",
		[TREE_TARGET] = "bad target of a link",
		[TREE_TWIN] = "equal to what is no such file",
		[TREE_TEXT] = "too much text",
		[TREE_JUNK] = "bytes behind the listing",
		[TREE_NOMEM] = "out of memory",
	};

	return words[err];
}
