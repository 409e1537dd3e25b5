/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/treepool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/io.h"
#include "base/path.h"
#include "base/tmp.h"
#include "base/util.h"

#define KEY_LEN 12
#define TREE "tree"
#define LISTING "listing"
#define NEW_LISTING "listing.new"
#define TRIES 100

static void
key_of(const char *cwd, char key[KEY_LEN + 1])
{
	char hex[DIGEST_HEX_LEN + 1];
	struct digest d;

	digest_mem(&d, cwd, strlen(cwd));
	digest_hex(&d, hex);
	memcpy(key, hex, KEY_LEN);
	key[KEY_LEN] = '\0';
}

static bool
is_tree_name(const char *name)
{
	return strlen(name) > KEY_LEN && name[KEY_LEN] == '.' && strlen(name) < sizeof(((struct pooltree *)NULL)->name);
}

/* Locked, and still there; -1 if somebody else has it. */
static int
lock(int pool, const char *name)
{
	int fd = openat(pool, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd == -1)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0)
		return fd;
	close(fd);
	return -1;
}

static void
remove_tree(const char *pool_path, const char *name)
{
	char *path = path_join(pool_path, name);

	(void)tmp_remove_tree(path);
	free(path);
}

/* What is in it.  False: nobody knows. */
static bool
read_listing(int dir, struct tree *t)
{
	int fd = openat(dir, LISTING, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct buf b = BUF_INIT;
	bool ok = fd != -1 && buf_read_fd(&b, fd, TREE_MAX_LISTING) == 0;
	size_t at;

	if (ok && tree_decode(b.p, b.n, t, &at) != TREE_OK) {
		tree_free(t);
		ok = false;
	}
	if (fd != -1)
		close(fd);
	buf_free(&b);
	return ok;
}

static DIR *
open_pool(int pool)
{
	int fd = openat(pool, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);

	if (d == NULL && fd != -1)
		close(fd);
	return d;
}

/* Take over a tree that is there. */
static bool
take(struct pooltree *t, const char *name)
{
	int dir = lock(t->pool, name);

	if (dir == -1)
		return false;
	if (!read_listing(dir, &t->old) ||
	    (t->files = openat(dir, TREE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) == -1) {
		tree_free(&t->old);
		remove_tree(t->pool_path, name);
		close(dir);
		return false;
	}
	t->dir = dir;
	t->path = xasprintf("%s/%s/" TREE, t->pool_path, name);
	memcpy(t->name, name, strlen(name) + 1);	/* is_tree_name has looked at its length */
	return true;
}

void
treepool_open(struct pooltree *t, int pool, const char *pool_path, const char *cwd)
{
	DIR *d = open_pool(pool);
	const struct dirent *e;
	char key[KEY_LEN + 1];

	*t = (struct pooltree){.dir = -1, .files = -1, .pool = pool, .pool_path = pool_path, .cwd = xstrdup(cwd)};
	key_of(cwd, key);
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!is_tree_name(e->d_name))
			continue;
		if (t->dir != -1 || strncmp(e->d_name, key, KEY_LEN) != 0 || !take(t, e->d_name))
			t->others++;
	}
	if (d != NULL)
		closedir(d);
}

/* A name nobody has; a sweep may take it before it is locked. */
static bool
make(struct pooltree *t)
{
	static unsigned count;
	char key[KEY_LEN + 1];

	key_of(t->cwd, key);
	for (int i = 0; i < TRIES; i++) {
		snprintf(t->name, sizeof(t->name), "%s.%d.%u", key, (int)getpid(), count++);
		if (mkdirat(t->pool, t->name, 0700) == -1) {
			if (errno == EEXIST)
				continue;
			return false;
		}
		t->dir = lock(t->pool, t->name);
		if (t->dir != -1)
			break;
	}
	if (t->dir == -1 || mkdirat(t->dir, TREE, 0755) == -1)
		return false;
	t->files = openat(t->dir, TREE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	t->path = xasprintf("%s/%s/" TREE, t->pool_path, t->name);
	return t->files != -1;
}

bool
treepool_change(struct pooltree *t)
{
	t->changed = true;
	return t->dir != -1 ? unlinkat(t->dir, LISTING, 0) == 0 : make(t);
}

static bool
write_listing(const struct pooltree *t, const struct buf *listing)
{
	static const struct io_limit forever = {-1, 0};
	int fd = openat(t->dir, NEW_LISTING, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool ok;

	if (fd == -1)
		return false;
	ok = io_write_full(fd, listing->p, listing->n, &forever) == IO_OK;
	close(fd);
	return ok && renameat(t->dir, NEW_LISTING, t->dir, LISTING) == 0;
}

/* The one used least recently, of those with a listing. */
static void
remove_oldest(int pool, const char *pool_path)
{
	char oldest[sizeof(((struct pooltree *)NULL)->name)] = "";
	DIR *d = open_pool(pool);
	const struct dirent *e;
	struct timespec used = {0};
	int fd;

	while (d != NULL && (e = readdir(d)) != NULL) {
		char *name = is_tree_name(e->d_name) ? path_join(e->d_name, LISTING) : NULL;
		struct stat st;

		if (name != NULL && fstatat(pool, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    (*oldest == '\0' || st.st_mtim.tv_sec < used.tv_sec ||
		     (st.st_mtim.tv_sec == used.tv_sec && st.st_mtim.tv_nsec < used.tv_nsec))) {
			memcpy(oldest, e->d_name, strlen(e->d_name) + 1);
			used = st.st_mtim;
		}
		free(name);
	}
	if (d != NULL)
		closedir(d);
	fd = *oldest != '\0' ? lock(pool, oldest) : -1;
	if (fd == -1)
		return;
	remove_tree(pool_path, oldest);
	close(fd);
}

void
treepool_close(struct pooltree *t, const struct buf *listing, size_t max)
{
	if (t->dir != -1 && t->changed && (listing == NULL || !write_listing(t, listing)))
		remove_tree(t->pool_path, t->name);
	if (t->files != -1)
		close(t->files);
	if (t->dir != -1)
		close(t->dir);
	if (t->changed && t->others >= max)
		remove_oldest(t->pool, t->pool_path);
	tree_free(&t->old);
	free(t->path);
	free(t->cwd);
	*t = (struct pooltree)POOLTREE_INIT;
}

void
treepool_sweep(int pool, const char *pool_path, bool all)
{
	DIR *d = open_pool(pool);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		int fd = is_tree_name(e->d_name) ? lock(pool, e->d_name) : -1;

		if (fd == -1)
			continue;
		if (all || faccessat(fd, LISTING, F_OK, 0) == -1)
			remove_tree(pool_path, e->d_name);
		close(fd);
	}
	if (d != NULL)
		closedir(d);
}
