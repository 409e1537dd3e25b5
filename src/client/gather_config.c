/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "base/path.h"
#include "base/util.h"
#include "client/gather.h"
#include "compiler/clangconf.h"

/* Where a file that clang would take may appear. */
static void
watch_dirs(struct gather *g)
{
	struct place *dir;

	for (size_t i = 0; i < g->own.config_dirs.n; i++) {
		dir = places_walk(&g->places, g->cwd, g->own.config_dirs.v[i], NULL);
		if (dir->kind == PLACE_DIR)
			gather_watch(g, dir);
	}
}

static bool
add_files(struct gather *g, const struct clangconf *conf)
{
	for (size_t i = 0; i < conf->files.n; i++)
		if (gather_fixed(g, conf->files.v[i]) == NULL)
			return false;
	return true;
}

/* The volunteer's clang looks for a user's own files in another place. */
static bool
check_user(struct gather *g)
{
	const char *dir = g->own.user_config_dir;

	for (size_t i = 0; dir != NULL && i < g->own.configs.n; i++)
		if (path_is_below(g->own.configs.v[i], dir))
			return gather_stop(g, "clang takes options from %s, which is this user's own", g->own.configs.v[i]);
	return true;
}

/* The command with the words of the files in it: may it still travel? */
static bool
configure(struct gather *g, const struct strv *words)
{
	const struct args *a = g->args;
	char *why;

	args_insert(a, words, &g->configured);
	if (g->configured.replica.why != ARGS_OK) {
		why = args_explain_replica(&g->configured);
		gather_stop(g, "with clang's configuration file %s: %s", g->own.configs.v[0], why);
		free(why);
		return false;
	}
	if (g->configured.native != NULL && a->native == NULL)
		return gather_stop(g, "clang's configuration file %s says %s, which is another processor elsewhere", g->own.configs.v[0], g->configured.native);
	if (g->configured.prefixes != NULL && a->prefixes == NULL)
		return gather_stop(g, "clang's configuration file %s says %s", g->own.configs.v[0], g->configured.prefixes);
	g->args = &g->configured;
	return true;
}

bool
gather_config(struct gather *g)
{
	struct clangconf conf;
	bool ok;

	watch_dirs(g);
	ok = clangconf_read(&conf, &g->own.configs) || gather_stop(g, "clang's configuration file %s", conf.why);
	ok = ok && check_user(g) && add_files(g, &conf) && (conf.words.n == 0 || configure(g, &conf.words));
	clangconf_free(&conf);
	return ok;
}
