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

void
gather_visit(struct gather *g, struct place *file, struct place *dir, bool top, bool scan)
{
	struct visit *v, *first = file->user;

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
	if (file->user == NULL)
		gather_visit(g, file, file->parent, false, false);
}

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

/* A precompiled form of name, in a directory where the compiler would look before or while it finds it? */
static void
check_precompiled(struct gather *g, struct place *dir, const char *name)
{
	static const char *const exts[] = {".gch", ".pch"};
	struct place *e;
	char *path;

	for (size_t i = 0; i < countof(exts); i++) {
		if (i == 1 && g->args->kind == CC_GCC)
			continue;
		path = xasprintf("%s%s", name, exts[i]);
		e = places_walk(&g->places, dir, path, NULL);
		if (e->kind != PLACE_NONE)
			gather_stop(g, "%s is a precompiled header", e->path);
		free(path);
	}
}

/* A file was found under the entry named: it counts as standing beside that entry, and if that is a link, beside what it leads to as well. */
static void
visit_found(struct gather *g, struct place *file, struct place *named, bool top, bool scan)
{
	gather_visit(g, file, named->parent, top, scan);
	if (named != file)
		gather_visit(g, file, file->parent, top, scan);
}

void
gather_found(struct gather *g, struct place *file, struct place *named)
{
	visit_found(g, file, named, false, true);
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
			check_precompiled(g, g->chain.v[i], name);
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
		visit_found(g, v->file, v->dir, false, scan);
}

/* An absolute name, or one relative to dir.  True: it was there. */
static bool
direct(struct gather *g, struct place *dir, const char *name, bool check_gch, bool top, bool scan)
{
	struct place *file, *named;

	if (check_gch)
		check_precompiled(g, dir, name);
	file = probe(g, dir, name, &named);
	if (file != NULL)
		visit_found(g, file, named, top, scan);
	return file != NULL;
}

static void
include(struct gather *g, const struct visit *v, const char *name, bool quote, bool all)
{
	bool gch = v->top && g->args->kind != CC_CLANG;

	if (name[0] == '/') {
		direct(g, v->dir, name, gch, false, true);
		return;
	}
	if ((quote && !g->search.not_beside) || all)
		if (direct(g, v->dir, name, gch, false, true) && !all && !g->search.unordered)
			return;
	along_chain(g, name, quote || all, all, gch, true);
}

bool
gather_forced(struct gather *g, const char *name)
{
	bool found = direct(g, g->cwd, name, true, true, true);

	if (name[0] != '/' && (!found || g->search.unordered))
		along_chain(g, name, true, false, true, true);
	return g->in->why == NULL;
}

/* #embed looks beside the file and in directories of its own; where else depends on the compiler. */
static void
embed(struct gather *g, const struct visit *v, const char *name)
{
	direct(g, v->dir, name, false, false, false);
	direct(g, g->cwd, name, false, false, false);
	for (size_t i = 0; i < g->embed.n; i++)
		direct(g, g->embed.v[i], name, false, false, false);
	along_chain(g, name, true, true, false, false);
}

/* .include and .incbin: from the current directory, or one of -I. */
static void
assembler(struct gather *g, const char *name, bool scan)
{
	if (direct(g, g->cwd, name, false, false, scan))
		return;
	along_chain(g, name, true, true, false, scan);
}

static bool
is_system(const struct place *file)
{
	const struct place *e = file->parent;

	while (!e->system && e->parent != e)
		e = e->parent;
	return e->system;
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

bool
gather_operand(struct gather *g, const struct visit *v, enum scan_kind kind, const char *name, uint32_t line)
{
	const char *file = v->file->path;

	switch (kind) {
	case SCAN_QUOTE:
		include(g, v, name, true, false);
		break;
	case SCAN_ANGLE:
		include(g, v, name, false, false);
		break;
	case SCAN_NEXT_QUOTE:
	case SCAN_NEXT_ANGLE:
		include(g, v, name, true, true);
		break;
	case SCAN_COMPUTED:
	case SCAN_COMPUTED_NEXT:
	case SCAN_COMPUTED_HAS:
	case SCAN_EMBED_COMPUTED:
		/* the file itself */
		if (!streq(name, "__FILE__"))
			gather_add_computed(g, v, kind, name, line);
		break;
	case SCAN_EMBED_QUOTE:
	case SCAN_EMBED_ANGLE:
		embed(g, v, name);
		break;
	case SCAN_WRAPPER:
		if (!strv_has(&g->wrappers, name))
			strv_push(&g->wrappers, name);
		break;
	case SCAN_CALL:
		if (!strv_has(&g->calls, name))
			strv_push(&g->calls, name);
		break;
	case SCAN_NAMED:
		direct(g, g->cwd, name, false, false, false);
		break;
	case SCAN_ASM_INCLUDE:
		if (*name != '\0')
			assembler(g, name, true);
		else if (g->args->lang == LANG_ASM || g->args->lang == LANG_ASM_CPP)
			gather_stop(g, "%s:%u: .include of a file whose name is not written there", file, (unsigned)line);
		break;
	case SCAN_ASM_INCBIN:
		assembler(g, name, false);
		break;
	case SCAN_TIME:
		if (!g->epoch && !is_system(v->file))
			gather_stop(g, "%s:%u: %s is the time of the compile", file, (unsigned)line, name);
		break;
	case SCAN_TIMESTAMP:
		if (!is_system(v->file))
			gather_stop(g, "%s:%u: %s is the time of a file", file, (unsigned)line, name);
		break;
	case SCAN_MODULE:
		if (g->args->lang == LANG_CXX || g->args->lang == LANG_OBJCXX)
			gather_stop(g, "%s:%u: \"%s\" may be about modules", file, (unsigned)line, name);
		break;
	case SCAN_STOP:
		if (!is_system(v->file))
			gather_stop(g, "%s:%u: %s: what it reads cannot be known", file, (unsigned)line, name);
		break;
	case SCAN_KINDS:
		break;
	}
	return g->in->why == NULL;
}

/* Of preprocessed text nothing is included any more. */
static bool
matters(const struct gather *g, enum scan_kind kind)
{
	if (g->args->lang == LANG_ASM)
		return kind == SCAN_ASM_INCLUDE || kind == SCAN_ASM_INCBIN || kind == SCAN_STOP;
	if (lang_is_preprocessed(g->args->lang))
		return kind == SCAN_NAMED || kind == SCAN_ASM_INCLUDE || kind == SCAN_ASM_INCBIN || kind == SCAN_STOP;
	return true;
}

static bool
walk_items(struct gather *g, const struct visit *v, const struct fact *f)
{
	struct scan_item item;
	size_t at = 0;

	while (scan_next(f->items, f->n, &at, &item))
		if (matters(g, item.kind) && !gather_operand(g, v, item.kind, item.text, item.line))
			return false;
	return true;
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

/* What is known of the file of v, learnt now or before. */
static struct fact *
fact_of(struct gather *g, const struct visit *v)
{
	struct fact f;
	int saved;

	for (size_t i = 0; i < g->n_facts && v->same != NULL; i++)
		if (g->facts[i].file == v->file && (g->facts[i].scanned || !v->scan))
			return &g->facts[i];
	switch (fact_get(g->cache, v->file, v->scan, g->now_ns, &f)) {
	case FACT_OK:
		if (g->n_facts == g->cap_facts) {
			g->cap_facts = g->cap_facts == 0 ? 512 : g->cap_facts * 2;
			g->facts = xrealloc(g->facts, g->cap_facts * sizeof(*g->facts));
		}
		g->facts[g->n_facts] = f;
		return &g->facts[g->n_facts++];
	case FACT_ERRNO:
		saved = errno;
		gather_stop(g, "%s: %s", v->file->path, strerror(saved));
		break;
	case FACT_CHANGING:
		gather_stop(g, "%s is changing", v->file->path);
		g->in->changing = true;
		break;
	case FACT_TOO_BIG:
		gather_stop(g, "%s: is too large to be looked through", v->file->path);
		break;
	}
	fact_free(&f);
	return NULL;
}

bool
gather_walk(struct gather *g)
{
	const struct visit *v;
	struct fact *f;

	for (; g->done < g->n_visits; g->done++) {
		v = g->visits[g->done];
		f = fact_of(g, v);
		if (f == NULL)
			return false;
		if (v->scan && !walk_items(g, v, f))
			return false;
	}
	return g->in->why == NULL;
}
