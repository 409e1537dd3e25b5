/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/util.h"
#include "client/gather.h"
#include "client/inputs_sign.h"

static void
add_file(struct gather *g, const struct fact *f)
{
	const struct sign *s = &f->file->sign;
	struct tree *t = &g->in->tree;

	tree_add_file(t, f->file->path, &f->digest, s->size, f->file->exec);
	tree_identify(t, s->dev, s->ino, s->mtime / 1000000000);
	t->v[t->n - 1].text = f->scanned && !f->file->data;
	if (!place_is_system(f->file->parent))
		inputs_sign_add(g->in, t->v[t->n - 1].path, s);
	else
		f->file->parent->vouches = true;
}

static void
add_all(struct gather *g)
{
	struct tree *t = &g->in->tree;

	for (size_t i = 0; i < g->n_facts; i++)
		g->facts[i].file->fact = (uint32_t)i + 1;
	for (size_t i = 0; i < g->n_order; i++) {
		const struct place *e = g->order[i];

		if (e->kind == PLACE_FILE && e->fact != 0)
			add_file(g, &g->facts[e->fact - 1]);
		else if (e->kind == PLACE_LINK && e->used)
			tree_add_link(t, e->path, e->target);
		else if (e->kind == PLACE_DIR && e->used)
			tree_add_dir(t, e->path);
	}
	t->sorted = t->n;
	for (size_t i = 0; i < g->n_order; i++)
		if (g->order[i]->vouches)
			inputs_sign_add_dir(g->in, g->order[i]->path, &g->order[i]->sign);
}

bool
gather_tree(struct gather *g)
{
	g->order = places_in_order(&g->places, &g->n_order);
	add_all(g);
	/* no name is longer than one in a tree may be: places knows none such */
	if (g->in->tree.n > TREE_MAX_ENTRIES)
		return gather_stop(g, "it may read more than %u files", TREE_MAX_ENTRIES);
	g->in->source = inputs_find(&g->in->tree, g->visits[0]->file->path);
	return g->in->source < g->in->tree.n || gather_stop(g, "%s is changing", g->args->source);
}
