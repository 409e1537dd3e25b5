/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/util.h"
#include "client/askdeps.h"
#include "client/gather.h"
#include "compiler/macros.h"

#define SOURCE_MAX (256u << 20)

/* Files whose definitions are in the table already: a bit each. */
struct sources {
	struct gather *g;
	bool *read;
};

static bool
defines(const struct fact *f, uint32_t hash)
{
	const char *p = f->names;
	uint32_t h;

	for (size_t i = 0; i + sizeof(h) <= f->n_names; i += sizeof(h)) {
		memcpy(&h, p + i, sizeof(h));
		if (h == hash)
			return true;
	}
	return false;
}

/* A file that changes meanwhile is noticed by inputs_unchanged. */
static void
need(void *arg, struct macros *m, const char *name, uint32_t hash)
{
	struct sources *s = arg;
	struct gather *g = s->g;
	struct buf text = BUF_INIT;

	(void)name;
	for (size_t i = 0; i < g->n_facts; i++) {
		if (s->read[i] || !defines(&g->facts[i], hash))
			continue;
		s->read[i] = true;
		text.n = 0;
		if (buf_read_file(&text, g->facts[i].file->path, SOURCE_MAX) == 0 && text.n > 0)
			macros_text(m, text.p, text.n);
	}
	buf_free(&text);
}

static enum scan_kind
kind_of(enum scan_kind computed, bool quote)
{
	switch (computed) {
	case SCAN_COMPUTED_HAS:
		return SCAN_HAS_NEXT;
	case SCAN_COMPUTED_NEXT:
		return quote ? SCAN_NEXT_QUOTE : SCAN_NEXT_ANGLE;
	case SCAN_EMBED_COMPUTED:
		return quote ? SCAN_EMBED_QUOTE : SCAN_EMBED_ANGLE;
	default:
		return quote ? SCAN_QUOTE : SCAN_ANGLE;
	}
}

static bool
take_headers(struct gather *g, const struct computed *c, const struct strv *headers)
{
	struct visit v = {.file = c->file, .dir = c->dir, .top = true};
	char *name;
	bool ok = true;

	for (size_t i = 0; i < headers->n && ok; i++) {
		name = xstrndup(headers->v[i] + 1, strlen(headers->v[i]) - 2);
		ok = gather_operand(g, &v, kind_of(c->kind, headers->v[i][0] == '"'), name, c->line);
		free(name);
	}
	return ok;
}

/* #if NAME(WORD), where NAME stands for __has_include. */
static void
add_calls(struct gather *g)
{
	const struct visit *source = g->visits[0];
	const char *blank;
	char *name;

	for (size_t i = 0; g->wrappers.n > 0 && i < g->calls.n; i++) {
		blank = strchr(g->calls.v[i], ' ');
		name = xstrndup(g->calls.v[i], blank == NULL ? 0 : (size_t)(blank - g->calls.v[i]));
		if (strv_has(&g->wrappers, name))
			gather_add_computed(g, source, SCAN_COMPUTED_HAS, blank + 1, 0);
		free(name);
	}
}

/* What macros make of an operand was too much for us: then the compiler must say what it includes.  What else it asks for it does not say. */
static bool
ask_compiler(struct gather *g, const struct computed *c, const char *why)
{
	struct strv files = STRV_INIT;
	struct place *file, *named;
	bool ok;

	if (c->kind != SCAN_COMPUTED && c->kind != SCAN_COMPUTED_NEXT)
		return gather_stop(g, "%s:%u: the operand %s %s", c->file->path, (unsigned)c->line, c->text, why);
	if (g->asked)
		return true;
	log_debug("%s:%u: #include %s %s: the compiler is asked", c->file->path, (unsigned)c->line, c->text, why);
	g->asked = g->fragile = true;
	ok = askdeps(g->cc, g->args, &files);
	if (!ok)
		gather_stop(g, "%s:%u: #include %s %s", c->file->path, (unsigned)c->line, c->text, why);
	for (size_t i = 0; i < files.n; i++) {
		file = places_walk(&g->places, g->cwd, files.v[i], &named);
		if (file->kind == PLACE_FILE)
			gather_found(g, file, named, false, true);
	}
	strv_free(&files);
	return ok;
}

static bool
resolve(struct gather *g, struct macros *m, const struct computed *c)
{
	struct strv headers = STRV_INIT;
	char *why = NULL;
	bool ok;

	if (g->asked && (c->kind == SCAN_COMPUTED || c->kind == SCAN_COMPUTED_NEXT))
		return true;
	ok = macros_headers(m, c->text, &headers, &why) ? take_headers(g, c, &headers) : ask_compiler(g, c, why);
	strv_free(&headers);
	free(why);
	return ok;
}

bool
gather_computed(struct gather *g)
{
	struct sources s = {.g = g};
	struct macros *m;
	bool ok = true;

	add_calls(g);
	if (g->n_computed == 0 || g->n_facts == g->resolved)
		return true;
	g->resolved = g->n_facts;
	s.read = xcalloc(g->n_facts, sizeof(*s.read));
	m = macros_new(need, &s);
	for (size_t i = 0; i < g->search.macros.n; i++)
		macros_option(m, g->search.macros.v[i]);
	for (size_t i = 0; i < g->n_computed && ok; i++)
		ok = resolve(g, m, &g->computed[i]);
	g->fragile = g->fragile || macros_used(m);
	macros_free(m);
	free(s.read);
	return ok;
}
