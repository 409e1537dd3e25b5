/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "client/gather.h"
#include "compiler/args_word.h"

/* Programs that a directory of -B would bring into play. */
static const char *const programs[] = {"cc1", "cc1plus", "cc1obj", "cc1objplus", "as", "specs", "collect2", "lto1", "lto-wrapper", "liblto_plugin.so", "cpp", "clang", "ld"};

/* The directory of an output; the compiler, not we, complains if there is none. */
static void
add_output(struct gather *g, const char *file)
{
	struct place *e;
	char *dir;

	if (file == NULL || *file == '\0')
		return;
	dir = path_dir(file);
	e = places_walk(&g->places, g->cwd, dir, NULL);
	if (e->kind == PLACE_DIR)
		e->used = true;
	free(dir);
}

/* All files of a directory that end in ext and begin with prefix. */
static void
add_matching(struct gather *g, struct place *dir, const char *prefix, const char *ext)
{
	struct place *file, *named;
	struct dirent *e;
	DIR *d;

	g->listed = true;
	d = opendir(dir->path);
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!starts_with(e->d_name, prefix) || !ends_with(e->d_name, ext))
			continue;
		file = places_walk(&g->places, dir, e->d_name, &named);
		if (file->kind == PLACE_FILE)
			gather_data(g, file);
	}
	if (d != NULL)
		closedir(d);
}

static void
add_profiles_of(struct gather *g, struct place *dir)
{
	if (dir->kind != PLACE_DIR)
		return;
	dir->used = true;
	add_matching(g, dir, "", ".gcda");
	add_matching(g, dir, "", ".profdata");
	add_matching(g, dir, "", ".afdo");
}

/* Profiles stand beside the output or in the current directory, unless the option says where. */
static void
add_profiles(struct gather *g, const char *word)
{
	const char *value = strchr(word, '=');
	char *dir;

	if (value != NULL)
		add_profiles_of(g, places_walk(&g->places, g->cwd, value + 1, NULL));
	dir = path_dir(g->args->output != NULL ? g->args->output : ".");
	add_profiles_of(g, places_walk(&g->places, g->cwd, dir, NULL));
	add_profiles_of(g, g->cwd);
	free(dir);
}

/* A word that may name a file to read or write, whatever the option is. */
static void
add_named(struct gather *g, const char *name)
{
	struct place *e, *named;

	if (*name == '\0' || strlen(name) >= TREE_MAX_PATH)
		return;
	e = places_walk(&g->places, g->cwd, name, &named);
	if (e->kind == PLACE_FILE)
		gather_data(g, e);
	else if (e->kind == PLACE_DIR)
		e->used = true;
	else if (strchr(name, '/') != NULL)
		add_output(g, name);
}

/* NAME=VALUE,VALUE...: each part may be a name. */
static void
add_values(struct gather *g, const char *word)
{
	const char *value = strchr(word, '='), *end;
	char *part;

	for (; value != NULL && *value != '\0'; value = end) {
		value++;
		end = value + strcspn(value, "=,");
		part = xstrndup(value, (size_t)(end - value));
		add_named(g, part);
		free(part);
	}
}

static bool
check_programs(struct gather *g, const char *prefix)
{
	struct place *e;
	char *path;

	for (size_t i = 0; i < 2 * countof(programs); i++) {
		path = xasprintf("%s%s%s", prefix, i % 2 == 0 ? "" : "/", programs[i / 2]);
		e = places_walk(&g->places, g->cwd, path, NULL);
		free(path);
		if (e->kind != PLACE_NONE)
			return gather_stop(g, "-B%s: there is a program %s", prefix, e->path);
	}
	return true;
}

/* clang reads default lists for sanitizers beside its headers. */
static void
add_sanitizer_lists(struct gather *g)
{
	struct place *dir;
	char *share;

	for (size_t i = 0; i < g->own.dirs.n; i++) {
		if (g->args->kind == CC_GCC || !ends_with(g->own.dirs.v[i], "/include"))
			continue;
		share = xasprintf("%s/../share", g->own.dirs.v[i]);
		dir = places_walk(&g->places, g->cwd, share, NULL);
		if (dir->kind == PLACE_DIR)
			add_matching(g, dir, "", ".txt");
		free(share);
	}
}

/* What an earlier compile left there is written, never read: it would only travel, and make each job's tree another one. */
static bool
is_output(const struct args_word *w)
{
	return w->opt != NULL && (w->opt->id == OPT_ID_O || w->opt->id == OPT_ID_MF);
}

static bool
take_option(struct gather *g, const struct args_word *w)
{
	if (is_output(w))
		return true;
	if (w->opt != NULL && streq(w->opt->name, "-B") && w->arg != NULL && !check_programs(g, w->arg))
		return false;
	if (starts_with(w->word, "-fprofile") || starts_with(w->word, "-fauto-profile") || streq(w->word, "-fbranch-probabilities") ||
	    starts_with(w->word, "-fcs-profile"))
		add_profiles(g, w->word);
	if (starts_with(w->word, "-fsanitize"))
		add_sanitizer_lists(g);
	if (starts_with(w->word, "-D") || starts_with(w->word, "-U") || starts_with(w->word, "-M") || starts_with(w->word, "-W"))
		return true;
	add_values(g, w->word);
	if (w->n == 2 && w->arg != NULL)
		add_named(g, w->arg);
	else if (w->opt != NULL && w->opt->form == OPT_EITHER && w->arg != NULL)
		add_named(g, w->arg);
	return true;
}

/* clang finds gcc's libraries, and so the headers of C++, by the files there. */
static void
add_probes(struct gather *g)
{
	static const char *const names[] = {"crtbegin.o", "32/crtbegin.o", "64/crtbegin.o", "x32/crtbegin.o"};
	struct place *dir, *e;

	for (size_t i = 0; i < g->own.probes.n; i++) {
		dir = places_walk(&g->places, g->cwd, g->own.probes.v[i], NULL);
		for (size_t k = 0; dir->kind == PLACE_DIR && k < countof(names); k++) {
			e = places_walk(&g->places, dir, names[k], NULL);
			if (e->kind == PLACE_FILE)
				gather_data(g, e);
		}
	}
}

/* The directories of the variables. */
static void
add_variables(struct gather *g)
{
	struct place *e;

	for (size_t i = 0; i < g->search.variables.n; i++) {
		if (strlen(g->search.variables.v[i]) >= TREE_MAX_PATH)
			continue;
		e = places_walk(&g->places, g->cwd, g->search.variables.v[i], NULL);
		if (e->kind == PLACE_DIR)
			e->used = true;
	}
}

bool
gather_options(struct gather *g)
{
	const struct args *a = g->args;
	bool only_inputs = false;
	struct args_word w;

	add_output(g, a->output);
	add_output(g, a->dep_file);
	for (size_t i = 1; i < a->argv.n; i += w.n) {
		args_word_at(a->argv.v, i, args_kinds(a->kind), only_inputs, &w);
		if (w.opt != NULL && w.opt->id == OPT_ID_DASHDASH)
			only_inputs = true;
		else if (w.type != WORD_INPUT && !take_option(g, &w))
			return false;
	}
	add_probes(g);
	add_variables(g);
	return g->in->why == NULL;
}
