/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/verify_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/io.h"
#include "base/path.h"
#include "base/util.h"

/* All names of regular files that the command may have written and that exist now. */
static void
list_existing(const struct outputs *o, struct strv *out)
{
	struct dirent *e;
	struct stat st;
	char *dir, *path;
	DIR *d;

	for (size_t i = 0; i < o->files.n; i++)
		if (stat(o->files.v[i], &st) == 0 && S_ISREG(st.st_mode) && !strv_has(out, o->files.v[i]))
			strv_push(out, o->files.v[i]);
	for (size_t i = 0; i < o->stems.n; i++) {
		dir = path_dir(o->stems.v[i]);
		d = opendir(dir);
		while (d != NULL && (e = readdir(d)) != NULL) {
			path = streq(dir, ".") ? xstrdup(e->d_name) : path_join(dir, e->d_name);
			if (outputs_beside(o, path_base(o->stems.v[i]), e->d_name) && stat(path, &st) == 0 && S_ISREG(st.st_mode) && !strv_has(out, path))
				strv_push(out, path);
			free(path);
		}
		if (d != NULL)
			closedir(d);
		free(dir);
	}
}

static bool
copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
	struct stat st;
	bool ok = false;

	if (in != -1 && fstat(in, &st) == 0)
		out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, st.st_mode & 0777);
	if (out != -1)
		ok = io_copy(in, out, (uint64_t)st.st_size, &IO_FOREVER) == IO_OK;
	if (in != -1)
		close(in);
	if (out != -1)
		ok = close(out) == 0 && ok;
	return ok;
}

static char *
kept_name(const char *dir, const char *file)
{
	char *name = xasprintf("%s/file:%s", dir, file);

	for (char *p = name + strlen(dir) + 1; *p != '\0'; p++)
		if (*p == '/')
			*p = '%';
	return name;
}

/* Do something with each of the files that there are now, and the name under which it is kept in dir, until one fails. */
static bool
with_each(const struct outputs *o, const char *dir, bool (*act)(const char *file, const char *kept))
{
	struct strv files = STRV_INIT;
	bool ok = true;
	char *name;

	list_existing(o, &files);
	for (size_t i = 0; ok && i < files.n; i++) {
		name = kept_name(dir, files.v[i]);
		ok = act(files.v[i], name);
		free(name);
	}
	strv_free(&files);
	return ok;
}

bool
verify_files_keep(const struct outputs *o, const char *dir)
{
	return with_each(o, dir, copy);
}

static bool
put_back(const char *file, const char *kept)
{
	return access(kept, F_OK) == 0 ? copy(kept, file) : unlink(file) == 0;
}

bool
verify_files_restore(const struct outputs *o, const char *dir)
{
	/* a file that both compiles leave is written anew, so only what has gone since would be missed: outputs do not go */
	return with_each(o, dir, put_back);
}

static bool
same_content(const char *a, const char *b)
{
	int fd_a = open(a, O_RDONLY | O_CLOEXEC), fd_b = open(b, O_RDONLY | O_CLOEXEC);
	struct digest x, y;
	uint64_t size_x = 0, size_y = 0;
	bool same = fd_a != -1 && fd_b != -1 && digest_fd(&x, fd_a, &size_x) == 0 && digest_fd(&y, fd_b, &size_y) == 0 && size_x == size_y &&
		digest_cmp(&x, &y) == 0;

	if (fd_a != -1)
		close(fd_a);
	if (fd_b != -1)
		close(fd_b);
	return same;
}

/* Files of a that b lacks, and (both) those that differ. */
static void
compare_one_way(const char *a, const char *b, bool both, struct strv *out)
{
	struct dirent **list = NULL;
	int n = scandir(a, &list, NULL, alphasort);
	char *in_a, *in_b;

	for (int i = 0; i < n; i++) {
		in_a = path_join(a, list[i]->d_name);
		in_b = path_join(b, list[i]->d_name);
		if (list[i]->d_name[0] == '.')
			;
		else if (access(in_b, F_OK) == -1)
			strv_pushf(out, "%s is there only %s", list[i]->d_name, path_base(a));
		else if (both && !same_content(in_a, in_b))
			strv_push(out, list[i]->d_name);
		free(in_a);
		free(in_b);
		free(list[i]);
	}
	free(list);
}

void
verify_files_compare(const char *a, const char *b, struct strv *out)
{
	compare_one_way(a, b, true, out);
	compare_one_way(b, a, false, out);
}
