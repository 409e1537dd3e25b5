/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "client/gather.h"

/* What was found along the chain for a name: nothing, or one file, or (include_next, -Wp) several. */
struct lookup {
	uint64_t hash;
	bool quote, all, gch;
	struct visit *found;	/* linked by same */
	char name[];
};

static uint64_t
hash_name(const char *name, bool quote, bool all)
{
	uint64_t h = (uint64_t)quote << 1 | (uint64_t)all;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3ull;
	return h ^ h >> 29;
}

/* The slot where the name is or belongs. */
static struct lookup **
lookup_slot(struct gather *g, const char *name, bool quote, bool all, uint64_t hash)
{
	size_t at = hash & (g->cap_lookups - 1);
	struct lookup *l;

	for (; (l = g->lookups[at]) != NULL; at = (at + 1) & (g->cap_lookups - 1))
		if (l->hash == hash && l->quote == quote && l->all == all && streq(l->name, name))
			break;
	return &g->lookups[at];
}

static void
grow_lookups(struct gather *g)
{
	size_t old_cap = g->cap_lookups;
	struct lookup **old = g->lookups;

	g->cap_lookups = old_cap == 0 ? 2048 : old_cap * 2;
	g->lookups = xcalloc(g->cap_lookups, sizeof(struct lookup *));
	for (size_t i = 0; i < old_cap; i++)
		if (old[i] != NULL)
			*lookup_slot(g, old[i]->name, old[i]->quote, old[i]->all, old[i]->hash) = old[i];
	free(old);
}

/* Does a file of that name stand below dir?  What is there but cannot be sent ends it all. */
static struct place *
probe(struct gather *g, struct place *dir, const char *name, struct place **named)
{
	struct place *e = places_walk(&g->places, dir, name, named);

	switch (e->kind) {
	case PLACE_FILE:
		g->in->absolute |= name[0] == '/';
		return e;
	case PLACE_OTHER:
		if (!streq(e->path, "/dev/null"))
			gather_stop(g, "%s is no regular file", e->path);
		break;
	case PLACE_ERROR:
		gather_stop(g, "%s: %s", e->path, strerror(e->err));
		break;
	default:
		break;
	}
	return NULL;
}

static struct lookup *
search_chain(struct gather *g, const char *name, bool quote, bool all, bool check_gch)
{
	uint64_t hash = hash_name(name, quote, all);
	struct lookup **slot, *l;
	struct place *file, *named;
	struct visit *v;

	if (g->n_lookups >= g->cap_lookups / 2)
		grow_lookups(g);
	slot = lookup_slot(g, name, quote, all, hash);
	l = *slot;
	if (l != NULL && (l->gch || !check_gch))
		return l;
	if (l == NULL) {
		size_t n = strlen(name) + 1;

		l = xmalloc(sizeof(*l) + n);
		*l = (struct lookup){.hash = hash, .quote = quote, .all = all};
		memcpy(l->name, name, n);
		*slot = l;
		g->n_lookups++;
	}
	for (size_t i = quote ? 0 : g->chain.angle; i < g->chain.n; i++) {
		if (check_gch)
			gather_precompiled(g, g->chain.v[i], name);
		file = probe(g, g->chain.v[i], name, &named);
		if (file == NULL)
			continue;
		v = xmalloc(sizeof(*v));
		*v = (struct visit){.file = file, .dir = named, .same = l->found};
		l->found = v;
		if (!all)
			break;
	}
	l->gch = check_gch;
	return l;
}

static void
along_chain(struct gather *g, const char *name, bool quote, bool all, bool check_gch, bool scan)
{
	const struct lookup *l = search_chain(g, name, quote, all || g->search.unordered, check_gch);

	for (const struct visit *v = l->found; v != NULL; v = v->same)
		gather_found(g, v->file, v->dir, false, scan);
}

bool
gather_direct(struct gather *g, struct place *dir, const char *name, bool check_gch, bool top, bool scan)
{
	struct place *file, *named;

	if (check_gch)
		gather_precompiled(g, dir, name);
	file = probe(g, dir, name, &named);
	if (file != NULL)
		gather_found(g, file, named, top, scan);
	return file != NULL;
}

void
gather_include(struct gather *g, const struct visit *v, const char *name, bool quote, bool all)
{
	bool gch = v->top && g->args->kind != CC_CLANG;

	if (name[0] == '/') {
		gather_direct(g, v->dir, name, gch, false, true);
		return;
	}
	if ((quote && !g->search.not_beside) || all)
		if (gather_direct(g, v->dir, name, gch, false, true) && !all && !g->search.unordered)
			return;
	along_chain(g, name, quote || all, all, gch, true);
}

bool
gather_forced(struct gather *g, const char *name)
{
	bool found = gather_direct(g, g->cwd, name, true, true, true);

	if (name[0] != '/' && (!found || g->search.unordered))
		along_chain(g, name, true, false, true, true);
	return g->in->why == NULL;
}

void
gather_embed(struct gather *g, const struct visit *v, const char *name)
{
	gather_direct(g, v->dir, name, false, false, false);
	gather_direct(g, g->cwd, name, false, false, false);
	for (size_t i = 0; i < g->embed.n; i++)
		gather_direct(g, g->embed.v[i], name, false, false, false);
	along_chain(g, name, true, true, false, false);
}

void
gather_assembler(struct gather *g, const char *name, bool scan)
{
	g->beyond = true;
	if (!gather_direct(g, g->cwd, name, false, false, scan))
		along_chain(g, name, true, true, false, scan);
	g->beyond = false;
}

void
gather_free_lookups(struct gather *g)
{
	struct visit *v, *next;

	for (size_t i = 0; i < g->cap_lookups; i++) {
		for (v = g->lookups[i] != NULL ? g->lookups[i]->found : NULL; v != NULL; v = next) {
			next = v->same;
			free(v);
		}
		free(g->lookups[i]);
	}
	free(g->lookups);
}
