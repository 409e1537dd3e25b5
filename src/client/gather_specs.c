/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/buf.h"
#include "client/gather.h"
#include "compiler/gccspecs.h"

#define RULES_MAX (1u << 20)

static bool
take_file(struct gather *g, struct place *file)
{
	struct buf text = BUF_INIT;
	const char *trouble = NULL;
	bool ok;

	file->fixed = true;
	gather_data(g, file);
	ok = buf_read_file(&text, file->path, RULES_MAX) == 0;
	if (ok && text.n > 0)
		trouble = strlen(text.p) == text.n ? gccspecs_trouble(text.p) : "a NUL";
	buf_free(&text);
	if (!ok)
		return gather_stop(g, "the rules in %s cannot be read", file->path);
	return trouble == NULL || gather_stop(g, "the rules in %s have \"%s\"", file->path, trouble);
}

bool
gather_specs(struct gather *g)
{
	struct place *file;

	for (size_t i = 0; i < g->own.specs.n; i++) {
		file = places_walk(&g->places, g->cwd, g->own.specs.v[i], NULL);
		if (file->kind != PLACE_FILE)
			return gather_stop(g, "%s is no regular file", g->own.specs.v[i]);
		if (!take_file(g, file))
			return false;
	}
	return true;
}
