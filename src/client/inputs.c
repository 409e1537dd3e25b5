/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/util.h"
#include "client/gather.h"
#include "client/inputs_sign.h"
#include "client/recall.h"

/*
 * Where the compiler thinks that it is: PWD if that is the current directory, else what the kernel says.  It goes into
 * debug information as it stands.
 */
static bool
name_cwd(struct gather *g)
{
	const char *pwd = getenv("PWD");
	struct stat here, there;

	if (pwd != NULL && pwd[0] == '/' && stat(".", &here) == 0 && stat(pwd, &there) == 0 && here.st_ino == there.st_ino && here.st_dev == there.st_dev) {
		if (!tree_path_ok(pwd, strlen(pwd)) && !streq(pwd, "/"))
			return gather_stop(g, "PWD=%s is an odd name of the current directory", pwd);
		g->in->cwd = xstrdup(pwd);
	} else {
		g->in->cwd = path_cwd();
	}
	if (g->in->cwd == NULL)
		return gather_stop(g, "the current directory has no name");
	return true;
}

static bool
find_cwd(struct gather *g)
{
	g->cwd = places_walk(&g->places, g->places.root, g->in->cwd, NULL);
	if (g->cwd->kind != PLACE_DIR)
		return gather_stop(g, "%s: the current directory cannot be found", g->in->cwd);
	g->cwd->used = true;
	return true;
}

static bool
find_source(struct gather *g)
{
	struct place *file, *named;

	file = places_walk(&g->places, g->cwd, g->args->source, &named);
	if (file->kind != PLACE_FILE)
		return gather_stop(g, "%s is no regular file", g->args->source);
	file->source = true;
	gather_visit(g, file, named->parent, true, true);
	if (named != file)
		gather_visit(g, file, file->parent, true, true);
	return true;
}

/* What is included though no file says so. */
static bool
add_forced(struct gather *g)
{
	struct visit from = {.file = g->cwd, .dir = g->cwd};

	for (size_t i = 0; i < g->search.forced.n; i++)
		if (!gather_forced(g, g->search.forced.v[i]))
			return false;
	return gather_operand(g, &from, SCAN_ANGLE, "stdc-predef.h", 0);
}

/* What is said of times by options, -DBUILT=__DATE__. */
static bool
take_times(struct gather *g)
{
	static const struct {
		const char *name;
		bool of_compile;	/* else of a file */
	} times[] = {{"__DATE__", true}, {"__TIME__", true}, {"__TIMESTAMP__", false}};
	const struct search *s = &g->search;

	for (size_t i = 0; i < s->macros.n; i++) {
		for (size_t k = 0; k < countof(times); k++) {
			if (strstr(s->macros.v[i], times[k].name) == NULL || search_defines(s, times[k].name))
				continue;
			if (!times[k].of_compile || !g->epoch)
				return gather_stop(g, "-D%s: %s is a time", s->macros.v[i], times[k].name);
			g->in->timed = true;
		}
	}
	return true;
}

static bool
prepare(struct gather *g)
{
	const char *env[8] = {NULL};

	for (size_t i = 0; search_env_names[i] != NULL && i < countof(env); i++)
		env[i] = getenv(search_env_names[i]);
	if (!search_from_args(&g->search, g->args, env)) {
		g->in->why = xstrdup(g->search.why);
		return false;
	}
	return take_times(g);
}

static bool
is_cpp(enum lang lang)
{
	return lang != LANG_ASM && !lang_is_preprocessed(lang);
}

/* What the compiler does without being told: clang has configuration files for all languages, gcc reads rules for all. */
static bool
ask_own(struct gather *g)
{
	if (!is_cpp(g->args->lang) && g->args->kind != CC_CLANG && !g->search.rules)
		return true;
	return owndirs_get(g->cache, g->cc, &g->search, &g->places, g->cwd, &g->own, &g->in->why);
}

/* The options of clang's configuration files count as well. */
static bool
take_config(struct gather *g)
{
	const struct args *before = g->args;

	if (!gather_config(g))
		return false;
	if (g->args == before)
		return true;
	search_free(&g->search);
	return prepare(g);
}

static bool
collect(struct gather *g)
{
	places_init(&g->places, g->cache);
	if (!prepare(g) || !find_cwd(g) || !find_source(g))
		return false;
	if (!ask_own(g) || (g->own.config_dirs.n > 0 && !take_config(g)))
		return false;
	if (!gather_specs(g) || !gather_chain(g) || !gather_options(g))
		return false;
	if (is_cpp(g->args->lang) && !add_forced(g))
		return false;
	do
		if (!gather_walk(g) || !gather_computed(g))
			return false;
	while (g->done < g->n_visits);
	return gather_tree(g);
}

static void
free_gather(struct gather *g)
{
	for (size_t i = 0; i < g->n_visits; i++)
		free(g->visits[i]);
	for (size_t i = 0; i < g->n_facts; i++)
		fact_free(&g->facts[i]);
	for (size_t i = 0; i < g->n_computed; i++)
		free(g->computed[i].text);
	gather_free_lookups(g);
	free(g->visits);
	free(g->facts);
	free(g->computed);
	free(g->order);
	free(g->chain.v);
	free(g->embed.v);
	args_free(&g->configured);
	strv_free(&g->wrappers);
	strv_free(&g->calls);
	search_free(&g->search);
	search_own_free(&g->own);
	places_free(&g->places);
}

bool
inputs_collect(struct cache *c, const struct ccname *cc, const struct args *a, bool epoch, struct inputs *in)
{
	struct gather g = {.cache = c, .cc = cc, .args = a, .in = in, .epoch = epoch};
	struct buf key = BUF_INIT;
	bool ok;

	*in = (struct inputs){.tree = TREE_INIT};
	if (a->source == NULL) {
		in->why = xstrdup("there is no source");
		return false;
	}
	g.now_ns = clock_real_ns();
	ok = name_cwd(&g) && (recall_key(cc, a, in->cwd, &key) || gather_stop(&g, "%s: %s", cc->path, strerror(errno)));
	if (ok && !recall_get(c, &key, g.now_ns, in)) {
		ok = collect(&g) && in->why == NULL;
		if (ok) {
			recall_put(&g, &key);
			places_learn(&g.places, g.now_ns);
		}
		free_gather(&g);
	}
	buf_free(&key);
	return ok;
}

void
inputs_free(struct inputs *in)
{
	inputs_sign_free(in);
	free(in->cwd);
	free(in->why);
	tree_free(&in->tree);
	*in = (struct inputs){.tree = TREE_INIT};
}
