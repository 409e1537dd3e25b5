/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/gather.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/util.h"

/* A name that may or may not be there stands for all that a directory holds. */
#define ANY_NAME "any"

bool
gather_stop(struct gather *g, const char *fmt, ...)
{
	va_list ap;

	if (g->in->why != NULL)
		return false;
	va_start(ap, fmt);
	if (vasprintf(&g->in->why, fmt, ap) == -1)
		g->in->why = xstrdup("out of memory");
	va_end(ap);
	return false;
}

void
gather_visit(struct gather *g, struct place *file, struct place *dir, bool top, bool scan)
{
	struct visit *v, *first = file->user;

	file->data |= !scan || g->beyond;
	for (v = first; v != NULL; v = v->same)
		if (v->dir == dir && (v->scan || !scan) && (v->top || !top))
			return;
	if (g->n_visits == g->cap_visits) {
		g->cap_visits = g->cap_visits == 0 ? 512 : g->cap_visits * 2;
		g->visits = xrealloc(g->visits, g->cap_visits * sizeof(struct visit *));
	}
	v = xmalloc(sizeof(*v));
	*v = (struct visit){file, dir, top, scan, first};
	file->user = v;
	g->visits[g->n_visits++] = v;
}

void
gather_data(struct gather *g, struct place *file)
{
	file->data = true;
	if (file->user == NULL)
		gather_visit(g, file, file->parent, false, false);
}

struct place *
gather_fixed(struct gather *g, const char *name)
{
	struct place *file = places_walk(&g->places, g->cwd, name, NULL);

	if (file->kind != PLACE_FILE) {
		gather_stop(g, "%s is no regular file", name);
		return NULL;
	}
	file->fixed = true;
	gather_data(g, file);
	return file;
}

void
gather_watch(struct gather *g, struct place *dir)
{
	dir->fixed = true;
	places_entry(&g->places, dir, ANY_NAME, strlen(ANY_NAME));
}

void
gather_found(struct gather *g, struct place *file, struct place *named, bool top, bool scan)
{
	gather_visit(g, file, named->parent, top, scan);
	if (named != file)
		gather_visit(g, file, file->parent, top, scan);
}

void
gather_add_computed(struct gather *g, const struct visit *v, enum scan_kind kind, const char *text, uint32_t line)
{
	for (size_t i = 0; i < g->n_computed; i++)
		if (g->computed[i].kind == kind && g->computed[i].dir == v->dir && streq(g->computed[i].text, text))
			return;
	if (g->n_computed == g->cap_computed) {
		g->cap_computed = g->cap_computed == 0 ? 16 : g->cap_computed * 2;
		g->computed = xrealloc(g->computed, g->cap_computed * sizeof(*g->computed));
	}
	g->computed[g->n_computed++] = (struct computed){xstrdup(text), kind, v->file, v->dir, line};
}
