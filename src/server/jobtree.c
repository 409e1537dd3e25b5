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
		items->cap = items->cap == 0 ? 512 : items->cap * 2;
		items->v = xrealloc(items->v, items->cap * sizeof(*items->v));
	}
	items->v[items->n++] = (struct jobtree_item){path, len, entry->kind == TREE_DIR ? NULL : entry, false};
}

/* Behind the part of the name whose directories were there for the entry before (NULL: there is none). */
static size_t
new_part(const struct tree_entry *before, const char *path)
{
	const char *a = before != NULL ? before->path : "";
	size_t last = 0;

	for (size_t i = 0; ; i++) {
		bool ends_here = a[i] == '\0' && path[i] == '/' && before != NULL && before->kind == TREE_DIR;

		if (path[i] == '/' && (a[i] == '/' || ends_here))
			last = i;
		if (a[i] == '\0' || a[i] != path[i])
			return last + 1;
	}
}

static struct items
expand(const struct tree *t)
{
	static const struct tree_entry above = {.kind = TREE_DIR};
	struct items items = {0};

	for (size_t i = 0; i < t->n; i++) {
		const struct tree_entry *e = &t->v[i];
		const char *slash = e->path + new_part(i > 0 ? e - 1 : NULL, e->path);

		while ((slash = strchr(slash, '/')) != NULL) {
			push(&items, e->path, (size_t)(slash - e->path), &above);
			slash++;
		}
		push(&items, e->path, strlen(e->path), e);
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
	size_t least = a->len < b->len ? a->len : b->len, i = 0;

	while (i < least && a->path[i] == b->path[i])
		i++;
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

static bool
is_good_dir(const struct tree_entry *e, int dirfd)
{
	struct stat st;

	return fstatat(dirfd, e->path + 1, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static bool
is_good_link(const struct tree_entry *e, int dirfd)
{
	char target[TREE_MAX_PATH + 2];
	ssize_t n = readlinkat(dirfd, e->path + 1, target, sizeof(target));

	return n >= 0 && (size_t)n == strlen(e->target) && memcmp(target, e->target, (size_t)n) == 0;
}

static bool
is_good_file(struct store *s, struct tree *t, struct tree_entry *e, int dirfd)
{
	bool exec = e->twin == TREE_TWIN_FILE ? t->v[e->twin_of].exec : e->exec;

	set_age(t, e);
	if (is_plain_file(e))
		return store_sealed(s, &e->digest, e->size, dirfd, e->path + 1) != STORE_MISSING;
	return store_copied(s, &e->digest, e->size, exec, (uint32_t)e->mtime, dirfd, e->path + 1);
}

bool
jobtree_is_whole(struct store *s, struct tree *t, int dirfd, const char **which)
{
	bool good = true;

	for (size_t i = 0; good && i < t->n; i++) {
		struct tree_entry *e = &t->v[i];

		*which = e->path;
		switch (e->kind) {
		case TREE_DIR:
			good = is_good_dir(e, dirfd);
			break;
		case TREE_FILE:
			good = is_good_file(s, t, e, dirfd);
			break;
		case TREE_LINK:
			good = is_good_link(e, dirfd);
			break;
		}
	}
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
