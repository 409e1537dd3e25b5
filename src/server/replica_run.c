/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the files in the store to what the compiler has made of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/path.h"
#include "base/util.h"
#include "server/replica_part.h"
#include "server/ticket.h"

/* False with errno; *which then is what could not be made, if one file could not. */
static bool
lay_out(struct replica_job *r, const char **which)
{
	*which = NULL;
	r->laid_out = treepool_change(&r->pooltree) && jobtree_apply(&r->plan, r->store, &r->tree, r->pooltree.files, which) == 0;
	return r->laid_out;
}

/* In the place of one that was damaged just now. */
static bool
lay_out_anew(struct replica_job *r, const char **which)
{
	jobtree_plan_free(&r->plan);
	treepool_discard(&r->pooltree);
	jobtree_compare(&r->plan, &r->pooltree.old, &r->tree);
	return lay_out(r, which);
}

static bool
build_tree(struct replica_job *r)
{
	const char *which;

	if (lay_out(r, &which) || (r->pooltree.old.n > 0 && lay_out_anew(r, &which)))
		return true;
	if (which == NULL)
		replica_job_nope(r, P4_NOPE_STORE, OTHER, EXIT_IO_ERROR, "cannot make the job's tree: %s", strerror(errno));
	else
		replica_job_nope(r, P4_NOPE_STORE, OTHER, EXIT_IO_ERROR, "cannot make %.200s in the job's tree: %s", which, strerror(errno));
	return false;
}

/*
 * Whether what the compiler says is of the client's files: an object made of damaged ones is wrong, and so is an error in them.  Looked at
 * after it has read them, as only then all of them have been what they are.  Else the tree goes, and the job is refused.
 */
static bool
has_read_what_it_should(struct replica_job *r)
{
	int64_t now = clock_ms();
	const char *which;

	if (jobtree_is_whole(r->store, &r->tree, r->pooltree.files, &which)) {
		treepool_looked(&r->pooltree, now);
		return true;
	}
	r->laid_out = false;
	replica_job_nope(r, P4_NOPE_STORE, OTHER, EXIT_IO_ERROR, "%.200s in the job's tree was damaged", which);
	return false;
}

/* The volunteer's own, and what would only make the compiler another program. */
static bool
may_set(const char *var)
{
	return !starts_with(var, "PATH=") && !starts_with(var, "TMPDIR=") && !starts_with(var, "LD_");
}

/*
 * PATH leads a compiler that was called by a plain name to its own directory, by which it finds its parts and names its headers.  The
 * client says where that name is to be found; the assembler is ours.
 */
static void
make_env(const struct replica_job *r, struct strv *env)
{
	const char *theirs = NULL;

	for (size_t i = 0; i < r->req.env.n; i++) {
		if (starts_with(r->req.env.v[i], "PATH=/"))
			theirs = r->req.env.v[i] + strlen("PATH=");
		if (may_set(r->req.env.v[i]))
			strv_push(env, r->req.env.v[i]);
	}
	strv_pushf(env, "PATH=%s%s%s", theirs != NULL ? theirs : "", theirs != NULL ? ":" : "", r->tool->search);
}

static bool
has_programs(const struct tree *t)
{
	bool exec = false;

	for (size_t i = 0; i < t->n; i++)
		exec |= t->v[i].exec;
	return exec;
}

static enum compile_end
run_compiler(struct replica_job *r, char **why)
{
	const struct server *s = r->j->s;
	struct strv env = STRV_INIT;
	enum compile_end end;
	int64_t began = clock_ms();

	make_env(r, &env);
	r->sandbox.caps = &s->sandbox;
	r->sandbox.tool_root = r->tool->root;
	r->sandbox.job_tree = r->pooltree.path;
	r->sandbox.path = r->tool->path;
	r->sandbox.own_programs = has_programs(&r->tree);
	r->sandbox.argv = r->j->req.argv.v;
	r->sandbox.env = env.v;
	r->sandbox.cwd = r->req.cwd;
	r->sandbox.out_fd = r->out_fd;
	r->sandbox.err_fd = r->err_fd;
	r->sandbox.max_memory = s->conf->job_memory;
	r->sandbox.cgroups = &s->cgroups;
	r->sandbox.max_file = P4_MAX_BLOB;
	r->sandbox.idle = replica_job_beat;
	r->sandbox.arg = r;
	if (s->conf->job_lifetime > 0)
		r->sandbox.until_ms = began + s->conf->job_lifetime * 1000;
	end = sandbox_run(&r->sandbox, r->j->peer, &r->result.status, why);
	r->compile_ms = clock_ms() - began;
	strv_free(&env);
	return end;
}

static bool
read_capture(struct replica_job *r, int fd, struct buf *b)
{
	off_t size = lseek(fd, 0, SEEK_END);

	if (size == 0 || (size > 0 && lseek(fd, 0, SEEK_SET) == 0 && buf_read_fd(b, fd, P4_MAX_TEXT) == 0))
		return true;
	replica_job_nope(r, P4_NOPE_LIMIT, OTHER, EXIT_IO_ERROR, "cannot take the compiler's messages: %s", strerror(errno));
	return false;
}

/* What the command has written, all of it or nothing. */
static bool
collect(struct replica_job *r)
{
	struct sandbox_output *v = NULL;
	size_t n = 0;
	char *odd = NULL;

	if (!read_capture(r, r->err_fd, &r->result.err) || !read_capture(r, r->out_fd, &r->result.out))
		return false;
	if (!sandbox_outputs(&r->sandbox, &v, &n, &odd)) {
		replica_job_nope(r, P4_NOPE_OTHER, OTHER, EXIT_IO_ERROR, "what the command has written cannot be sent: %.300s", odd);
		free(odd);
		sandbox_outputs_free(v, n);
		return false;
	}
	r->outputs = xcalloc(n + 1, sizeof(*r->outputs));
	for (size_t i = 0; i < n; i++)
		r->outputs[i] = (struct replica_job_output){.name = xstrdup(v[i].name), .mode = v[i].mode, .size = v[i].size};
	r->n_outputs = n;
	r->result.outputs = (uint32_t)n;
	sandbox_outputs_free(v, n);
	return true;
}

/* False: nobody waits for an answer. */
static bool
judge_end(struct replica_job *r, enum compile_end end, const char *why)
{
	struct job *j = r->j;

	switch (end) {
	case COMPILE_ENDED:
		j->status = r->result.status;
		if (has_read_what_it_should(r) && collect(r))
			j->outcome = replica_job_outcome(r);
		return true;
	case COMPILE_NO_START:
		(void)has_read_what_it_should(r);
		replica_job_nope(r, P4_NOPE_OTHER, OTHER, EXIT_COMPILER_MISSING, "cannot run %s: %s", r->tool->path,
			     why != NULL ? why : strerror(errno));
		return true;
	case COMPILE_TOO_LONG:
		replica_job_nope(r, P4_NOPE_LIMIT, COMPILE_TIMEOUT, EXIT_TIMEOUT,
			     "%s ran longer than --job-lifetime allows (%ld s) and was ended", j->req.argv.v[0],
			     j->s->conf->job_lifetime);
		return true;
	case COMPILE_CLIENT_GONE:
		job_give_up(j, CLI_DISCONN, EXIT_GONE, "the client went away, its compiler was ended");
		return false;
	case COMPILE_STOPPED:
		job_give_up(j, OTHER, EXIT_GONE, "the daemon ends, the compiler was ended");
		return false;
	}
	return false;
}

bool
replica_job_run(struct replica_job *r)
{
	enum compile_end end;
	bool answer = true;
	char *why = NULL;
	int fd;
	const char *dir = store_jobs(r->store, &fd);

	r->out_fd = io_anon_file("stdout", dir);
	r->err_fd = io_anon_file("stderr", dir);
	if (r->out_fd == -1 || r->err_fd == -1) {
		replica_job_nope(r, P4_NOPE_STORE, OTHER, EXIT_IO_ERROR, "cannot make files for messages: %s", strerror(errno));
	} else if (build_tree(r)) {
		end = run_compiler(r, &why);
		ticket_back(r->j->ticket);
		answer = judge_end(r, end, why);
		free(why);
		return answer;
	}
	ticket_back(r->j->ticket);
	return answer;
}
