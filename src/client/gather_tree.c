/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/util.h"
#include "client/gather.h"
#include "client/inputs_sign.h"

/* Directories below those of the compiler's own count as well. */
static bool
is_system(struct place *dir)
{
	for (const struct place *up = dir; up->parent != up; up = up->parent)
		if (up->system)
			return true;
	return false;
}

static void
add_files(struct gather *g)
{
	struct tree *t = &g->in->tree;

	for (size_t i = 0; i < g->n_facts; i++) {
		const struct fact *f = &g->facts[i];
		const struct sign *s = &f->file->sign;

		tree_add_file(t, f->file->path, &f->digest, s->size, f->file->exec);
		tree_identify(t, s->dev, s->ino, s->mtime / 1000000000);
		if (!is_system(f->file->parent))
			inputs_sign_add(g->in, t->v[t->n - 1].path, s);
		else
			f->file->parent->vouches = true;
	}
}

static void
add_others(struct gather *g)
{
	struct tree *t = &g->in->tree;

	for (const struct place *e = g->places.all; e != NULL; e = e->next) {
		if (e->vouches)
			inputs_sign_add_dir(g->in, e->path, &e->sign);
		if (!e->used)
			continue;
		if (e->kind == PLACE_LINK)
			tree_add_link(t, e->path, e->target);
		else if (e->kind == PLACE_DIR && e->parent != e)
			tree_add_dir(t, e->path);
	}
}

bool
gather_tree(struct gather *g)
{
	const char *which;

	add_files(g);
	add_others(g);
	if (!tree_sort(&g->in->tree, &which)) {
		g->in->changing = true;
		return gather_stop(g, "%s is changing", which);
	}
	if (g->in->tree.n > TREE_MAX_ENTRIES)
		return gather_stop(g, "it may read more than %u files", TREE_MAX_ENTRIES);
	for (size_t i = 0; i < g->in->tree.n; i++)
		if (!tree_path_ok(g->in->tree.v[i].path, strlen(g->in->tree.v[i].path)))
			return gather_stop(g, "%s: its name is too long", g->in->tree.v[i].path);
	g->in->source = inputs_find(&g->in->tree, g->visits[0]->file->path);
	return g->in->source < g->in->tree.n || gather_stop(g, "%s is changing", g->args->source);
}
