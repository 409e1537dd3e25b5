/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/replica_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/path.h"
#include "base/util.h"

void
replica_files_init(struct replica_files *f, const struct args *a, const struct outputs *declared)
{
	*f = (struct replica_files){.args = a, .declared = declared};
}

/* Do both names lead to the same directory?  dir: real. */
static bool
is_directory(const char *dir, const char *file)
{
	char *ours = path_dir(file), *real = realpath(ours, NULL);
	bool same = real != NULL && streq(real, dir);

	free(ours);
	free(real);
	return same;
}

/* The file that name is here, as the command has it; NULL if the command does not write it.  The caller frees. */
static char *
find_target(const struct outputs *o, const char *name, bool *object)
{
	const char *base = path_base(name);
	char *dir = path_dir(name), *target = NULL, *beside;

	*object = false;
	for (size_t i = 0; i < o->files.n && target == NULL; i++) {
		if (streq(path_base(o->files.v[i]), base) && is_directory(dir, o->files.v[i])) {
			target = xstrdup(o->files.v[i]);
			*object = i == 0;
		}
	}
	for (size_t i = 0; i < o->stems.n && target == NULL; i++) {
		if (!outputs_beside(o, path_base(o->stems.v[i]), base) || !is_directory(dir, o->stems.v[i]))
			continue;
		beside = path_dir(o->stems.v[i]);
		target = path_join(beside, base);
		free(beside);
	}
	free(dir);
	return target;
}

/* The next output of f, and what it will be; NULL if the command does not write it (f->stray).  The caller frees. */
static char *
begin(struct replica_files *f, const char *name, enum output_style *style)
{
	bool object;
	char *target = find_target(f->declared, name, &object);

	f->stray = target == NULL;
	if (f->stray)
		return NULL;
	f->object |= object;
	*style = outputs_replaces(f->args, target, object) ? OUTPUT_NEW : OUTPUT_OLD;
	f->v = xrealloc(f->v, (f->n + 1) * sizeof(*f->v));
	return target;
}

/* -1 with errno. */
static int
open_next(struct replica_files *f, const char *target, enum output_style style)
{
	if (output_open(&f->v[f->n], target, style))
		return f->v[f->n++].fd;
	output_drop(&f->v[f->n]);
	return -1;
}

int
replica_files_open(struct replica_files *f, const char *name)
{
	enum output_style style;
	char *target = begin(f, name, &style);
	int fd = target != NULL ? open_next(f, target, style) : -1;

	free(target);
	return fd;
}

bool
replica_files_same(struct replica_files *f, const char *name, const struct earlier *was)
{
	enum output_style style;
	char *target = begin(f, name, &style);
	bool ok = target != NULL;
	int fd;

	if (ok && output_keep(&f->v[f->n], target, style, &was->sign)) {
		f->n++;
	} else if (ok) {
		fd = open_next(f, target, style);
		ok = fd != -1 && io_write_full(fd, was->p, was->n, &IO_FOREVER) == IO_OK;
		if (ok && !earlier_unchanged(was)) {
			errno = EBUSY;
			ok = false;
		}
	}
	free(target);
	return ok;
}

bool
replica_files_commit(struct replica_files *f, const char **which)
{
	/* the object last: it is what make looks at */
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < f->n; i++) {
			bool last = streq(f->v[i].target, f->declared->files.v[0]);

			*which = f->v[i].target;
			if (last == (pass == 1) && !output_commit(&f->v[i]))
				return false;
		}
	}
	return true;
}

void
replica_files_free(struct replica_files *f)
{
	int saved_errno = errno;

	for (size_t i = 0; i < f->n; i++)
		output_drop(&f->v[i]);
	free(f->v);
	*f = (struct replica_files){.v = NULL};
	errno = saved_errno;
}
