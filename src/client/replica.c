/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/replica.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/path.h"
#include "base/util.h"
#include "client/links.h"
#include "wire/proto4.h"

#define SOURCE_MAX (1u << 20)	/* a source of that size is sent without being asked for */

void
replica_init(struct replica *r, const struct conf *conf, const struct ccname *cc, const struct args *a, char *const *argv)
{
	*r = (struct replica){.conf = conf, .cc = cc, .args = a, .argv = argv};
}

static enum replica_state
impossible(struct replica *r, char *why)
{
	r->state = REPLICA_IMPOSSIBLE;
	free(r->why);
	r->why = why;
	return r->state;
}

/* Does the compiler have another directory by the name it is called by than by its real one? */
static bool
is_elsewhere(const struct ccname *cc)
{
	char *called = path_dir(cc->path), *real = path_dir(cc->last != NULL ? cc->last : cc->path);
	bool same = streq(called, real) && (strchr(cc->name, '/') == NULL || streq(cc->name, cc->path));

	free(called);
	free(real);
	return !same;
}

struct cache *
replica_cache(struct replica *r)
{
	/* who must not write to the locks must not write beside them either */
	if (r->cache == NULL)
		r->cache = cache_open(r->conf->lock_dir != NULL ? r->conf->dir : NULL);
	return r->cache;
}

bool
replica_identify(struct replica *r)
{
	if (r->state != REPLICA_UNKNOWN || r->tool.summary != NULL)
		return r->state != REPLICA_IMPOSSIBLE;
	if (r->args->why == ARGS_ATFILE)
		return impossible(r, args_explain(r->args)) != REPLICA_IMPOSSIBLE;
	if (r->args->replica.why != ARGS_OK)
		return impossible(r, args_explain_replica(r->args)) != REPLICA_IMPOSSIBLE;
	if (r->args->prefixes != NULL && is_elsewhere(r->cc))
		return impossible(r, xasprintf("%s makes the compiler name its files by the links that lead to it", r->args->prefixes)) != REPLICA_IMPOSSIBLE;
	if (!toolchain_id_get(replica_cache(r), r->cc, r->args->lang, &r->tool))
		return impossible(r, xstrdup(r->tool.why)) != REPLICA_IMPOSSIBLE;
	return true;
}

/* The words as the compiler itself would see them: files of options are none of the tree. */
static void
exact_words(struct replica *r, struct strv *out)
{
	bool files = false;

	for (size_t i = 1; r->argv[i] != NULL; i++)
		files |= r->argv[i][0] == '@';
	if (!files || args_expand(r->argv, out) != 0) {
		strv_free(out);
		strv_push_all(out, r->argv);
	}
}

static size_t
find_entry(const struct tree *t, const char *path)
{
	size_t i = 0;

	while (i < t->n && !streq(t->v[i].path, path))
		i++;
	return i;
}

/* What is to be said of this processor becomes a file of the compiler's own directory, which only the volunteer has. */
static bool
add_native(struct replica *r)
{
	char *why = NULL;
	struct digest d;

	if (r->args->native == NULL)
		return true;
	if (!toolchain_native(r->cache, r->cc, &r->tool, r->args->argv.v, &r->native, &why)) {
		impossible(r, why);
		return false;
	}
	if (r->native.path == NULL)
		return true;
	digest_mem(&d, r->native.text, strlen(r->native.text));
	tree_add_file(&r->in.tree, r->native.path, &d, strlen(r->native.text), false);
	return true;
}

/*
 * A compiler looks along PATH and links for where it is itself; so the name it is called by leads there to the very file that it leads to
 * here, by the same links.
 */
static bool
add_names(struct replica *r)
{
	char *called = NULL;
	bool ok = links_add(&r->in.tree, r->cc->path);

	if (ok && strchr(r->cc->name, '/') != NULL) {
		called = r->cc->name[0] == '/' ? xstrdup(r->cc->name) : path_join(r->in.cwd, r->cc->name);
		ok = links_add(&r->in.tree, called);
		free(called);
	}
	if (!ok)
		impossible(r, xasprintf("the links that lead to %s cannot be followed", r->cc->path));
	return ok;
}

/* Everything in its place again after something was added. */
static bool
sort_tree(struct replica *r)
{
	const char *source = r->in.tree.v[r->in.source].path, *which;

	if (!tree_sort(&r->in.tree, &which)) {
		impossible(r, xasprintf("%s is two things at once", which));
		return false;
	}
	r->in.source = find_entry(&r->in.tree, source);
	if (r->native.path != NULL)
		r->native_at = find_entry(&r->in.tree, r->native.path);
	return true;
}

static enum wire_err
add_source(struct replica *r)
{
	const struct tree_entry *e = &r->in.tree.v[r->in.source];
	enum wire_err err = WIRE_OK;
	int fd;

	/* compressing it is what costs most after the files' stats */
	if (r->in.source_known || e->size > SOURCE_MAX)
		return WIRE_OK;
	fd = open(e->path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return WIRE_OK;	/* the volunteer will ask, and then it is said */
	err = p4_add_blob_fd(&r->flight, (uint32_t)r->in.source, fd, e->size);
	close(fd);
	return err;
}

static enum wire_err
make_flight(struct replica *r)
{
	struct p4_have have;
	struct p4_request q = {.flags = r->fresh || r->words.clock ? P4_FRESH : 0, .tool = r->tool.digest, .cwd = r->in.cwd, .env = r->words.env};
	enum wire_err err;

	if (r->asks)
		q.flags |= P4_ASKS;
	exact_words(r, &q.argv);
	native_apply(&r->native, &q.argv);
	if (!r->asks && earlier_look(&r->old, r->args->output, r->in.cwd)) {
		have = (struct p4_have){.name = r->old.name, .digest = r->old.digest};
		q.have = &have;
		q.n_have = 1;
	}
	q.tree_head = tree_encode(&r->in.tree, &q.tree);
	err = p4_add_request(&r->flight, &q);
	if (err == WIRE_OK)
		err = add_source(r);
	p4_add_sent(&r->flight);
	strv_free(&q.argv);
	buf_free(&q.tree);
	return err;
}

/* Whatever comes before the request.  False: why is known. */
static bool
describe(struct replica *r, bool names)
{
	if (!replica_identify(r))
		return false;
	if (!inputs_collect(r->cache, r->cc, r->args, toolchain_takes_epoch(&r->tool), &r->in)) {
		impossible(r, xstrdup(r->in.why));
		return false;
	}
	if (!add_native(r) || (names && !add_names(r)) || !sort_tree(r))
		return false;
	words_of(r->args, r->cc->path, r->in.cwd, r->in.timed, &r->words);
	outputs_of(r->args, &r->outputs);
	return true;
}

bool
replica_describe(struct replica *r)
{
	bool ok = describe(r, false);

	/* distcc-cpp describes a job that follows at once */
	cache_hurry(r->cache);
	return ok;
}

bool
replica_ask(struct replica *r, char *const *argv, struct replica *q)
{
	size_t n = r->in.tree.n;
	enum wire_err err;

	replica_init(q, r->conf, r->cc, r->args, argv);
	q->asks = true;
	q->cache = r->cache;
	r->cache = NULL;
	q->tool = r->tool;
	q->words = r->words;
	q->native = r->native;
	q->in.cwd = r->in.cwd;
	q->in.source = r->in.source;
	q->in.source_known = r->in.source_known;
	q->in.tree.v = xmalloc(n * sizeof(struct tree_entry));
	memcpy(q->in.tree.v, r->in.tree.v, n * sizeof(struct tree_entry));
	q->in.tree.n = q->in.tree.cap = q->in.tree.sorted = n;
	if (!add_names(q) || !sort_tree(q))
		return false;
	err = make_flight(q);
	if (err != WIRE_OK)
		return impossible(q, xasprintf("the request cannot be made: %s", wire_strerror(err))) != REPLICA_IMPOSSIBLE;
	q->state = REPLICA_READY;
	return true;
}

void
replica_ask_free(struct replica *q)
{
	cache_close(q->cache);
	tree_free(&q->in.tree);
	buf_free(&q->flight);
	free(q->why);
}

enum replica_state
replica_prepare(struct replica *r)
{
	enum wire_err err;

	if (r->state != REPLICA_UNKNOWN || !describe(r, true))
		return r->state;
	err = make_flight(r);
	if (err != WIRE_OK)
		return impossible(r, xasprintf("the request cannot be made: %s", wire_strerror(err)));
	log_debug("replica: %zu entries, first flight of %zu bytes, %s", r->in.tree.n, r->flight.n, r->tool.summary);
	r->state = REPLICA_READY;
	return r->state;
}

void
replica_free(struct replica *r)
{
	cache_close(r->cache);
	inputs_free(&r->in);
	earlier_free(&r->old);
	native_free(&r->native);
	toolchain_id_free(&r->tool);
	strv_free(&r->words.env);
	outputs_free(&r->outputs);
	buf_free(&r->flight);
	free(r->why);
	*r = (struct replica){.why = NULL};
}
