/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The action cache: which job this is, and what came of it.  A record holds, as varints and strings with their lengths, the
 * messages, then name, mode, size and digest of each output, whose contents are in the store.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "base/varint.h"
#include "server/replica_part.h"

/* Another number when records or keys change. */
#define VERSION "distcc action 1"

/* Messages longer than this are not remembered. */
#define MAX_TEXT 65536u

/*
 * With these the compiler's files or messages differ each time, or depend on what a volunteer is: stamps of coverage, seeds,
 * times, names of temporary files.
 */
static const char *const varying[] = {
	"--coverage", "-coverage", "-fprofile", "-ftest-coverage", "-flto", "-ftime-report", "-ftime-trace", "-fmem-report",
	"-fmem-stats", "-v", "-###", "-Q", "-save-stats", "-fself-test", "-fdump", "-fproc-stat-report",
};

static bool
argument_varies(const char *arg)
{
	if (strstr(arg, "__DATE__") != NULL || strstr(arg, "__TIME") != NULL)
		return true;
	for (size_t i = 0; i < countof(varying); i++) {
		size_t n = strlen(varying[i]);

		/* short ones as whole words only */
		if (strncmp(arg, varying[i], n) == 0 && (n > 4 || arg[n] == '\0'))
			return true;
	}
	return false;
}

static bool
has_variable(const struct strv *env, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < env->n; i++) {
		if (strncmp(env->v[i], name, n) == 0 && env->v[i][n] == '=')
			return true;
	}
	return false;
}

static bool
may_be_known(const struct replica_job *r)
{
	const struct strv *argv = &r->j->req.argv;

	if (r->j->s->conf->no_action_cache || (r->req.flags & P4_FRESH) != 0)
		return false;
	if (r->timed && !has_variable(&r->req.env, "SOURCE_DATE_EPOCH"))
		return false;
	for (size_t i = 1; i < argv->n; i++) {
		if (argument_varies(argv->v[i]))
			return false;
	}
	return true;
}

static void
add_string(struct buf *b, const void *p, size_t n)
{
	varint_add(b, n);
	buf_add(b, p, n);
}

static void
add_strings(struct buf *b, const struct strv *v)
{
	varint_add(b, v->n);
	for (size_t i = 0; i < v->n; i++)
		add_string(b, v->v[i], strlen(v->v[i]));
}

void
replica_job_find_action(struct replica_job *r)
{
	struct buf b = BUF_INIT;
	struct digest tree;

	if (!may_be_known(r)) {
		r->cache = "off";
		return;
	}
	r->cache = "miss";
	digest_mem(&tree, r->req.tree.p, r->req.tree.n);
	add_string(&b, VERSION, strlen(VERSION));
	buf_add(&b, r->req.tool.b, DIGEST_LEN);
	buf_add(&b, tree.b, DIGEST_LEN);
	add_string(&b, r->req.cwd, strlen(r->req.cwd));
	add_strings(&b, &r->j->req.argv);
	add_strings(&b, &r->req.env);
	digest_mem(&r->action, b.p, b.n);
	buf_free(&b);
}

static bool
get_number(struct varint_in *in, uint64_t max, uint64_t *v)
{
	return varint_get(in, max, v) == VARINT_OK;
}

static bool
get_string(struct varint_in *in, size_t max, struct buf *out)
{
	uint64_t n;

	if (!get_number(in, max, &n) || n > (size_t)(in->end - in->p))
		return false;
	buf_add(out, in->p, (size_t)n);
	in->p += n;
	return true;
}

/* One output, whose content must be there. */
static bool
get_output(struct replica_job *r, struct varint_in *in, struct replica_job_output *o)
{
	struct buf name = BUF_INIT;
	uint64_t mode;

	if (!get_string(in, P4_MAX_PATH, &name)) {
		buf_free(&name);
		return false;
	}
	o->name = name.p;
	if (!get_number(in, 07777, &mode) || !get_number(in, P4_MAX_BLOB, &o->size) || in->end - in->p < DIGEST_LEN)
		return false;
	o->mode = (unsigned)mode;
	memcpy(o->digest.b, in->p, DIGEST_LEN);
	in->p += DIGEST_LEN;
	o->stored = true;
	return store_look(r->store, &o->digest, o->size) != STORE_MISSING;
}

static bool
get_record(struct replica_job *r, const struct buf *record)
{
	struct varint_in in = {(const unsigned char *)record->p, (const unsigned char *)record->p + record->n};
	uint64_t n;

	if (!get_string(&in, MAX_TEXT, &r->result.err) || !get_string(&in, MAX_TEXT, &r->result.out) ||
	    !get_number(&in, P4_MAX_OUTPUTS, &n))
		return false;
	r->outputs = xcalloc((size_t)n + 1, sizeof(*r->outputs));
	while (r->n_outputs < n) {
		if (!get_output(r, &in, &r->outputs[r->n_outputs++]))
			return false;
	}
	return in.p == in.end;
}

bool
replica_job_known(struct replica_job *r)
{
	struct buf record = BUF_INIT;
	bool known = streq(r->cache, "miss") && actions_get(r->store, &r->action, &record) && get_record(r, &record);

	buf_free(&record);
	if (!known) {
		replica_job_forget_result(r);
		return false;
	}
	r->cache = "hit";
	r->result.outputs = (uint32_t)r->n_outputs;
	return true;
}

/* A known result may do as the base of the next one (HAVE), too. */
static bool
store_outputs(struct replica_job *r)
{
	bool all = true;

	for (size_t i = 0; i < r->n_outputs; i++) {
		struct replica_job_output *o = &r->outputs[i];
		int fd = o->stored ? -1 : replica_job_open_output(r, o);

		o->stored |= fd != -1 && treepool_make(&r->pooltree) && store_adopt(r->store, r->pooltree.dir, fd, &o->digest, &o->size) == 0;
		if (fd != -1)
			close(fd);
		all &= o->stored;
	}
	return all;
}

void
replica_job_remember(struct replica_job *r)
{
	struct buf b = BUF_INIT;

	if (streq(r->cache, "hit") || r->result.status != 0 || !store_outputs(r) || !streq(r->cache, "miss") ||
	    r->result.err.n > MAX_TEXT || r->result.out.n > MAX_TEXT)
		return;
	add_string(&b, r->result.err.p, r->result.err.n);
	add_string(&b, r->result.out.p, r->result.out.n);
	varint_add(&b, r->n_outputs);
	for (size_t i = 0; i < r->n_outputs; i++) {
		const struct replica_job_output *o = &r->outputs[i];

		add_string(&b, o->name, strlen(o->name));
		varint_add(&b, o->mode);
		varint_add(&b, o->size);
		buf_add(&b, o->digest.b, DIGEST_LEN);
	}
	actions_put(r->store, r->pooltree.dir, &r->action, b.p, b.n);
	buf_free(&b);
}
