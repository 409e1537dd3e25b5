/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/walk.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/realcc.h"

#define MAX_LINKS 40

const char *
walk_kind_name(enum walk_kind kind)
{
	static const char *const names[] = {
		[WALK_CCACHE] = "ccache", [WALK_DISTCC] = "distcc", [WALK_CHAIN] = "chain", [WALK_REAL] = "compiler",
	};

	return names[kind];
}

/* What the name of a program says; WALK_REAL if it says nothing. */
static enum walk_kind
kind_of_name(const char *name)
{
	if (streq(name, "ccache"))
		return WALK_CCACHE;
	if (streq(name, "distcc-chain"))
		return WALK_CHAIN;
	return realcc_is_own_name(name) ? WALK_DISTCC : WALK_REAL;
}

enum walk_kind
walk_kind_of(const char *path)
{
	char *at = xstrdup(path), *next;
	enum walk_kind kind = WALK_REAL;

	for (int i = 0; i < MAX_LINKS && at != NULL && kind == WALK_REAL; i++) {
		kind = kind_of_name(path_base(at));
		next = kind == WALK_REAL ? realcc_step(at) : NULL;
		free(at);
		at = next;
	}
	free(at);
	/* a hard link to the running program has no name that tells */
	return kind == WALK_REAL && realcc_is_ours(path) ? WALK_DISTCC : kind;
}

/* Takes path over. */
static void
add_step(struct walk *w, char *path, size_t entry)
{
	struct walk_step *s;
	char *dir = path_dir(path);
	struct stat st = {0};

	w->v = xrealloc(w->v, (w->n + 1) * sizeof(w->v[0]));
	s = &w->v[w->n++];
	if (stat(dir, &st) == -1)
		st = (struct stat){0};
	*s = (struct walk_step){
		.kind = walk_kind_of(path),
		.path = path,
		.target = realpath(path, NULL),
		.entry = entry,
		.dev = st.st_dev,
		.ino = st.st_ino,
	};
	if (s->target == NULL)
		s->target = xstrdup(path);
	free(dir);
}

/* May a step of kind next be what one of kind before runs? */
static bool
takes(enum walk_kind before, enum walk_kind next)
{
	return before == WALK_CCACHE ? next != WALK_CCACHE : next == WALK_REAL;
}

static void
mark_running(struct walk *w)
{
	struct walk_step *last = NULL;

	for (size_t i = 0; i < w->n && (last == NULL || last->kind != WALK_REAL); i++) {
		if (last == NULL || takes(last->kind, w->v[i].kind)) {
			last = &w->v[i];
			last->run = true;
		}
	}
}

void
walk_path(struct walk *w, const char *name, const char *list)
{
	size_t len, entry = 0;
	char *p;

	*w = (struct walk){0};
	if (strchr(name, '/') != NULL) {
		if (path_is_exec(name))
			add_step(w, xstrdup(name), 0);
	} else if (list[0] != '\0' && name[0] != '\0') {
		for (const char *dir = list;; dir += len + 1, entry++) {
			len = strcspn(dir, ":");
			/* an empty word of PATH is the current directory */
			p = xasprintf("%.*s/%s", len > 0 ? (int)len : 1, len > 0 ? dir : ".", name);
			if (path_is_exec(p))
				add_step(w, p, entry);
			else
				free(p);
			if (dir[len] == '\0')
				break;
		}
	}
	mark_running(w);
}

const struct walk_step *
walk_runs(const struct walk *w, enum walk_kind kind)
{
	for (size_t i = 0; i < w->n; i++) {
		if (w->v[i].run && w->v[i].kind == kind)
			return &w->v[i];
	}
	return NULL;
}

void
walk_free(struct walk *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->v[i].path);
		free(w->v[i].target);
	}
	free(w->v);
	*w = (struct walk){0};
}
