/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/util.h"
#include "masq/chain.h"
#include "masq/place.h"
#include "masq/realcc.h"

static bool
same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* path, if it is a program and not the one that runs; else NULL, and it is freed. */
static char *
if_other_program(char *path)
{
	if (path != NULL && path_is_exec(path) && !same_file(path, "/proc/self/exe"))
		return path;
	free(path);
	return NULL;
}

static char *
beside(const char *program, const char *name)
{
	char *dir = path_dir(program), *path = path_join(dir, name);

	free(dir);
	return path;
}

static char *
on_path(const char *list, const char *name)
{
	char *path = NULL;
	size_t len;

	for (const char *dir = list; list[0] != '\0' && path == NULL; dir += len + 1) {
		len = strcspn(dir, ":");
		path = if_other_program(xasprintf("%.*s/%s", len > 0 ? (int)len : 1, len > 0 ? dir : ".", name));
		if (dir[len] == '\0')
			break;
	}
	return path;
}

char *
chain_find_distcc(const char *list, const char *pkglibdir)
{
	char *path = if_other_program(place_beside_us("distcc"));

	if (path == NULL)
		path = if_other_program(place_bin_of(pkglibdir, "distcc"));
	return path != NULL ? path : on_path(list, "distcc");
}

/* What is beside distcc, or beside what distcc leads to. */
static char *
find_cpp(const char *distcc)
{
	char *path = if_other_program(beside(distcc, "distcc-cpp")), *end;

	if (path == NULL && (end = realcc_resolve(distcc)) != NULL) {
		path = if_other_program(beside(end, "distcc-cpp"));
		free(end);
	}
	return path;
}

/* A walk along PATH. */
struct search {
	const char *name;
	const char *called_by;
	struct buf path;	/* the words that stay */
	size_t words;
	char *compiler;
	char *ccache_link;
};

static bool
is_dir_of(const char *dir, const char *link)
{
	char *other;
	bool same;

	if (link == NULL)
		return false;
	other = path_dir(link);
	same = same_file(dir, other);
	free(other);
	return same;
}

static void
keep_word(struct search *s, const char *dir, size_t len)
{
	if (s->words++ > 0)
		buf_adds(&s->path, ":");
	buf_add(&s->path, dir, len);
}

static void
remember(char **file, const char *found)
{
	if (*file == NULL)
		*file = xstrdup(found);
}

/* The word dir of PATH, len long; an empty one is the current directory. */
static void
look_into(struct search *s, const char *dir, size_t len)
{
	char *where = xstrndup(len > 0 ? dir : ".", len > 0 ? len : 1), *file = path_join(where, s->name);
	enum realcc_kind kind = realcc_kind(file);

	if (kind != REALCC_OURS)
		keep_word(s, dir, len);
	if (kind == REALCC_OURS && is_dir_of(where, s->called_by)) {
		/* what stands before the link we were called by is not what it stands for */
		free(s->compiler);
		s->compiler = NULL;
	} else if (kind == REALCC_CCACHE) {
		remember(&s->ccache_link, file);
	} else if (kind == REALCC_COMPILER) {
		remember(&s->compiler, file);
	}
	free(where);
	free(file);
}

static void
search(struct search *s, const char *list)
{
	size_t len;

	for (const char *dir = list; list[0] != '\0'; dir += len + 1) {
		len = strcspn(dir, ":");
		look_into(s, dir, len);
		if (dir[len] == '\0')
			break;
	}
}

static char *
find_ccache(const char *list, const char *link)
{
	char *path = path_find("ccache", list);

	if (path != NULL && !realcc_is_ours(path))
		return path;
	free(path);
	return link != NULL ? realcc_resolve(link) : NULL;
}

static void
find(struct chain_programs *p, const char *name, const char *called_by, const char *list, bool ccache)
{
	bool path = strchr(name, '/') != NULL, ours = path && realcc_is_ours(name);
	struct search s = {.name = path_base(name), .called_by = ours ? name : called_by};

	search(&s, list);
	*p = (struct chain_programs){
		.by_name = !path || ours || realcc_is_ccache(name),
		.ccache = ccache ? find_ccache(list, s.ccache_link) : NULL,
		.path = s.path.p != NULL ? s.path.p : xstrdup(""),
	};
	if (p->by_name) {
		p->compiler = s.compiler;
	} else {
		p->compiler = path_is_exec(name) ? xstrdup(name) : NULL;
		free(s.compiler);
	}
	free(s.ccache_link);
}

void
chain_find_compiler(struct chain_programs *p, const char *name, const char *called_by, const char *list)
{
	find(p, name, called_by, list, false);
}

void
chain_find(struct chain_programs *p, const char *name, const char *called_by, const char *list, const char *pkglibdir)
{
	find(p, name, called_by, list, true);
	p->distcc = chain_find_distcc(list, pkglibdir);
	if (p->distcc != NULL)
		p->cpp = find_cpp(p->distcc);
}

void
chain_programs_free(struct chain_programs *p)
{
	free(p->compiler);
	free(p->ccache);
	free(p->distcc);
	free(p->cpp);
	free(p->path);
	strv_free(&p->configs);
}
