/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/toolroot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "server/filestamp.h"
#include "server/libfind.h"
#include "server/linefile.h"
#include "server/rootdir.h"

/* One root being filled. */
struct filling {
	struct rootdir dir;
	struct libfind libs;
	struct strv done;	/* real names of programs and libraries that are in, with where libraries go: "REAL LIBDIR" */
};

int
toolroot_skeleton(const char *dir)
{
	static const char *const dirs[] = {"dev", "proc", "tmp"};
	static const char *const files[] = {"dev/null", "dev/zero", "dev/full", "dev/random", "dev/urandom"};
	int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), result = at == -1 ? -1 : 0;

	for (size_t i = 0; result == 0 && i < countof(dirs); i++)
		result = mkdirat(at, dirs[i], 0755);
	for (size_t i = 0; result == 0 && i < countof(files); i++) {
		int fd = openat(at, files[i], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);

		result = fd == -1 ? -1 : close(fd);
	}
	if (at != -1)
		close(at);
	return result;
}

/* What the libraries of one program have in common. */
struct program {
	const char *path;
	const char *interp;	/* its loader; NULL for a static one */
	char *rpath;		/* directories that count for its libraries too; NULL: none */
	char *libdir;		/* one that the loader searches: where its C library is */
};

static bool add_needed(struct filling *f, const struct elfneeds *e, const char *path, const struct program *prog);

/* A library, found at path as name, and what it needs itself. */
static bool
add_library(struct filling *f, const struct program *prog, const char *name, const char *path, bool by_path)
{
	struct elfneeds e = {0};
	char *real = realpath(path, NULL), *key, *place;
	bool ok = true;

	if (real == NULL)
		return rootdir_fail(&f->dir, xasprintf("%s: %s", path, strerror(errno)));
	/* The loader in the root knows no ld.so.cache: what is not found by a path goes where it looks anyhow. */
	place = by_path || streq(name, prog->interp) ? xstrdup(path) : path_join(prog->libdir, path_base(name));
	key = xasprintf("%s %s", real, place);
	if (!strv_has(&f->done, key)) {
		strv_push(&f->done, key);
		ok = rootdir_put(&f->dir, place, real);
		if (ok && elfneeds_of_file(real, &e)) {
			if (e.interp == NULL)
				e.interp = xstrdup(prog->interp);
			ok = add_needed(f, &e, path, prog);
		}
		elfneeds_free(&e);
	}
	free(key);
	free(place);
	free(real);
	return ok;
}

static bool
add_needed(struct filling *f, const struct elfneeds *e, const char *path, const struct program *prog)
{
	bool ok = true;

	for (size_t i = 0; ok && i < e->needed.n; i++) {
		bool by_path;
		char *found = libfind_find(&f->libs, e, path, prog->rpath, e->needed.v[i], &by_path);

		if (found == NULL)
			ok = rootdir_fail(&f->dir, xasprintf("%s needs %s, which is not there", path, e->needed.v[i]));
		else
			ok = add_library(f, prog, e->needed.v[i], found, by_path);
		free(found);
	}
	return ok;
}

/* RPATH of a program, which its libraries inherit; NULL without one.  The caller frees. */
static char *
expanded_rpath(const struct elfneeds *e, const char *path)
{
	struct strv dirs = STRV_INIT;
	struct buf text = BUF_INIT;

	if (e->runpath == NULL)
		libfind_expand(e->rpath, path, &dirs);
	for (size_t i = 0; i < dirs.n; i++)
		buf_addf(&text, "%s%s", i > 0 ? ":" : "", dirs.v[i]);
	strv_free(&dirs);
	return text.p;
}

/* Where the loader of the program looks in any case: where its C library is found, else beside the loader. */
static char *
default_libdir(const struct filling *f, const struct elfneeds *e, const char *path)
{
	bool by_path;
	char *libc = libfind_find(&f->libs, e, path, NULL, "libc.so.6", &by_path), *dir;

	dir = path_dir(libc != NULL && !by_path ? libc : e->interp);
	free(libc);
	return dir;
}

static bool
add_program(struct filling *f, const char *path)
{
	struct elfneeds e = {0};
	char *real = realpath(path, NULL);
	bool ok;

	if (real == NULL)
		return rootdir_fail(&f->dir, xasprintf("%s: %s", path, strerror(errno)));
	ok = rootdir_put(&f->dir, path, real);
	if (ok && elfneeds_of_file(real, &e) && e.interp != NULL) {
		struct program prog = {.path = path, .interp = e.interp};

		prog.rpath = expanded_rpath(&e, real);
		prog.libdir = default_libdir(f, &e, real);
		ok = add_library(f, &prog, e.interp, e.interp, true) && add_needed(f, &e, real, &prog);
		free(prog.rpath);
		free(prog.libdir);
	}
	elfneeds_free(&e);
	free(real);
	return ok;
}

static bool
lay_out(struct filling *f, const struct strv *layout)
{
	bool ok = true;

	for (size_t i = 0; ok && i < layout->n; i++) {
		char *line = xstrdup(layout->v[i]), *path = line + 2, *target = strchr(path, '\t');

		if (target != NULL)
			*target++ = '\0';
		ok = rootdir_impose(&f->dir, path, target);
		free(line);
	}
	return ok;
}

static bool
fill(struct filling *f, const struct toolparts *parts, const struct strv *layout)
{
	bool ok = lay_out(f, layout);

	for (size_t i = 0; ok && i < parts->dirs.n; i++)
		ok = rootdir_mkdir(&f->dir, parts->dirs.v[i]);
	for (size_t i = 0; ok && i < parts->programs.n; i++)
		ok = add_program(f, parts->programs.v[i]);
	for (size_t i = 0; ok && i < parts->data.n; i++)
		ok = rootdir_put_all(&f->dir, parts->data.v[i]);
	return ok;
}

bool
toolroot_fill(const char *dir, const char *pool, const struct toolparts *parts, const struct strv *layout, struct strv *list, char **why)
{
	struct filling f = {.done = STRV_INIT};
	bool ok;

	if (toolroot_skeleton(dir) == -1 || !rootdir_open(&f.dir, dir, pool, list)) {
		*why = xasprintf("%s: %s", dir, strerror(errno));
		return false;
	}
	libfind_open(&f.libs);
	ok = fill(&f, parts, layout);
	libfind_close(&f.libs);
	strv_free(&f.done);
	*why = f.dir.why;
	rootdir_close(&f.dir);
	return ok;
}

bool
toolroot_current(const struct strv *list)
{
	bool current = true;

	for (size_t i = 0; current && i < list->n; i++) {
		char *stamp, *source;

		if (!starts_with(list->v[i], "f "))
			continue;
		stamp = linefile_field(list->v[i], 1);
		source = linefile_field(list->v[i], 2);
		current = stamp != NULL && source != NULL && filestamp_holds(source, stamp);
		free(stamp);
		free(source);
	}
	return current;
}

void
toolroot_sweep_pool(const char *pool)
{
	DIR *d = opendir(pool);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		struct stat st;

		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d != NULL)
		closedir(d);
}
