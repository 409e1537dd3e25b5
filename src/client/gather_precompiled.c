/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/util.h"
#include "client/gather.h"
#include "compiler/gch.h"

/* Packed it is a sixth of that, once for each volunteer; a larger one takes longer to send than the text of many sources. */
#define PRECOMPILED_MAX (256u << 20)

/* May the compiler of this command take it?  The assembler's sources take none. */
static bool
is_of_language(const struct args *a, const char *path)
{
	char head[GCH_MAGIC_LEN];
	enum identity_lang lang;

	return a->lang != LANG_ASM_CPP && io_file_head(path, head, sizeof(head)) && gch_lang(head, &lang) && lang == identity_lang(a->lang);
}

/* Does gcc say why it does not take one? */
static bool
is_told_why(const struct args *a)
{
	return strv_has(&a->argv, "-Winvalid-pch") || strv_has(&a->argv, "-Werror=invalid-pch");
}

static void
take_file(struct gather *g, struct place *file, struct place *named)
{
	if (file->sign.size > PRECOMPILED_MAX)
		gather_stop(g, "%s is a precompiled header of more than %u MiB", file->path, PRECOMPILED_MAX >> 20);
	else
		gather_found(g, file, named, false, false);
}

/*
 * x.h.gch/ with a file for each language, as qmake has it, or for each set of options: gcc takes the first one that fits, in the order in which the
 * directory happens to list them.  So one of this language alone will do; and none of the others, as no word is said of these.
 */
static void
take_one_of(struct gather *g, struct place *dir)
{
	struct place *file, *named, *found = NULL, *found_named = NULL;
	size_t all = 0, fitting = 0;
	struct dirent *e;
	DIR *d;

	dir->used = true;
	gather_watch(g, dir);
	d = opendir(dir->path);
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (streq(e->d_name, ".") || streq(e->d_name, ".."))
			continue;
		all++;
		file = places_walk(&g->places, dir, e->d_name, &named);
		if (file->kind != PLACE_FILE)
			continue;
		file->fixed = true;
		if (is_of_language(g->args, file->path)) {
			fitting++;
			found = file;
			found_named = named;
		}
	}
	if (d != NULL)
		closedir(d);
	if (d == NULL || fitting > 1 || (all > 1 && is_told_why(g->args)))
		gather_stop(g, "%s holds precompiled headers, of which the compiler takes one", dir->path);
	else if (found != NULL)
		take_file(g, found, found_named);
}

static void
take_gcc(struct gather *g, struct place *e, struct place *named, bool absolute)
{
	switch (e->kind) {
	case PLACE_NONE:
		break;
	case PLACE_FILE:
		g->in->absolute |= absolute;
		take_file(g, e, named);
		break;
	case PLACE_DIR:
		g->in->absolute |= absolute;
		take_one_of(g, e);
		break;
	default:
		gather_stop(g, "%s is no regular file", e->path);
		break;
	}
}

void
gather_precompiled(struct gather *g, struct place *dir, const char *name)
{
	static const char *const exts[] = {".gch", ".pch"};
	bool gcc = g->args->kind == CC_GCC;
	struct place *e, *named;
	char *path;

	for (size_t i = 0; i < (gcc ? 1 : countof(exts)); i++) {
		path = xasprintf("%s%s", name, exts[i]);
		e = places_walk(&g->places, dir, path, &named);
		if (gcc)
			take_gcc(g, e, named, name[0] == '/');
		else if (e->kind == PLACE_DIR)
			gather_stop(g, "%s holds precompiled headers, of which the compiler takes one", e->path);
		else if (e->kind != PLACE_NONE)
			gather_stop(g, "%s is a precompiled header of clang", e->path);
		free(path);
	}
}
