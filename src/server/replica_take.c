/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the client sends: the request, and contents of files. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/tmp.h"
#include "base/util.h"
#include "compiler/args.h"
#include "server/replica_part.h"

/* A file that takes noticeable time on its way, and how long a job waits while another one takes such files. */
#define LARGE (4u << 20)
#define LARGE_WAIT_MS 60000
#define LARGE_POLL_MS 20

/* Together, all files of the tree. */
static bool
fits(const struct replica_job *r)
{
	uint64_t left = store_max(r->store);

	for (size_t i = 0; i < r->tree.n; i++) {
		if (r->tree.v[i].size > left)
			return false;
		left -= r->tree.v[i].size;
	}
	return true;
}

/* What can be refused before a file has come. */
static void
judge(struct replica_job *r)
{
	const struct server *s = r->j->s;

	if (s->no_replica != NULL)
		replica_job_nope(r, (enum p4_nope)s->no_replica_code, REJ_BAD_REQ, EXIT_ACCESS_DENIED, "%s", s->no_replica);
	else if (!fits(r))
		replica_job_nope(r, P4_NOPE_LIMIT, REJ_BAD_REQ, EXIT_ACCESS_DENIED, "the files are larger than the whole store");
	else
		treepool_open(&r->pooltree, r->store, r->req.cwd);
}

bool
replica_job_take_request(struct replica_job *r)
{
	struct job *j = r->j;
	struct io_limit lim = {-1, j->began + job_head_ms(j)};
	enum wire_err err = p4_read_request(j->peer->in, &r->req, &lim);
	enum tree_err bad;
	char where[64];
	size_t at;

	j->req.argv = r->req.argv;
	r->req.argv = (struct strv)STRV_INIT;
	if (err != WIRE_OK)
		return replica_job_violation(r, err, "in the head of the request");
	j->source = args_server_source(j->req.argv.v);
	bad = tree_decode(r->req.tree.p, r->req.tree.n, &r->tree, &at);
	if (bad != TREE_OK) {
		snprintf(where, sizeof(where), "in entry %zu of the listing: %s", at, tree_strerror(bad));
		return replica_job_violation(r, WIRE_LISTING, where);
	}
	judge(r);
	return true;
}

/* No room is a refusal, and so is any other trouble with our own files. */
static void
no_room(struct replica_job *r)
{
	int saved_errno = errno;

	if (errno == ENOSPC || errno == EDQUOT) {
		treepool_sweep(r->store, true);
		store_shrink(r->store);
	}
	replica_job_nope(r, P4_NOPE_STORE, OTHER, EXIT_IO_ERROR, "cannot store a file: %s", strerror(saved_errno));
}

static void
changed(struct replica_job *r, const struct tree_entry *e)
{
	replica_job_nope(r, P4_NOPE_CHANGED, REJ_BAD_REQ, EXIT_PROTOCOL_ERROR, "%.200s is not what the listing says", e->path);
}

/* Into the store.  False: nothing more can be read. */
static bool
keep(struct replica_job *r, struct tree_entry *e, uint32_t stored, const struct io_limit *lim)
{
	enum store_kind kind = STORE_PLAIN;
	struct store_file f;
	enum wire_err err;
	const char *name;
	char *path;
	int pool;

	if (!treepool_make(&r->pooltree) || store_begin(r->store, r->pooltree.dir, &f) == -1) {
		no_room(r);
		err = p4_read_body(r->j->peer->in, stored, -1, e->size, lim);
		return err == WIRE_OK || replica_job_violation(r, err, "in a file");
	}
	path = xasprintf("%s/%s/%s", store_trees(r->store, &pool), r->pooltree.name, f.name);
	name = tmp_register(path);
	free(path);
	err = p4_read_body(r->j->peer->in, stored, f.fd, e->size, lim);
	if (err == WIRE_FILE) {
		no_room(r);
		store_abort(&f);
	} else if (err != WIRE_OK) {
		store_abort(&f);
	} else {
		switch (store_commit(r->store, &f, &e->digest, e->size, &kind)) {
		case STORE_OK:
			e->timed = kind == STORE_TIMED;
			r->timed |= e->timed;
			break;
		case STORE_IO:
			no_room(r);
			break;
		case STORE_MISMATCH:
			changed(r, e);
			break;
		}
	}
	tmp_forget(name);
	return err == WIRE_OK || err == WIRE_FILE || replica_job_violation(r, err, "in a file");
}

/* What a packet BLOB has announced. */
struct blob {
	uint32_t index, stored;
	uint64_t size;
};

/* Its content follows.  False: nothing more can be read. */
static bool
take_content(struct replica_job *r, const struct blob *b)
{
	struct tree_entry *e = &r->tree.v[b->index];
	struct io_limit lim = job_body_limit(r->j, b->stored);
	enum wire_err err;

	if (b->size != e->size)
		changed(r, e);
	if (!r->refused && store_look(r->store, &e->digest, e->size) == STORE_MISSING)
		return keep(r, e, b->stored, &lim);
	err = p4_read_body(r->j->peer->in, b->stored, -1, b->size, &lim);
	return err == WIRE_OK || replica_job_violation(r, err, "in a file");
}

enum next { NEXT_BLOB, NEXT_SENT, NEXT_NOTHING };

static enum next
next_blob(struct replica_job *r, struct blob *b)
{
	struct io_limit lim = {r->j->s->io_timeout_ms, clock_ms() + job_head_ms(r->j)};
	enum wire_err err;
	bool sent;

	err = p4_read_blob_head(r->j->peer->in, &sent, &b->index, &b->size, &b->stored, &lim);
	if (err == WIRE_OK && sent)
		return NEXT_SENT;
	if (err == WIRE_OK && (b->index >= r->tree.n || r->tree.v[b->index].kind != TREE_FILE))
		err = WIRE_ORDER;
	if (err == WIRE_OK)
		return NEXT_BLOB;
	replica_job_violation(r, err, "where a file was awaited");
	return NEXT_NOTHING;
}

bool
replica_job_take_first(struct replica_job *r)
{
	bool *seen = xcalloc(r->tree.n + 1, sizeof(*seen));
	bool ok = true;
	struct blob b;

	while (ok) {
		enum next next = next_blob(r, &b);

		if (next != NEXT_BLOB) {
			ok = next == NEXT_SENT;
			break;
		}
		ok = !seen[b.index] ? take_content(r, &b) : replica_job_violation(r, WIRE_ORDER, "at a file that has come before");
		seen[b.index] = true;
	}
	free(seen);
	return ok;
}

/* Not one that was damaged: what has to be made anew for it may have to come from the client. */
static void
look_at_tree(struct replica_job *r)
{
	struct pooltree *t = &r->pooltree;
	int64_t now = clock_ms();
	const char *which;

	if (!treepool_must_look(t))
		return;
	if (jobtree_is_whole(r->store, &t->old, t->files, &which)) {
		treepool_looked(t, now);
		return;
	}
	log_info("%s: %.200s in a tree of the cache was damaged; it is made anew", r->j->peer->text, which);
	treepool_discard(t);
}

/* What is in the store is not wanted. */
static void
drop_present(struct replica_job *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_want; i++) {
		struct tree_entry *e = &r->tree.v[r->want[i]];
		enum store_kind kind = store_look(r->store, &e->digest, e->size);

		if (kind == STORE_MISSING)
			r->want[n++] = r->want[i];
		else if (kind == STORE_TIMED)
			e->timed = r->timed = true;
	}
	r->n_want = n;
}

/* A tree that is laid out already answers for most files. */
static void
find_missing(struct replica_job *r)
{
	look_at_tree(r);
	jobtree_compare(&r->plan, &r->pooltree.old, &r->tree);
	r->timed |= r->plan.timed;
	r->want = xcalloc(r->tree.n + 1, sizeof(*r->want));
	for (size_t i = 0; i < r->tree.n; i++) {
		const struct tree_entry *e = &r->tree.v[i];

		if (e->kind != TREE_FILE || e->twin != TREE_NO_TWIN || r->plan.in_place[i])
			continue;
		r->want[r->n_want++] = (uint32_t)i;
	}
	drop_present(r);
}

static bool
wants_large(const struct replica_job *r)
{
	for (size_t i = 0; i < r->n_want; i++)
		if (r->tree.v[r->want[i]].size >= LARGE)
			return true;
	return false;
}

/* All sources of a target with a precompiled header name it at once: the first one brings it, the others wait for that, but not for ever. */
static void
wait_for_large(struct replica_job *r)
{
	int64_t until = clock_ms() + LARGE_WAIT_MS;
	struct pollfd client = {.fd = r->j->peer->in, .events = POLLRDHUP};

	if (!wants_large(r))
		return;
	while ((r->large_lock = store_lock_large(r->store)) == -1 && errno == EWOULDBLOCK && clock_ms() < until) {
		if (poll(&client, 1, LARGE_POLL_MS) > 0)
			return;	/* it has gone, which writing to it will show */
		replica_job_beat(r, r->j->peer);
	}
	drop_present(r);	/* another job may have taken it meanwhile */
}

static bool
say_missing(struct replica_job *r)
{
	struct io_limit lim = {r->j->s->io_timeout_ms, 0};
	struct buf b = BUF_INIT;
	enum wire_err err;

	find_missing(r);
	wait_for_large(r);
	p4_add_want(&b, r->want, r->n_want);
	err = p4_flush(r->j->peer->out, &b, &lim);
	buf_free(&b);
	return err == WIRE_OK || replica_job_violation(r, err, "while missing files were named");
}

static bool
take_missing(struct replica_job *r)
{
	size_t i = 0;

	if (!say_missing(r))
		return false;
	while (r->n_want > 0) {
		struct blob b;

		switch (next_blob(r, &b)) {
		case NEXT_SENT:
			return i == r->n_want || replica_job_violation(r, WIRE_ORDER, "where a missing file was awaited");
		case NEXT_NOTHING:
			return false;
		case NEXT_BLOB:
			break;
		}
		if (i == r->n_want || b.index != r->want[i++])
			return replica_job_violation(r, WIRE_ORDER, "where a missing file was awaited");
		if (!take_content(r, &b))
			return false;
	}
	return true;
}

bool
replica_job_take_missing(struct replica_job *r)
{
	bool ok = take_missing(r);

	if (r->large_lock != -1)
		close(r->large_lock);
	r->large_lock = -1;
	return ok;
}
