/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "base/util.h"
#include "client/gather.h"

bool
gather_operand(struct gather *g, const struct visit *v, enum scan_kind kind, const char *name, uint32_t line)
{
	const char *file = v->file->path;

	switch (kind) {
	case SCAN_QUOTE:
		gather_include(g, v, name, true, false);
		break;
	case SCAN_ANGLE:
		gather_include(g, v, name, false, false);
		break;
	case SCAN_NEXT_QUOTE:
	case SCAN_NEXT_ANGLE:
		gather_include(g, v, name, true, true);
		break;
	case SCAN_HAS_QUOTE:
	case SCAN_HAS_ANGLE:
	case SCAN_HAS_NEXT:
		g->beyond = true;
		gather_include(g, v, name, kind != SCAN_HAS_ANGLE, kind == SCAN_HAS_NEXT);
		g->beyond = false;
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
		gather_embed(g, v, name);
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
		gather_direct(g, g->cwd, name, false, false, false);
		break;
	case SCAN_ASM_INCLUDE:
		if (*name != '\0')
			gather_assembler(g, name, true);
		else if (g->args->lang == LANG_ASM || g->args->lang == LANG_ASM_CPP)
			gather_stop(g, "%s:%u: .include of a file whose name is not written there", file, (unsigned)line);
		break;
	case SCAN_ASM_INCBIN:
		gather_assembler(g, name, false);
		break;
	case SCAN_TIME:
		if (search_defines(&g->search, name))
			break;
		g->in->timed |= g->epoch;
		if (!g->epoch && !place_is_system(v->file->parent))
			gather_stop(g, "%s:%u: %s is the time of the compile", file, (unsigned)line, name);
		break;
	case SCAN_TIMESTAMP:
		if (!search_defines(&g->search, name) && !place_is_system(v->file->parent))
			gather_stop(g, "%s:%u: %s is the time of a file", file, (unsigned)line, name);
		break;
	case SCAN_MODULE:
		if (g->args->lang == LANG_CXX || g->args->lang == LANG_OBJCXX)
			gather_stop(g, "%s:%u: \"%s\" may be about modules", file, (unsigned)line, name);
		break;
	case SCAN_STOP:
		if (!place_is_system(v->file->parent))
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
