/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/jobtree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

#define DIR_MODE 0755

/* One name: an entry, or a directory above one that is not listed itself. */
struct jobtree_item {
	const char *path;	/* its first len bytes */
	size_t len;
	const struct tree_entry *entry;	/* NULL: a directory */
	bool stays;
};

struct items {
	struct jobtree_item *v;
	size_t n, cap;
};

static void
push(struct items *items, const char *path, size_t len, const struct tree_entry *entry)
{
	if (items->n == items->cap) {
		items->cap *= 2;
		items->v = xrealloc(items->v, items->cap * sizeof(*items->v));
	}
	items->v[items->n++] = (struct jobtree_item){path, len, entry->kind == TREE_DIR ? NULL : entry, false};
}

/* How many bytes both begin with; n: of the shorter. */
static size_t
common(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	for (; i + sizeof(uint64_t) <= n && memcmp(a + i, b + i, sizeof(uint64_t)) == 0; i += sizeof(uint64_t))
		;
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

/* Behind the part of the name whose directories were there for the entry before (NULL: there is none), whose name has n_before bytes. */
static size_t
new_part(const struct tree_entry *before, size_t n_before, const char *path, size_t n)
{
	size_t same = before != NULL ? common(before->path, path, n_before < n ? n_before : n) : 0;
	const char *slash = memrchr(path, '/', same);

	/* the whole name before is a directory of this one */
	if (before != NULL && before->kind == TREE_DIR && same == n_before && path[same] == '/')
		return same + 1;
	return slash != NULL ? (size_t)(slash - path) + 1 : 1;
}

static struct items
expand(const struct tree *t)
{
	static const struct tree_entry above = {.kind = TREE_DIR};
	struct items items = {.cap = t->n + t->n / 8 + 16};
	size_t before = 0, n;

	items.v = xmalloc(items.cap * sizeof(*items.v));
	for (size_t i = 0; i < t->n; i++, before = n) {
		const struct tree_entry *e = &t->v[i];
		const char *slash;

		n = strlen(e->path);
		slash = e->path + new_part(i > 0 ? e - 1 : NULL, before, e->path, n);
		while ((slash = memchr(slash, '/', (size_t)(e->path + n - slash))) != NULL) {
			push(&items, e->path, (size_t)(slash - e->path), &above);
			slash++;
		}
		push(&items, e->path, n, e);
	}
	return items;
}

static int
rank(const struct jobtree_item *x, size_t at)
{
	return at == x->len ? 0 : x->path[at] == '/' ? 1 : (unsigned char)x->path[at] + 2;
}

/* As tree_path_cmp. */
static int
compare(const struct jobtree_item *a, const struct jobtree_item *b)
{
	size_t i;

	if (a->len == b->len && memcmp(a->path, b->path, a->len) == 0)
		return 0;
	i = common(a->path, b->path, a->len < b->len ? a->len : b->len);
	return rank(a, i) - rank(b, i);
}

/* What twins are depends on the whole listing: they are always made anew. */
static bool
is_plain_file(const struct tree_entry *e)
{
	return e->kind == TREE_FILE && e->twin == TREE_NO_TWIN && !e->exec;
}

static bool
is_same(const struct tree_entry *old, const struct tree_entry *new)
{
	if (old == NULL || new == NULL)
		return old == new;
	if (old->kind == TREE_LINK && new->kind == TREE_LINK)
		return streq(old->target, new->target);
	return is_plain_file(old) && is_plain_file(new) && digest_cmp(&old->digest, &new->digest) == 0;
}

/* The entry of the new tree is there already. */
static void
take_over(struct jobtree_plan *p, const struct tree_entry *was, struct tree *new, size_t at)
{
	p->in_place[at] = true;
	new->v[at].timed = was->timed;
	p->timed |= was->timed;
}

void
jobtree_compare(struct jobtree_plan *p, const struct tree *old, struct tree *new)
{
	struct items have = expand(old), want = expand(new);
	size_t i = 0, j = 0;

	*p = (struct jobtree_plan){.old = have.v, .n_old = have.n, .new = want.v, .n_new = want.n};
	p->in_place = xcalloc(new->n + 1, sizeof(*p->in_place));
	while (i < have.n && j < want.n) {
		const struct tree_entry *was = have.v[i].entry, *is = want.v[j].entry;
		int order = compare(&have.v[i], &want.v[j]);

		if (order == 0 && is_same(was, is)) {
			have.v[i].stays = want.v[j].stays = true;
			if (is != NULL)
				take_over(p, was, new, (size_t)(is - new->v));
		}
		i += order <= 0;
		j += order >= 0;
	}
}

/* Files of one content: each relation to an earlier one as the client has it.  mtime becomes the age of a copy. */
static void
set_age(const struct tree *t, struct tree_entry *e)
{
	switch (e->twin) {
	case TREE_NO_TWIN:
		/* not written to needlessly: after a fork that costs a fault */
		if (e->mtime != 0)
			e->mtime = 0;
		break;
	case TREE_TWIN_CONTENT:
		e->mtime = e - t->v;	/* of no other file */
		break;
	case TREE_TWIN_TIME:
	case TREE_TWIN_FILE:
		e->mtime = t->v[e->twin_of].mtime;
		break;
	}
}

static int
put_file(struct store *s, struct tree *t, struct tree_entry *e, int dirfd)
{
	set_age(t, e);
	if (e->twin == TREE_TWIN_FILE)
		return linkat(dirfd, t->v[e->twin_of].path + 1, dirfd, e->path + 1, 0);
	if (is_plain_file(e))
		return store_link(s, &e->digest, dirfd, e->path + 1);
	return store_copy(s, &e->digest, e->exec, (uint32_t)e->mtime, dirfd, e->path + 1);
}

/* Directories that are open, so that the names of what is in them are short. */
#define PLACES 4
/* So many entries more in a directory are worth opening it. */
#define ROW 4

struct places {
	const struct tree *tree;
	int root;
	struct {
		const char *path;	/* its first n bytes */
		size_t n;
		int fd;
	} v[PLACES];
	unsigned n, oldest;
};

static bool
is_in(const char *path, const char *dir, size_t n)
{
	return strncmp(path, dir, n) == 0 && path[n] == '/' && strchr(path + n + 1, '/') == NULL;
}

static int
open_place(struct places *p, const char *path, size_t n)
{
	char dir[TREE_MAX_PATH + 1];
	unsigned at = p->n < PLACES ? p->n : p->oldest;
	int fd;

	memcpy(dir, path + 1, n - 1);
	dir[n - 1] = '\0';
	fd = openat(p->root, dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (p->n < PLACES) {
		p->n++;
	} else {
		close(p->v[at].fd);
		p->oldest = (p->oldest + 1) % PLACES;
	}
	p->v[at].path = path;
	p->v[at].n = n;
	p->v[at].fd = fd;
	return fd;
}

/* The name of entry i below *dirfd. */
static const char *
short_name(struct places *p, size_t i, int *dirfd)
{
	const char *path = p->tree->v[i].path, *slash = strrchr(path, '/');
	size_t n = (size_t)(slash - path);
	int fd = -1;

	*dirfd = p->root;
	for (unsigned j = 0; fd == -1 && j < p->n; j++) {
		if (p->v[j].n == n && memcmp(p->v[j].path, path, n) == 0)
			fd = p->v[j].fd;
	}
	if (fd == -1 && n > 0 && i + ROW < p->tree->n && is_in(p->tree->v[i + ROW].path, path, n))
		fd = open_place(p, path, n);
	if (fd == -1)
		return path + 1;
	*dirfd = fd;
	return slash + 1;
}

static void
close_places(struct places *p)
{
	while (p->n > 0)
		close(p->v[--p->n].fd);
}

static bool
is_good_dir(int dirfd, const char *name)
{
	struct stat st;

	return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static bool
is_good_link(const struct tree_entry *e, int dirfd, const char *name)
{
	char target[TREE_MAX_PATH + 2];
	ssize_t n = readlinkat(dirfd, name, target, sizeof(target));

	return n >= 0 && (size_t)n == strlen(e->target) && memcmp(target, e->target, (size_t)n) == 0;
}

static bool
is_good_file(struct store *s, struct tree *t, struct tree_entry *e, int dirfd, const char *name)
{
	bool exec = e->twin == TREE_TWIN_FILE ? t->v[e->twin_of].exec : e->exec;

	set_age(t, e);
	if (is_plain_file(e))
		return store_sealed(s, &e->digest, e->size, dirfd, name) != STORE_MISSING;
	return store_copied(s, &e->digest, e->size, exec, (uint32_t)e->mtime, dirfd, name);
}

bool
jobtree_is_whole(struct store *s, struct tree *t, int dirfd, const char **which)
{
	struct places places = {.tree = t, .root = dirfd};
	bool good = true;

	for (size_t i = 0; good && i < t->n; i++) {
		struct tree_entry *e = &t->v[i];
		const char *name = short_name(&places, i, &dirfd);

		*which = e->path;
		switch (e->kind) {
		case TREE_DIR:
			good = is_good_dir(dirfd, name);
			break;
		case TREE_FILE:
			good = is_good_file(s, t, e, dirfd, name);
			break;
		case TREE_LINK:
			good = is_good_link(e, dirfd, name);
			break;
		}
	}
	close_places(&places);
	return good;
}

static int
put(struct store *s, struct tree *t, const struct jobtree_item *item, const char *name, int dirfd)
{
	if (item->entry == NULL)
		return mkdirat(dirfd, name, DIR_MODE);
	if (item->entry->kind == TREE_LINK)
		return symlinkat(item->entry->target, dirfd, name);
	return put_file(s, t, &t->v[item->entry - t->v], dirfd);
}

/* Relative to the directory of the tree. */
static const char *
name_of(const struct jobtree_item *item, char buf[TREE_MAX_PATH + 1])
{
	if (item->entry != NULL)
		return item->path + 1;
	memcpy(buf, item->path + 1, item->len - 1);
	buf[item->len - 1] = '\0';
	return buf;
}

int
jobtree_apply(struct jobtree_plan *p, struct store *s, struct tree *new, int dirfd, const char **which)
{
	char buf[TREE_MAX_PATH + 1];

	for (size_t i = p->n_old; i-- > 0;) {
		const struct jobtree_item *item = &p->old[i];

		*which = item->path;
		if (!item->stays && unlinkat(dirfd, name_of(item, buf), item->entry == NULL ? AT_REMOVEDIR : 0) == -1)
			return -1;
	}
	for (size_t i = 0; i < p->n_new; i++) {
		const struct jobtree_item *item = &p->new[i];

		*which = item->path;
		if (!item->stays && put(s, new, item, name_of(item, buf), dirfd) == -1)
			return -1;
	}
	return 0;
}

void
jobtree_plan_free(struct jobtree_plan *p)
{
	free(p->old);
	free(p->new);
	free(p->in_place);
	*p = (struct jobtree_plan){0};
}
