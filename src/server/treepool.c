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
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/path.h"
#include "base/tmp.h"
#include "base/util.h"

#define KEY_LEN 12
#define TREE "tree"
#define LISTING "listing"
#define TRIES 100
#define LOOK_MS 1000

/* At the beginning of the file; the listing of that size follows, and for each entry whether it is timed. */
struct head {
	uint64_t boot;		/* store_boot when it was written; 0: void */
	int64_t looked_ms;	/* pooltree */
	uint64_t size, entries;
};

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
remove_tree(struct store *s, const char *name)
{
	int pool;
	char *path = path_join(store_trees(s, &pool), name);

	(void)tmp_remove_tree(path);
	free(path);
}

static bool
read_all(int fd, void *p, size_t n, off_t at)
{
	return pread(fd, p, n, at) == (ssize_t)n;
}

/* False: the listing is void. */
static bool
read_head(const struct store *s, int fd, struct head *h)
{
	return read_all(fd, h, sizeof(*h), 0) && h->boot != 0 && h->boot == store_boot(s) && h->size <= TREE_MAX_LISTING &&
	    h->entries <= TREE_MAX_ENTRIES;
}

/* What is in it.  False: nobody knows. */
static bool
read_listing(struct pooltree *t)
{
	struct buf b = BUF_INIT;
	struct head h;
	size_t at;
	bool ok = read_head(t->store, t->listing, &h) && buf_reserve(&b, h.size + h.entries) &&
	    read_all(t->listing, b.p, h.size + h.entries, sizeof(h)) && tree_decode(b.p, h.size, &t->old, &at) == TREE_OK &&
	    t->old.n == h.entries;

	for (size_t i = 0; ok && i < t->old.n; i++)
		t->old.v[i].timed = b.p[h.size + i] != 0;
	t->looked_ms = ok ? h.looked_ms : 0;
	if (!ok)
		tree_free(&t->old);
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

/* Let go what was taken, or made. */
static void
let_go(struct pooltree *t)
{
	int *fds[] = {&t->listing, &t->files, &t->dir};

	for (size_t i = 0; i < countof(fds); i++) {
		if (*fds[i] != -1)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

/* Its files and listing, now that dir is locked.  False with errno. */
static bool
open_parts(struct pooltree *t, int flags)
{
	int pool;

	t->files = openat(t->dir, TREE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (t->files == -1)
		return false;
	t->listing = openat(t->dir, LISTING, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
	if (t->listing == -1)
		return false;
	free(t->path);
	t->path = xasprintf("%s/%s/" TREE, store_trees(t->store, &pool), t->name);
	return true;
}

/* Take over a tree that is there. */
static bool
take(struct pooltree *t, int pool, const char *name)
{
	t->dir = lock(pool, name);
	if (t->dir == -1)
		return false;
	memcpy(t->name, name, strlen(name) + 1);	/* is_tree_name has looked at its length */
	if (open_parts(t, 0) && read_listing(t))
		return true;
	remove_tree(t->store, name);
	let_go(t);
	return false;
}

void
treepool_open(struct pooltree *t, struct store *s, const char *cwd)
{
	const struct dirent *e;
	char key[KEY_LEN + 1];
	int pool;
	DIR *d;

	*t = (struct pooltree)POOLTREE_INIT;
	t->store = s;
	t->cwd = xstrdup(cwd);
	store_trees(s, &pool);
	d = open_pool(pool);
	key_of(cwd, key);
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!is_tree_name(e->d_name))
			continue;
		if (t->dir != -1 || strncmp(e->d_name, key, KEY_LEN) != 0 || !take(t, pool, e->d_name))
			t->others++;
	}
	if (d != NULL)
		closedir(d);
}

bool
treepool_must_look(const struct pooltree *t)
{
	int64_t now = clock_ms();

	return t->old.n > 0 && (t->looked_ms < store_opened_ms(t->store) || now < t->looked_ms || now - t->looked_ms >= LOOK_MS);
}

void
treepool_looked(struct pooltree *t, int64_t now_ms)
{
	t->looked_ms = now_ms;
}

/* Under a name nobody has; a sweep may take it before it is locked. */
bool
treepool_make(struct pooltree *t)
{
	static unsigned count;
	char key[KEY_LEN + 1];
	int pool;

	if (t->dir != -1)
		return t->listing != -1;
	t->changed = true;
	store_trees(t->store, &pool);
	key_of(t->cwd, key);
	for (int i = 0; i < TRIES && t->dir == -1; i++) {
		snprintf(t->name, sizeof(t->name), "%s.%d.%u", key, (int)getpid(), count++);
		if (mkdirat(pool, t->name, 0700) == 0)
			t->dir = lock(pool, t->name);
		else if (errno != EEXIST)
			return false;
	}
	return t->dir != -1 && mkdirat(t->dir, TREE, 0755) == 0 && open_parts(t, O_CREAT | O_EXCL);
}

static bool
make_void(const struct pooltree *t)
{
	struct head void_head = {0};

	return pwrite(t->listing, &void_head, sizeof(void_head), 0) == (ssize_t)sizeof(void_head);
}

bool
treepool_change(struct pooltree *t)
{
	if (t->dir == -1 || t->changed)
		return treepool_make(t);
	t->changed = true;
	return make_void(t);
}

void
treepool_discard(struct pooltree *t)
{
	if (t->dir == -1)
		return;
	/* what cannot be removed is not used again */
	if (t->listing != -1)
		(void)make_void(t);
	remove_tree(t->store, t->name);
	let_go(t);
	tree_free(&t->old);
	free(t->path);
	t->path = NULL;
	t->looked_ms = 0;
}

/* The head comes last. */
static bool
write_listing(const struct pooltree *t, const struct pooltree_end *end)
{
	struct head h = {store_boot(t->store), t->looked_ms, end->listing->n, end->tree->n};
	size_t n = end->tree->n;
	char *timed = xmalloc(n + 1);
	struct iovec v[2] = {{end->listing->p, end->listing->n}, {timed, n}};
	bool ok;

	for (size_t i = 0; i < n; i++)
		timed[i] = end->tree->v[i].timed;
	ok = pwritev(t->listing, v, 2, sizeof(h)) == (ssize_t)(end->listing->n + n) &&
	    pwrite(t->listing, &h, sizeof(h), 0) == (ssize_t)sizeof(h);
	free(timed);
	return ok;
}

/* The one used least recently, of those with a listing. */
static void
remove_oldest(struct store *s)
{
	char oldest[sizeof(((struct pooltree *)NULL)->name)] = "";
	const struct dirent *e;
	struct timespec used = {0};
	int fd, pool;
	DIR *d;

	store_trees(s, &pool);
	d = open_pool(pool);
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
	remove_tree(s, oldest);
	close(fd);
}

void
treepool_close(struct pooltree *t, const struct pooltree_end *end)
{
	if (t->dir != -1 && t->changed && (end->listing == NULL || !write_listing(t, end)))
		remove_tree(t->store, t->name);
	let_go(t);
	if (t->changed && t->others >= end->max)
		remove_oldest(t->store);
	tree_free(&t->old);
	free(t->path);
	free(t->cwd);
	*t = (struct pooltree)POOLTREE_INIT;
}

/* Of a tree that is locked. */
static bool
is_good(const struct store *s, int dir)
{
	int fd = openat(dir, LISTING, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct head h;
	bool good = fd != -1 && read_head(s, fd, &h);

	if (fd != -1)
		close(fd);
	return good;
}

void
treepool_sweep(struct store *s, bool all)
{
	const struct dirent *e;
	int pool;
	DIR *d;

	store_trees(s, &pool);
	d = open_pool(pool);
	while (d != NULL && (e = readdir(d)) != NULL) {
		int fd = is_tree_name(e->d_name) ? lock(pool, e->d_name) : -1;

		if (fd == -1)
			continue;
		if (all || !is_good(s, fd))
			remove_tree(s, e->d_name);
		close(fd);
	}
	if (d != NULL)
		closedir(d);
}
