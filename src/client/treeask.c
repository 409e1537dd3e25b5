/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/treeask.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/util.h"
#include "client/askdeps.h"
#include "client/ccname.h"
#include "client/inputs_sign.h"
#include "client/pick.h"
#include "client/state.h"

/* Of fewer files too few are not read: with a small C source 10 of 84; of 300 to 400 files half may be. */
#define MIN_TEXTS 150

/* Names of a rule, most of which stand in the directory of the one before. */
struct reader {
	const struct tree *t;
	const char *cwd;
	char *dir, *real;	/* the last directory, as it was named, and without links; real NULL: there is none */
};

static size_t
find_file(const struct tree *t, const char *path)
{
	size_t i = inputs_find(t, path);

	return i < t->n && t->v[i].kind == TREE_FILE ? i : t->n;
}

static void
enter(struct reader *r, char *dir)
{
	if (r->dir != NULL && streq(r->dir, dir)) {
		free(dir);
		return;
	}
	free(r->dir);
	free(r->real);
	r->dir = dir;
	r->real = realpath(dir, NULL);
}

/* The index of the file; t->n: it is none of the tree. */
static size_t
find_named(struct reader *r, const char *name)
{
	char *path = name[0] == '/' ? xstrdup(name) : path_join(r->cwd, name), *end;
	size_t i = find_file(r->t, path);

	if (i == r->t->n) {
		enter(r, path_dir(path));
		end = r->real != NULL ? path_join(r->real, path_base(path)) : NULL;
		i = end != NULL ? find_file(r->t, end) : i;
		free(end);
	}
	if (i == r->t->n && (end = realpath(path, NULL)) != NULL) {
		i = find_file(r->t, end);
		free(end);
	}
	free(path);
	return i;
}

/*
 * All that is read by including it alone.  Of files with one content the compiler may pass over one (#pragma once) for as long as they have one: that counts,
 * too, though it does not read it.
 */
static bool *
all_unread(const struct tree *t)
{
	bool *unread = xcalloc(t->n + 1, sizeof(*unread));

	for (size_t i = 0; i < t->n; i++) {
		const struct tree_entry *e = &t->v[i];

		unread[i] = e->kind == TREE_FILE && e->text && e->twin == TREE_NO_TWIN;
		if (e->twin != TREE_NO_TWIN)
			unread[e->twin_of] = false;
	}
	return unread;
}

/* A rule that ends in the middle would leave files out. */
static bool
is_whole(const char *text, size_t n)
{
	return n > 1 && text[n - 1] == '\n' && text[n - 2] != '\\';
}

bool *
treeask_unread(const struct tree *t, const char *cwd, const char *text, size_t n)
{
	struct reader r = {.t = t, .cwd = cwd};
	struct strv names = STRV_INIT;
	bool *unread = all_unread(t), ok;
	size_t at;

	askdeps_parse(text, n, &names);
	ok = names.n > 0 && is_whole(text, n);
	for (size_t i = 0; ok && i < names.n; i++) {
		at = find_named(&r, names.v[i]);
		ok = at < t->n;
		if (ok)
			unread[at] = false;
		else
			log_debug("%s is read, but was not to be expected", names.v[i]);
	}
	strv_free(&names);
	free(r.dir);
	free(r.real);
	if (!ok) {
		free(unread);
		unread = NULL;
	}
	return unread;
}

static bool
is_worth_asking(const struct replica *r)
{
	const struct tree *t = &r->in.tree;
	size_t texts = 0;

	if (r->words.clock)
		return false;
	for (size_t i = 0; i < t->n; i++)
		texts += t->v[i].kind == TREE_FILE && t->v[i].text;
	return texts >= MIN_TEXTS;
}

static bool *
ask_host(struct replica *r, const struct hostspec *h, int slot)
{
	struct strv argv = STRV_INIT;
	struct replica_result res;
	struct replica q;
	bool *unread = NULL;

	askdeps_command(r->args, &argv);
	if (replica_ask(r, argv.v, &q)) {
		replica_run(&q, h, slot, &res);
		if (res.end == REPLICA_DONE && res.status == 0)
			unread = treeask_unread(&r->in.tree, r->in.cwd, res.out.p, res.out.n);
		else
			log_debug("%s: which files it reads is not known: %s", r->args->source, res.why != NULL ? res.why : "it cannot be preprocessed");
		replica_result_free(&res);
	}
	replica_ask_free(&q);
	strv_free(&argv);
	return unread;
}

bool *
treeask(struct replica *r, const struct hostlist *hosts)
{
	const struct hostspec *h;
	bool *unread = NULL;
	struct backoff backoff;
	struct pick p;
	char *name;

	if (!is_worth_asking(r))
		return NULL;
	name = ccname_wire(r->cc, r->conf->rewrite_name, getenv("PATH"));
	backoff = (struct backoff){r->conf->lock_dir, r->conf->backoff_s, name, r->conf->proxy};
	pick_init(&p, hosts, &backoff);
	/* an ssh of its own would cost more than it saves */
	for (size_t i = 0; i < hosts->n; i++)
		p.tried[i] = hosts->v[i].kind != HOST_TCP;
	h = pick_idle(&p);
	if (h != NULL) {
		state_begin(r->conf->state_dir, r->args->source);
		unread = ask_host(r, h, p.slot.number);
		state_end();
	}
	pick_free(&p);
	free(name);
	return unread;
}
