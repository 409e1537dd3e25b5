/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/replica.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/io.h"
#include "base/log.h"
#include "base/util.h"
#include "server/jobsig.h"
#include "server/pch.h"
#include "server/replica_part.h"
#include "server/ticket.h"
#include "wire/zstd.h"

/* What is ready goes out when it is that much. */
#define FLUSH_BYTES (256u << 10)
/* A question is worth no place in the queue. */
#define ASK_PATIENCE_MS 50

/* The compiler the client means, and a root with it.  False: refused. */
static bool
find_tool(struct replica_job *r)
{
	struct toolchains_idle idle = {replica_job_beat, r, r->j->peer};
	char *why = NULL;

	r->tool = toolchains_find(r->j->s, &r->req.tool, r->j->req.argv.v[0], &idle, &why);
	if (r->tool == NULL)
		replica_job_nope(r, P4_NOPE_TOOLCHAIN, REJ_BAD_REQ, EXIT_COMPILER_MISSING, "%s", why);
	free(why);
	return r->tool != NULL;
}

static bool
find_root(struct replica_job *r)
{
	struct toolchains_idle idle = {replica_job_beat, r, r->j->peer};
	char *why = NULL;
	bool ok = toolchain_root(r->j->s, r->tool, &r->tree, &idle, &why);

	if (!ok)
		replica_job_nope(r, P4_NOPE_OTHER, OTHER, EXIT_IO_ERROR, "%s", why);
	free(why);
	return ok;
}

/* A compiler that passes over a precompiled header writes other files than the client's would. */
static bool
takes_precompiled(struct replica_job *r)
{
	const char *which;

	if (pch_fits(r->store, &r->tree, r->tool, &which))
		return true;
	replica_job_nope(r, P4_NOPE_PRECOMPILED, REJ_BAD_REQ, EXIT_COMPILER_MISSING, "%.300s was made by another build of %s", which, r->tool->path);
	return false;
}

static bool
wait_turn(struct replica_job *r)
{
	struct job *j = r->j;
	int patience_ms = (r->req.flags & P4_ASKS) != 0 ? ASK_PATIENCE_MS : -1;
	int64_t began = clock_ms();

	switch (ticket_wait(j->ticket, j->peer, patience_ms, replica_job_beat, r, &r->running)) {
	case TICKET_OK:
		r->queue_ms = clock_ms() - began;
		return true;
	case TICKET_CLIENT_GONE:
		job_give_up(j, CLI_DISCONN, EXIT_GONE, "the client went away before its turn came");
		return false;
	case TICKET_BUSY:
		replica_job_nope(r, P4_NOPE_BUSY, ASKED, EXIT_BUSY, "all jobs are taken");
		return false;
	case TICKET_PARENT_GONE:
		break;
	}
	job_give_up(j, OTHER, EXIT_GONE, "the daemon has ended");
	return false;
}

static void
add_info(const struct replica_job *r, struct buf *b)
{
	struct buf lines = BUF_INIT;

	buf_addf(&lines, "slots=%ld\n", r->j->s->jobs);
	if (r->running > 0)
		buf_addf(&lines, "running=%ld\n", r->running);
	buf_addf(&lines, "queue_ms=%lld\ncompile_ms=%lld\ncache=%s\n", (long long)r->queue_ms, (long long)r->compile_ms, r->cache);
	p4_add_info(b, lines.p);
	buf_free(&lines);
}

static enum wire_err
flush(const struct replica_job *r, struct buf *b)
{
	struct io_limit lim = job_body_limit(r->j, b->n);

	return p4_flush(r->j->peer->out, b, &lim);
}

/* Is the output what the client has in its place?  We have that, too, so the output need not be stored once more. */
static bool
is_same(struct replica_job *r, struct replica_job_output *o, int fd, uint32_t *have)
{
	for (uint32_t i = 0; i < r->req.n_have; i++) {
		const struct p4_have *h = &r->req.have[i];
		uint64_t size = o->size;

		if (o->size == 0 || !streq(h->name, o->name) || store_look(r->store, &h->digest, o->size) == STORE_MISSING)
			continue;
		if (!o->stored && digest_fd(&o->digest, fd, &size) == -1)
			return false;
		*have = i;
		if (size == o->size && digest_cmp(&o->digest, &h->digest) == 0)
			return o->stored = true;
	}
	return false;
}

/* What the client has in the place of this output, if we have it too.  False: nothing of use. */
static bool
find_base(const struct replica_job *r, const struct replica_job_output *o, uint32_t *have, struct buf *base)
{
	for (uint32_t i = 0; i < r->req.n_have; i++) {
		const struct p4_have *h = &r->req.have[i];
		struct stat st;
		bool found;
		int fd;

		if (!streq(h->name, o->name) || (fd = store_read(r->store, &h->digest)) == -1)
			continue;
		found = fstat(fd, &st) == 0 && st.st_size > 0 && st.st_size < ZPACK_NEAR_MAX &&
		    store_look(r->store, &h->digest, (uint64_t)st.st_size) != STORE_MISSING &&
		    buf_read_fd(base, fd, ZPACK_NEAR_MAX) == 0;
		close(fd);
		*have = i;
		return found;
	}
	return false;
}

static enum wire_err
add_output(struct replica_job *r, struct buf *b, struct replica_job_output *o)
{
	struct buf base = BUF_INIT;
	int fd = replica_job_open_output(r, o);
	enum wire_err err;
	uint32_t have;

	if (fd == -1)
		return WIRE_IO;
	if (is_same(r, o, fd, &have))
		err = p4_add_output_same(b, o->name, o->mode, o->size, have);
	else if (find_base(r, o, &have, &base))
		err = p4_add_output_near(b, o->name, o->mode, fd, o->size, have, base.p, base.n);
	else
		err = p4_add_output(b, o->name, o->mode, fd, o->size);
	close(fd);
	buf_free(&base);
	return err;
}

/* Once a part has gone out only the end of the connection can say that something is wrong. */
static enum wire_err
add_outputs(struct replica_job *r, struct buf *b)
{
	enum wire_err err = WIRE_OK;

	for (size_t i = 0; err == WIRE_OK && i < r->n_outputs; i++) {
		err = add_output(r, b, &r->outputs[i]);
		if (err == WIRE_OK && b->n > FLUSH_BYTES)
			err = flush(r, b);
	}
	return err;
}

static void
send_result(struct replica_job *r)
{
	struct buf b = BUF_INIT;
	enum wire_err err;

	sock_cork(r->j->peer->out, true);
	err = p4_add_result(&b, &r->result);
	if (err == WIRE_OK)
		err = add_outputs(r, &b);
	if (err == WIRE_OK) {
		add_info(r, &b);
		err = flush(r, &b);
	}
	buf_free(&b);
	if (err != WIRE_OK)
		job_wire_failed(r->j, err, "while the result was sent");
	r->complete = err == WIRE_OK;
}

static void
send_nope(struct replica_job *r)
{
	struct buf b = BUF_INIT;

	p4_add_nope(&b, r->code, r->reason);
	(void)flush(r, &b);
	buf_free(&b);
}

/* With signals deferred: there will be files and processes that a signal handler cannot remove. */
static void
run(struct replica_job *r)
{
	jobsig_defer();
	r->deferred = true;
	if (replica_job_run(r) && !r->refused)
		send_result(r);
}

static void
serve(struct replica_job *r)
{
	if (!replica_job_take_request(r) || !replica_job_take_first(r) || r->refused || !find_tool(r) || !replica_job_take_missing(r) || r->refused)
		return;
	replica_job_find_action(r);
	if (replica_job_known(r)) {
		r->j->outcome = replica_job_outcome(r);
		send_result(r);
		return;
	}
	if (find_root(r) && takes_precompiled(r) && wait_turn(r))
		run(r);
}

struct replica_job *
replica_job_serve(struct job *j)
{
	struct replica_job *r = xcalloc(1, sizeof(*r));

	*r = (struct replica_job){.j = j, .store = j->s->store, .sandbox = SANDBOX_INIT, .pooltree = POOLTREE_INIT, .out_fd = -1, .err_fd = -1, .large_lock = -1,
			      .last_beat = clock_ms(), .cache = "off"};
	j->mode = "replica";
	j->peer->version = PROTO_REPLICA;
	j->peer->done_sent = true;	/* the beats show whether the client is there */
	io_read_ahead(j->peer->in);	/* a request has a hundred small pieces */
	serve(r);
	io_read_ahead(-1);
	if (r->refused)
		send_nope(r);
	if (streq(r->cache, "hit"))
		j->mode = "replica,known";
	return r;
}

/* Those in use, and some for other directories. */
static size_t
max_trees(const struct replica_job *r)
{
	return (size_t)r->j->s->jobs * 2 + 16;
}

void
replica_job_end(struct replica_job *r)
{
	if (r == NULL)
		return;
	if (r->complete)
		replica_job_remember(r);
	sandbox_close(&r->sandbox);
	treepool_close(&r->pooltree, &(struct pooltree_end){r->laid_out ? &r->req.tree : NULL, &r->tree, max_trees(r)});
	jobtree_plan_free(&r->plan);
	if (r->store != NULL)
		store_trim(r->store);
	if (r->out_fd != -1)
		close(r->out_fd);
	if (r->err_fd != -1)
		close(r->err_fd);
	replica_job_forget_result(r);
	toolchain_free(r->tool);
	tree_free(&r->tree);
	p4_request_free(&r->req);
	free(r->want);
	free(r->reason);
	if (r->deferred && !jobsig_stopped())
		jobsig_resume();
	free(r);
}
