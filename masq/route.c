/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/route.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/chain.h"
#include "masq/realcc.h"

static void
add_step(struct route *r, const struct walk_step *s, const char *by)
{
	r->v = xrealloc(r->v, (r->n + 1) * sizeof(r->v[0]));
	r->v[r->n++] = (struct route_step){
		.kind = s->kind, .path = xstrdup(s->path), .target = xstrdup(s->target), .by = by,
	};
}

/* What distcc-chain has found. */
static void
add_program(struct route *r, enum walk_kind kind, const char *path, const char *by)
{
	char *end = realpath(path, NULL);
	struct walk_step s = {.kind = kind, .path = xstrdup(path), .target = end != NULL ? end : xstrdup(path)};

	add_step(r, &s, by);
	free(s.path);
	free(s.target);
}

/* What runs inside the distcc-chain that is called for the compiler name, by the link called_by (NULL: by no link). */
static void
add_chain(struct route *r, const char *name, const char *called_by, const char *list, const struct route_chain *chain)
{
	char compile[] = "-c", *const args[] = {compile, NULL};
	struct chain_programs p;
	struct chain_plan plan;

	chain_find(&p, name, called_by, list, chain->pkglibdir);
	chain_plan(&(struct chain_situation){
		.wanted = chain->wanted, .have_ccache = p.ccache != NULL, .have_distcc = p.distcc != NULL,
		.blank_in_distcc = p.distcc != NULL && strchr(p.distcc, ' ') != NULL, .ccache_off = chain->ccache_off,
		.below_ccache = route_has(r, WALK_CCACHE) != NULL, .args = args,
	}, &plan);
	if ((plan.steps & CHAIN_CCACHE) != 0)
		add_program(r, WALK_CCACHE, p.ccache, "distcc-chain");
	if ((plan.steps & CHAIN_DISTCC) != 0)
		add_program(r, WALK_DISTCC, p.distcc, "distcc-chain");
	if (p.compiler != NULL)
		add_program(r, WALK_REAL, p.compiler, "PATH");
	r->no_distcc = plan.no_distcc;
	chain_programs_free(&p);
}

/* What distcc runs in the end: the first compiler of that name. */
static void
add_compiler(struct route *r, const char *name, const char *list)
{
	struct walk w;

	walk_path(&w, path_base(name), list);
	for (size_t i = 0; i < w.n; i++) {
		if (w.v[i].kind == WALK_REAL) {
			add_step(r, &w.v[i], "PATH");
			break;
		}
	}
	walk_free(&w);
}

/* The words of prefix_command that are ours: ccache puts them before the compiler.  The kind of the last one; WALK_REAL: none is. */
static enum walk_kind
add_prefix(struct route *r, const char *prefix, const char *list)
{
	enum walk_kind kind = WALK_REAL;
	size_t len;
	struct walk w;
	char *word;

	for (const char *p = prefix + strspn(prefix, " "); *p != '\0'; p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ");
		word = xstrndup(p, len);
		walk_path(&w, word, list);
		if (w.n > 0 && (w.v[0].kind == WALK_DISTCC || w.v[0].kind == WALK_CHAIN)) {
			add_step(r, &w.v[0], "prefix_command");
			kind = w.v[0].kind;
		}
		walk_free(&w);
		free(word);
	}
	return kind;
}

static void
add_behind_ccache(struct route *r, const char *name, const char *list, const struct ccacheconf *conf, const struct route_chain *chain)
{
	enum walk_kind prefix = add_prefix(r, conf->prefix, list);
	bool other = conf->compiler[0] != '\0';
	const char *by = other ? "compiler" : conf->path[0] != '\0' ? "path" : "PATH";
	const struct walk_step *next = NULL;
	struct walk w;

	if (other)
		name = conf->compiler;
	walk_path(&w, name, conf->path[0] != '\0' ? conf->path : list);
	for (size_t i = 0; i < w.n && next == NULL; i++) {
		if (w.v[i].kind != WALK_CCACHE)
			next = &w.v[i];
	}
	if (next != NULL && prefix == WALK_REAL) {
		add_step(r, next, by);
		if (next->kind == WALK_CHAIN)
			add_chain(r, path_base(name), next->path, list, chain);
		else if (next->kind != WALK_REAL)
			add_compiler(r, name, list);
	} else if (next != NULL && prefix == WALK_CHAIN) {
		add_chain(r, next->path, NULL, list, chain);
	} else if (next != NULL && next->kind == WALK_REAL) {
		add_step(r, next, by);
	} else if (next != NULL) {
		add_compiler(r, name, list);	/* distcc is there already, and goes past itself */
	}
	walk_free(&w);
}

void
route_find(struct route *r, const char *name, const char *list, const struct ccacheconf *conf, const struct route_chain *chain)
{
	struct walk w;

	*r = (struct route){0};
	walk_path(&w, name, list);
	if (w.n > 0) {
		add_step(r, &w.v[0], "PATH");
		if (w.v[0].kind == WALK_CCACHE)
			add_behind_ccache(r, path_base(name), list, conf, chain);
		else if (w.v[0].kind == WALK_CHAIN)
			add_chain(r, path_base(w.v[0].path), realcc_is_own_name(path_base(w.v[0].path)) ? NULL : w.v[0].path, list, chain);
		else if (w.v[0].kind != WALK_REAL)
			add_compiler(r, name, list);
	}
	walk_free(&w);
}

const struct route_step *
route_has(const struct route *r, enum walk_kind kind)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i].kind == kind)
			return &r->v[i];
	}
	return NULL;
}

void
route_free(struct route *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].path);
		free(r->v[i].target);
	}
	free(r->v);
	*r = (struct route){0};
}
