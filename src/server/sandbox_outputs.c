/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/sandbox.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/path.h"
#include "base/strv.h"
#include "base/util.h"

/* What has been found so far. */
struct found {
	const struct sandbox *sb;
	struct sandbox_output *v;
	size_t n, cap;
	struct strv dirs;	/* to be read: names below upper, without a slash in front */
	char *odd;
};

/* "/tmp/ccXXXXXX.s": of a gcc that was killed. */
static bool
is_leftover(const char *name)
{
	size_t i;

	if (!starts_with(name, "/tmp/cc"))
		return false;
	name += strlen("/tmp/cc");
	for (i = 0; i < 6; i++) {
		if (!isalnum((unsigned char)name[i]))
			return false;
	}
	return name[i] == '.' && strchr(name + i, '/') == NULL;
}

static bool
fail(struct found *f, char *odd)
{
	f->odd = odd;
	return false;
}

static bool
add_file(struct found *f, const char *name, const struct stat *st)
{
	char *full = xasprintf("/%s", name);

	if (is_leftover(full)) {
		free(full);
		return true;
	}
	if (f->n == SANDBOX_MAX_OUTPUTS) {
		free(full);
		return fail(f, xasprintf("more than %d files", SANDBOX_MAX_OUTPUTS));
	}
	if (f->n == f->cap) {
		f->cap = f->cap == 0 ? 8 : f->cap * 2;
		f->v = xrealloc(f->v, f->cap * sizeof(*f->v));
	}
	f->v[f->n++] = (struct sandbox_output){full, st->st_mode & 0777, (uint64_t)st->st_size};
	return true;
}

static const char *
kind_of(mode_t mode)
{
	if (S_ISLNK(mode))
		return "a symbolic link";
	if (S_ISFIFO(mode))
		return "a fifo";
	return S_ISSOCK(mode) ? "a socket" : "a device";
}

/* One entry of a directory; name is below upper. */
static bool
look_at(struct found *f, int dir, const char *base, const char *name)
{
	struct stat st;

	if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return fail(f, xasprintf("/%.500s: %s", name, strerror(errno)));
	if (S_ISDIR(st.st_mode)) {
		strv_push(&f->dirs, name);
		return true;
	}
	if (S_ISREG(st.st_mode))
		return add_file(f, name, &st);
	/* so an overlay says that a file of a lower layer was removed */
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(0, 0))
		return true;
	return fail(f, xasprintf("/%.500s is %s", name, kind_of(st.st_mode)));
}

static bool
read_dir(struct found *f, const char *dir)
{
	int fd = openat(f->sb->upper, *dir == '\0' ? "." : dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *e;
	bool ok = true;

	if (d == NULL) {
		/* also a directory that was made unreadable */
		fail(f, xasprintf("/%.500s: %s", dir, strerror(errno)));
		if (fd != -1)
			close(fd);
		return false;
	}
	while (ok && (e = readdir(d)) != NULL) {
		char *name;

		if (streq(e->d_name, ".") || streq(e->d_name, ".."))
			continue;
		name = *dir == '\0' ? xstrdup(e->d_name) : path_join(dir, e->d_name);
		ok = look_at(f, dirfd(d), e->d_name, name);
		free(name);
	}
	closedir(d);
	return ok;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct sandbox_output *)a)->name, ((const struct sandbox_output *)b)->name);
}

bool
sandbox_outputs(const struct sandbox *sb, struct sandbox_output **v, size_t *n, char **odd)
{
	struct found f = {.sb = sb};
	bool ok = sb->upper != -1;

	/* the number of directories is bounded by the inodes of the tmpfs */
	if (ok)
		strv_push(&f.dirs, "");
	for (size_t i = 0; ok && i < f.dirs.n; i++)
		ok = read_dir(&f, f.dirs.v[i]);
	strv_free(&f.dirs);
	if (f.n > 1)
		qsort(f.v, f.n, sizeof(*f.v), by_name);
	*v = f.v;
	*n = f.n;
	*odd = ok ? NULL : f.odd != NULL ? f.odd : xstrdup("nothing was run");
	return ok;
}

int
sandbox_output_open(const struct sandbox *sb, const struct sandbox_output *o)
{
	return openat(sb->upper, o->name + 1, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

void
sandbox_outputs_free(struct sandbox_output *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].name);
	free(v);
}
