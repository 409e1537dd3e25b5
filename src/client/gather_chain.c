/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "client/gather.h"

static void
push(struct chain *c, struct place *dir)
{
	if (c->n == c->cap) {
		c->cap = c->cap == 0 ? 32 : c->cap * 2;
		c->v = xrealloc(c->v, c->cap * sizeof(struct place *));
	}
	c->v[c->n++] = dir;
}

static bool
is_same_dir(const struct place *a, const struct place *b)
{
	return a == b || (a->sign.ino == b->sign.ino && a->sign.dev == b->sign.dev);
}

static bool
has(const struct chain *c, const struct place *dir)
{
	for (size_t i = 0; i < c->n; i++)
		if (is_same_dir(c->v[i], dir))
			return true;
	return false;
}

/* The existing directories of a list, each once.  What exists is part of the tree, whatever it is: the compiler says so when it is no directory. */
static void
add_list(struct gather *g, struct chain *c, const struct strv *list)
{
	struct place *e;

	for (size_t i = 0; i < list->n; i++) {
		e = places_walk(&g->places, g->cwd, list->v[i], NULL);
		switch (e->kind) {
		case PLACE_DIR:
			e->used = true;
			if (!has(c, e))
				push(c, e);
			break;
		case PLACE_FILE:
			/* clang takes a file for a map of headers */
			if (g->args->kind == CC_GCC)
				gather_data(g, e);
			else
				gather_stop(g, "%s is no directory", list->v[i]);
			break;
		case PLACE_ERROR:
			gather_stop(g, "%s: %s", list->v[i], strerror(e->err));
			break;
		case PLACE_OTHER:
			gather_stop(g, "%s is no directory", list->v[i]);
			break;
		case PLACE_NONE:
		case PLACE_LINK:
			break;
		}
	}
}

/* Two names of one directory that are no links: over there they would be two directories, and both be searched. */
static void
check_twins(struct gather *g, const struct chain *c, const struct strv *list)
{
	struct place *e;

	for (size_t i = 0; i < list->n; i++) {
		e = places_walk(&g->places, g->cwd, list->v[i], NULL);
		for (size_t k = 0; e->kind == PLACE_DIR && k < c->n; k++)
			if (c->v[k] != e && is_same_dir(c->v[k], e))
				gather_stop(g, "%s and %s are one directory", c->v[k]->path, e->path);
	}
}

/*
 * gcc takes the last directory of -iquote for the first one of <...> if they are the same (incpath, "remove_duplicates"; gcc -v shows it):
 * #include_next goes on behind both.
 */
static void
join_quote(struct chain *c)
{
	size_t at = c->angle;

	if (at == 0 || at == c->n || !is_same_dir(c->v[at - 1], c->v[at]))
		return;
	memmove(c->v + at, c->v + at + 1, (c->n - at - 1) * sizeof(*c->v));
	c->n--;
	c->angle--;
}

/*
 * gcc and clang agree: the compiler's own and other system directories keep their places, and a directory of -I that is among them
 * counts there only.  gcc holds that for -iquote, too; clang does not.
 */
bool
gather_chain(struct gather *g)
{
	struct chain system = {0}, own = {0}, angle = {0}, quote = {0};
	const struct search *s = &g->search;
	const struct strv *const lists[] = {&s->quote, &s->angle, &s->system, &g->own.dirs, &s->after};

	add_list(g, &own, &g->own.dirs);
	for (size_t i = 0; i < own.n; i++)
		own.v[i]->system = true;
	add_list(g, &system, &s->system);
	add_list(g, &system, &g->own.dirs);
	add_list(g, &system, &s->after);
	add_list(g, &angle, &s->angle);
	add_list(g, &quote, &s->quote);
	for (size_t i = 0; i < quote.n; i++)
		if (g->args->kind != CC_GCC || !has(&system, quote.v[i]))
			push(&g->chain, quote.v[i]);
	g->chain.angle = g->chain.n;
	for (size_t i = 0; i < angle.n; i++)
		if (!has(&system, angle.v[i]))
			push(&g->chain, angle.v[i]);
	for (size_t i = 0; i < system.n; i++)
		push(&g->chain, system.v[i]);
	if (g->args->kind == CC_GCC)
		join_quote(&g->chain);
	add_list(g, &g->embed, &s->embed);
	for (size_t i = 0; i < countof(lists); i++)
		check_twins(g, &g->chain, lists[i]);
	free(own.v);
	free(system.v);
	free(angle.v);
	free(quote.v);
	return g->in->why == NULL;
}
