/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/jobtree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR_MODE 0755

/* Entry e is the next one after before (NULL: it is the first): where the part of its name begins whose directories are still to be made. */
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

/* Make the directories above the last component; those before at exist. */
static int
make_parents(int dirfd, char *path, size_t at)
{
	char *slash = path + at;

	while ((slash = strchr(slash, '/')) != NULL) {
		int result;

		*slash = '\0';
		result = mkdirat(dirfd, path + 1, DIR_MODE);
		*slash++ = '/';
		if (result == -1)
			return -1;
	}
	return 0;
}

/* Files of one content: each relation to an earlier one as the client has it. */
static int
put_file(struct store *s, const struct tree *t, size_t i, int dirfd)
{
	struct tree_entry *e = &t->v[i];
	const struct tree_entry *other = &t->v[e->twin_of];

	switch (e->twin) {
	case TREE_NO_TWIN:
		e->mtime = 0;
		break;
	case TREE_TWIN_CONTENT:
		e->mtime = (int64_t)i;	/* of no other file */
		break;
	case TREE_TWIN_TIME:
		e->mtime = other->mtime;
		break;
	case TREE_TWIN_FILE:
		e->mtime = other->mtime;
		return linkat(dirfd, other->path + 1, dirfd, e->path + 1, 0);
	}
	if (e->twin == TREE_NO_TWIN && !e->exec)
		return store_link(s, &e->digest, dirfd, e->path + 1);
	return store_copy(s, &e->digest, e->exec, (uint32_t)e->mtime, dirfd, e->path + 1);
}

static int
put(struct store *s, const struct tree *t, size_t i, int dirfd)
{
	const struct tree_entry *e = &t->v[i];

	switch (e->kind) {
	case TREE_DIR:
		return mkdirat(dirfd, e->path + 1, DIR_MODE);
	case TREE_LINK:
		return symlinkat(e->target, dirfd, e->path + 1);
	case TREE_FILE:
		break;
	}
	return put_file(s, t, i, dirfd);
}

int
jobtree_build(struct store *s, struct tree *t, int dirfd, size_t *at)
{
	for (size_t i = 0; i < t->n; i++) {
		struct tree_entry *e = &t->v[i];

		*at = i;
		if (make_parents(dirfd, e->path, new_part(i > 0 ? e - 1 : NULL, e->path)) == -1 || put(s, t, i, dirfd) == -1)
			return -1;
	}
	return 0;
}
