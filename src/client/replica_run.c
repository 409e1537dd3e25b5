/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/util.h"
#include "client/blame.h"
#include "client/capability.h"
#include "client/dial.h"
#include "client/remote.h"
#include "client/replica.h"
#include "client/replica_files.h"
#include "client/state.h"
#include "compiler/identity.h"
#include "wire/bulk.h"
#include "wire/proto4.h"

#define BATCH_BYTES (256u << 10)	/* so much is put together before it is sent */
#define ASK_MS (P4_BEAT_MS + 1000)	/* who has not answered a question then is not waited for */

/* One exchange. */
struct talk {
	struct replica *r;
	const struct hostspec *h;
	struct replica_result *res;
	int fd;
	struct io_limit write_limit, read_limit;
	bool answered;		/* in protocol 4 */
	bool wanted;		/* it has said what it lacks */
};

/* Always false: for "return end(...)". */
static bool
end(struct talk *t, enum replica_end how, char *why)
{
	t->res->end = how;
	free(t->res->why);
	t->res->why = why;
	return false;
}

static bool
end_fault(struct talk *t, int exit_code, char *why)
{
	t->res->exit_code = exit_code;
	return end(t, REPLICA_FAULT, why);
}

static bool
end_broken(struct talk *t, enum wire_err err, const char *when)
{
	const char *what = err == WIRE_IO ? strerror(errno) : wire_strerror(err);

	/* who has never said a word of protocol 4 and hangs up may not speak it, or may just have died */
	if (!t->answered && err != WIRE_TIMEOUT && !capability_speaks(t->r->conf->lock_dir, t->h)) {
		t->res->silent = true;
		return end(t, REPLICA_CLASSIC, xstrdup("it hung up without a word of protocol 4"));
	}
	return end_fault(t, remote_exit_code(err), xasprintf("%s %s", what, when));
}

/* The content of an entry that the volunteer lacks, as far as it can be found. */
static bool
add_blob(struct talk *t, struct buf *batch, uint32_t index)
{
	const struct tree_entry *e = &t->r->in.tree.v[index];
	enum wire_err err = WIRE_IO;
	struct stat st;
	int fd;

	if (t->r->native.path != NULL && index == t->r->native_at) {
		err = p4_add_blob(batch, index, t->r->native.text, strlen(t->r->native.text));
		return err == WIRE_OK || end_broken(t, err, "while files were sent");
	}
	if (e->kind != TREE_FILE)
		return end_fault(t, EXIT_PROTOCOL_ERROR, xasprintf("it asks for %s, which is no file", e->path));
	fd = open(e->path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return end(t, REPLICA_HERE, xasprintf("%s: %s", e->path, strerror(errno)));
	if (fstat(fd, &st) == -1 || (uint64_t)st.st_size != e->size) {
		close(fd);
		return end(t, REPLICA_HERE, xasprintf("%s is being changed", e->path));
	}
	log_debug("sending %s", e->path);
	if (e->size <= BATCH_BYTES) {
		err = p4_add_blob_fd(batch, index, fd, e->size);
	} else {
		err = p4_flush(t->fd, batch, &t->write_limit);
		if (err == WIRE_OK)
			err = p4_send_blob(t->fd, index, fd, e->size, &t->write_limit);
	}
	close(fd);
	if (err == WIRE_OK && batch->n > BATCH_BYTES)
		err = p4_flush(t->fd, batch, &t->write_limit);
	/* a volunteer that has hung up may have said why */
	if (err == WIRE_CLOSED || err == WIRE_TRUNCATED)
		return true;
	return err == WIRE_OK || end_broken(t, err, "while files were sent");
}

static bool
send_wanted(struct talk *t, const struct p4_answer *a)
{
	struct buf batch = BUF_INIT;
	enum wire_err err;
	bool ok = true;

	if (t->wanted)
		return end_fault(t, EXIT_PROTOCOL_ERROR, xstrdup("it asks for files twice"));
	t->wanted = true;
	t->res->wanted = a->n_want;
	if (a->n_want > 0) {
		state_phase(STATE_SEND);
		for (size_t i = 0; ok && i < a->n_want; i++)
			ok = add_blob(t, &batch, a->want[i]);
		p4_add_sent(&batch);
		err = ok ? p4_flush(t->fd, &batch, &t->write_limit) : WIRE_OK;
		if (err != WIRE_OK && err != WIRE_CLOSED && err != WIRE_TRUNCATED)
			ok = end_broken(t, err, "while files were sent");
		buf_free(&batch);
	}
	state_phase(STATE_COMPILE);
	return ok;
}

/* It will not.  What it says is somebody else's text, of one line. */
static bool
take_nope(struct talk *t, const struct p4_answer *a)
{
	const char *dir = t->r->conf->lock_dir, *reason = a->reason != NULL ? a->reason : "no reason given";

	/* the job itself will hear it again, and draws the conclusions */
	if (t->r->asks)
		return end(t, REPLICA_ELSEWHERE, xstrdup(reason));
	switch (a->code) {
	case P4_NOPE_BUSY:
		return end(t, REPLICA_ELSEWHERE, xstrdup(reason));
	case P4_NOPE_TOOLCHAIN:
		capability_set_foreign(dir, t->h, &t->r->tool.digest);
		t->res->told = true;
		return end(t, REPLICA_CLASSIC, xasprintf("it has no %s for %s; %s", t->r->tool.summary,
			identity_lang_name(identity_lang(t->r->args->lang)), reason));
	case P4_NOPE_SANDBOX:
	case P4_NOPE_DENIED:
	case P4_NOPE_PROTOCOL:
		capability_set_classic(dir, t->h);
		return end(t, REPLICA_CLASSIC, xstrdup(reason));
	case P4_NOPE_CHANGED:
		return end(t, REPLICA_HERE, xstrdup(reason));
	case P4_NOPE_OTHER:
	case P4_NOPE_LIMIT:
	case P4_NOPE_STORE:
	case P4_NOPE_PRECOMPILED:
	case P4_NOPE_CODES:
		break;
	}
	return end(t, REPLICA_CLASSIC, xstrdup(reason));
}

/* Until it is done.  False: res says what else came. */
static bool
wait_done(struct talk *t)
{
	struct p4_answer a;
	enum wire_err err;
	bool ok = true, done = false;

	while (ok && !done) {
		err = p4_read_answer(t->fd, (uint32_t)t->r->in.tree.n, &a, &t->read_limit);
		if (err != WIRE_OK) {
			ok = end_broken(t, err, "without an answer");
		} else {
			if (!t->answered)
				capability_set_speaks(t->r->conf->lock_dir, t->h);
			t->answered = true;
			switch (a.said) {
			case P4_SAID_BEAT:
				/* an answer that takes so long is not worth waiting for */
				if (t->r->asks)
					ok = end(t, REPLICA_ELSEWHERE, xstrdup("it has no time"));
				break;
			case P4_SAID_NOPE:
				ok = take_nope(t, &a);
				break;
			case P4_SAID_WANT:
				ok = send_wanted(t, &a);
				break;
			case P4_SAID_DONE:
				done = true;
				break;
			}
		}
		p4_answer_free(&a);
	}
	if (done && !t->wanted)
		return end_fault(t, EXIT_PROTOCOL_ERROR, xstrdup("it is done before it has asked for anything"));
	return ok;
}

/* An output that is told by what differs from the object that is there. */
static enum wire_err
read_near(struct talk *t, const struct p4_output *o, int fd)
{
	const struct earlier *old = &t->r->old;
	enum wire_err err;

	if (sigsetjmp(fault_return, 0) != 0) {
		fault_guarded = 0;
		return WIRE_ZSTD;
	}
	fault_guarded = 1;
	err = p4_read_body_near(t->fd, o->stored, fd, o->size, old->p, old->n, &t->read_limit);
	fault_guarded = 0;
	return err;
}

/* The content of an output that does travel. */
static bool
receive_body(struct talk *t, const struct p4_output *o, int fd)
{
	enum wire_err err;

	if (o->base != 0)
		err = read_near(t, o, fd);
	else
		err = p4_read_body(t->fd, o->stored, fd, o->size, &t->read_limit);
	/* a full disk of ours is no fault of the host's */
	if (err == WIRE_FILE)
		return end(t, REPLICA_HERE, xasprintf("cannot write %s: %s", o->name, strerror(errno)));
	if (o->base != 0 && !earlier_unchanged(&t->r->old))
		return end(t, REPLICA_HERE, xstrdup("the object that was there is being changed"));
	return err == WIRE_OK || end_broken(t, err, "while the result came");
}

static bool
receive_file(struct talk *t, struct replica_files *files)
{
	const struct earlier *old = &t->r->old;
	struct p4_output o;
	enum wire_err err;
	bool ok;
	int fd;

	err = p4_read_output_head(t->fd, old->name != NULL, &o, &t->read_limit);
	if (err != WIRE_OK)
		return end_broken(t, err, "while the result came");
	if (o.same && o.size != old->n) {
		free(o.name);
		return end_fault(t, EXIT_PROTOCOL_ERROR, xstrdup("it takes the old object for another one"));
	}
	fd = o.same ? -1 : replica_files_open(files, o.name);
	ok = o.same ? replica_files_same(files, o.name, old) : fd != -1;
	/* a compiler that crashes leaves a report with a name of its own */
	if (!ok && files->stray) {
		end(t, REPLICA_SUSPECT, xasprintf("it sent %s, which the command does not write", o.name));
		t->res->stray = xstrdup(o.name);
	} else if (!ok) {
		end(t, REPLICA_HERE, xasprintf("cannot write %s: %s", o.name, strerror(errno)));
	}
	if (ok && !o.same)
		ok = receive_body(t, &o, fd);
	free(o.name);
	return ok;
}

static bool
receive(struct talk *t, struct replica_files *files)
{
	struct p4_result result = {.status = 0};
	enum wire_err err;
	bool ok = true;

	state_phase(STATE_RECEIVE);
	err = p4_read_result(t->fd, &result, &t->read_limit);
	if (err != WIRE_OK) {
		p4_result_free(&result);
		return end_broken(t, err, "while the result came");
	}
	t->res->status = result.status;
	t->res->err = result.err;
	t->res->out = result.out;
	for (uint32_t i = 0; ok && i < result.outputs; i++)
		ok = receive_file(t, files);
	if (ok) {
		err = p4_read_info(t->fd, &t->res->info, &t->read_limit);
		if (err != WIRE_OK)
			ok = end_broken(t, err, "at the end of the result");
	}
	return ok;
}

enum old_output {
	OLD_STAYS,	/* or there is none, or a new one has come */
	OLD_GOES,
	OLD_UNKNOWN,
};

/* What becomes of the object of an earlier compile when the compiler fails? */
static enum old_output
judge_old_output(const struct talk *t, const struct replica_files *files)
{
	const struct args *a = t->r->args;
	const struct buf *messages = &t->res->err;
	struct stat st;

	if (t->res->status == 0 || files->object || lstat(a->output, &st) == -1 || !(S_ISREG(st.st_mode) || S_ISLNK(st.st_mode)))
		return OLD_STAYS;
	/* whether clang removes it depends on which of its parts has failed */
	if (S_ISLNK(st.st_mode) || a->kind == CC_CLANG)
		return OLD_UNKNOWN;
	return blame_removes_output(a->asm_out, strv_has(&a->argv, "-pipe"), messages->p, messages->n) ? OLD_GOES : OLD_STAYS;
}

/* All is here: is it what this machine's compiler would give? */
static bool
accept_result(struct talk *t, struct replica_files *files)
{
	const struct replica *r = t->r;
	struct replica_result *res = t->res;
	bool messages = res->err.n > 0 || res->out.n > 0, retry = r->conf->fallback && r->conf->local_retry;
	enum old_output old;
	const char *which;
	char *line;

	if (r->asks) {
		end(t, REPLICA_DONE, NULL);
		return true;
	}
	if (res->status != 0 && blame_place(res->status, res->err.p, res->err.n, &line))
		return end(t, REPLICA_SUSPECT, line != NULL ? line : xasprintf("status %d", proc_exit_code(res->status)));
	if (messages && r->words.differ && retry)
		return end(t, REPLICA_HERE, xstrdup("the compiler printed messages, which look different here"));
	if (!inputs_unchanged(&r->in))
		return end(t, REPLICA_HERE, xstrdup("a file was changed meanwhile"));
	if (res->status == 0 && !files->object && !starts_with(r->args->output, "/dev/"))
		return end(t, REPLICA_HERE, xstrdup("the compiler there wrote no object and called that a success"));
	old = judge_old_output(t, files);
	if (old == OLD_UNKNOWN)
		return end(t, REPLICA_HERE, xstrdup("it failed, and there is an object of an earlier compile"));
	if (!replica_files_commit(files, &which))
		return end(t, REPLICA_HERE, xasprintf("cannot write %s: %s", which, strerror(errno)));
	if (old == OLD_GOES)
		unlink(r->args->output);
	end(t, REPLICA_DONE, NULL);
	return true;
}

static void
exchange(struct talk *t)
{
	struct replica_files files;
	enum wire_err err;
	int64_t began;

	state_phase(STATE_SEND);
	err = bulk_send_raw(t->fd, &t->r->flight, &t->write_limit);
	if (err != WIRE_OK && err != WIRE_CLOSED && err != WIRE_TRUNCATED) {
		end_broken(t, err, "while the job was sent");
		return;
	}
	/* what we have learnt is written while the volunteer works */
	cache_close(t->r->cache);
	t->r->cache = NULL;
	state_phase(STATE_COMPILE);
	began = clock_ms();
	replica_files_init(&files, t->r->args, &t->r->outputs);
	if (wait_done(t)) {
		t->res->wait_ms = clock_ms() - began;
		if (receive(t, &files))
			accept_result(t, &files);
	}
	replica_files_free(&files);
}

void
replica_run(struct replica *r, const struct hostspec *h, int slot, struct replica_result *res)
{
	struct talk t = {
		.r = r,
		.h = h,
		.res = res,
		.write_limit = conf_io_limit(r->conf),
		.read_limit = {.idle_ms = r->asks ? ASK_MS : P4_DEAD_MS},
	};
	uint64_t sent = bulk_bytes_sent, received = bulk_bytes_received;
	struct dial d = DIAL_NONE;
	char *label = hostspec_label(h);

	*res = (struct replica_result){.end = REPLICA_FAULT};
	state_host(label, slot);
	state_phase(STATE_CONNECT);
	dial_start(&d, h, r->conf);
	if (dial_finish(&d)) {
		t.fd = d.fd;
		io_read_ahead(t.fd);
		exchange(&t);
		io_read_ahead(-1);
	} else {
		end_fault(&t, EXIT_CONNECT_FAILED, xstrdup(d.why));
	}
	if (res->end == REPLICA_FAULT)
		res->blame = dial_blame(&d);
	res->sent = bulk_bytes_sent - sent;
	res->received = bulk_bytes_received - received;
	dial_close(&d);
	free(label);
}

void
replica_result_free(struct replica_result *res)
{
	buf_free(&res->out);
	buf_free(&res->err);
	free(res->why);
	free(res->stray);
	free(res->info);
}
