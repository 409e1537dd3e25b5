/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/buf.h"
#include "client/gather.h"
#include "compiler/gccspecs.h"

#define RULES_MAX (1u << 20)

static bool
take_file(struct gather *g, const char *name)
{
	const struct place *file = gather_fixed(g, name);
	struct buf text = BUF_INIT;
	const char *trouble = NULL;
	bool ok;

	if (file == NULL)
		return false;
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
	for (size_t i = 0; i < g->own.specs.n; i++)
		if (!take_file(g, g->own.specs.v[i]))
			return false;
	return true;
}
