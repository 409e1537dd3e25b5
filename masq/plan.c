/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/plan.h"

#include <stdlib.h>

#include "base/util.h"

static void
add_change(struct plan *p, enum plan_op op, const char *name, const char *old)
{
	p->v = xrealloc(p->v, (p->n + 1) * sizeof(p->v[0]));
	p->v[p->n++] = (struct plan_change){.op = op, .name = name, .old = old};
}

static void
add_trouble(struct plan *p, enum plan_trouble_kind kind, const struct link *k)
{
	p->troubles = xrealloc(p->troubles, (p->ntroubles + 1) * sizeof(p->troubles[0]));
	p->troubles[p->ntroubles++] = (struct plan_trouble){.kind = kind, .name = k->name, .text = k->text};
}

static enum plan_trouble_kind
trouble_of(const struct link *k)
{
	if (k->kind == LINK_DIRECTORY)
		return TROUBLE_DIRECTORY;
	if (k->kind == LINK_FILE)
		return TROUBLE_FILE;
	return k->dangling ? TROUBLE_DANGLING : TROUBLE_FOREIGN;
}

/* A link called name is wanted; k is what has that name now, or NULL. */
static void
plan_wanted(struct plan *p, const char *name, const struct link *k, const struct plan_in *in)
{
	if (k == NULL)
		add_change(p, PLAN_LINK, name, NULL);
	else if (k->kind == LINK_OURS && !streq(k->text, in->text))
		add_change(p, PLAN_RELINK, name, k->text);
	else if (k->kind == LINK_OURS)
		return;
	else if (in->force && k->kind != LINK_DIRECTORY)
		add_change(p, PLAN_REPLACE, name, k->text);
	else
		add_trouble(p, trouble_of(k), k);
}

/* k is not among the wanted. */
static void
plan_unwanted(struct plan *p, const struct link *k, const struct plan_in *in)
{
	if (k->kind != LINK_OURS || (in->only != NULL && !strv_has(in->only, k->name)))
		return;
	if (k->behind == NULL || (in->prefixed_only && k->compiler_name && !k->prefixed))
		add_change(p, PLAN_REMOVE, k->name, k->text);
	else if (!streq(k->text, in->text))
		add_change(p, PLAN_RELINK, k->name, k->text);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct plan_change *)a)->name, ((const struct plan_change *)b)->name);
}

void
plan_update(struct plan *p, const struct plan_in *in)
{
	*p = (struct plan){0};
	for (size_t i = 0; i < in->wanted->n; i++)
		plan_wanted(p, in->wanted->v[i], links_find(in->present, in->wanted->v[i]), in);
	for (size_t i = 0; i < in->present->n; i++) {
		if (!strv_has(in->wanted, in->present->v[i].name))
			plan_unwanted(p, &in->present->v[i], in);
	}
	if (p->n > 0)
		qsort(p->v, p->n, sizeof(p->v[0]), by_name);
}

void
plan_remove(struct plan *p, const struct links *present, const struct strv *only)
{
	*p = (struct plan){0};
	for (size_t i = 0; i < present->n; i++) {
		const struct link *k = &present->v[i];

		if (k->kind == LINK_OURS && (only == NULL || strv_has(only, k->name)))
			add_change(p, PLAN_REMOVE, k->name, k->text);
	}
}

bool
plan_empties(const struct plan *p, const struct links *present)
{
	size_t removed = 0;

	for (size_t i = 0; i < p->n; i++)
		removed += p->v[i].op == PLAN_REMOVE;
	return removed > 0 && removed == present->n && present->hidden == 0;
}

void
plan_free(struct plan *p)
{
	free(p->v);
	free(p->troubles);
	*p = (struct plan){0};
}
