/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/route.h"

#include <stdlib.h>

#include "base/path.h"
#include "base/util.h"

static void
add_step(struct route *r, const struct walk_step *s, const char *by)
{
	r->v = xrealloc(r->v, (r->n + 1) * sizeof(r->v[0]));
	r->v[r->n++] = (struct route_step){
		.kind = s->kind, .path = xstrdup(s->path), .target = xstrdup(s->target), .by = by,
	};
}

/* What distcc or distcc-chain runs in the end: the first compiler of that name. */
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

/* The words of prefix_command that are ours: ccache puts them before the compiler. */
static bool
add_prefix(struct route *r, const char *prefix, const char *list)
{
	bool ours = false;
	size_t len;
	struct walk w;
	char *word;

	for (const char *p = prefix + strspn(prefix, " "); *p != '\0'; p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ");
		word = xstrndup(p, len);
		walk_path(&w, word, list);
		if (w.n > 0 && (w.v[0].kind == WALK_DISTCC || w.v[0].kind == WALK_CHAIN)) {
			add_step(r, &w.v[0], "prefix_command");
			ours = true;
		}
		walk_free(&w);
		free(word);
	}
	return ours;
}

static void
add_behind_ccache(struct route *r, const char *name, const char *list, const struct ccacheconf *conf)
{
	bool prefixed = add_prefix(r, conf->prefix, list), other = conf->compiler[0] != '\0';
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
	if (next != NULL && next->kind == WALK_REAL) {
		add_step(r, next, by);
	} else if (next != NULL) {
		if (!prefixed)	/* else distcc is there already, and goes past itself */
			add_step(r, next, by);
		add_compiler(r, name, list);
	}
	walk_free(&w);
}

void
route_find(struct route *r, const char *name, const char *list, const struct ccacheconf *conf)
{
	struct walk w;

	*r = (struct route){0};
	walk_path(&w, name, list);
	if (w.n > 0) {
		add_step(r, &w.v[0], "PATH");
		if (w.v[0].kind == WALK_CCACHE)
			add_behind_ccache(r, path_base(name), list, conf);
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
