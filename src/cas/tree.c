/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cas/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "cas/tree_text.h"

/* Strings live in blocks of this size or larger. */
#define BLOCK 65536u

/* So many entries out of order are inserted one by one. */
#define FEW 16u

struct tree_block {
	struct tree_block *next;
	size_t used, size;
	char text[];
};

char *
tree_text(struct tree *t, size_t n)
{
	struct tree_block *b = t->blocks;
	char *p;

	if (b == NULL || b->size - b->used < n) {
		size_t size = n > BLOCK ? n : BLOCK;

		b = malloc(sizeof(*b) + size);
		if (b == NULL)
			return NULL;
		*b = (struct tree_block){.next = t->blocks, .size = size};
		t->blocks = b;
	}
	p = b->text + b->used;
	b->used += n;
	return p;
}

static char *
keep(struct tree *t, const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = tree_text(t, n);

	if (p == NULL)
		p = xmalloc(n);		/* ends the program */
	return memcpy(p, s, n);
}

static struct tree_entry *
add(struct tree *t, enum tree_kind kind, const char *path)
{
	struct tree_entry *e;

	if (t->n == t->cap) {
		t->cap = t->cap == 0 ? 512 : t->cap * 2;
		t->v = xrealloc(t->v, t->cap * sizeof(*t->v));
	}
	e = &t->v[t->n++];
	memset(e, 0, sizeof(*e));
	e->kind = kind;
	e->path = keep(t, path);
	return e;
}

void
tree_add_dir(struct tree *t, const char *path)
{
	add(t, TREE_DIR, path);
}

void
tree_add_file(struct tree *t, const char *path, const struct digest *d, uint64_t size, bool exec)
{
	struct tree_entry *e = add(t, TREE_FILE, path);

	e->digest = *d;
	e->size = size;
	e->exec = exec;
}

void
tree_add_link(struct tree *t, const char *path, const char *target)
{
	struct tree_entry *e = add(t, TREE_LINK, path);

	e->target = keep(t, target);
}

void
tree_identify(struct tree *t, uint64_t dev, uint64_t ino, int64_t mtime)
{
	struct tree_entry *e = &t->v[t->n - 1];

	e->dev = dev;
	e->ino = ino;
	e->mtime = mtime;
}

bool
tree_path_ok(const char *path, size_t len)
{
	return tree_path_goes_on(path, len, 0);
}

bool
tree_path_goes_on(const char *path, size_t len, size_t good)
{
	const char *slash = memrchr(path, '/', good);
	size_t begin = slash != NULL ? (size_t)(slash - path) + 1 : 1;

	if (len < 2 || len > TREE_MAX_PATH || path[0] != '/')
		return false;
	for (size_t i = begin; i <= len; i++) {
		size_t n = i - begin;

		if (i < len && path[i] == '\0')
			return false;
		if (i < len && path[i] != '/')
			continue;
		if (n == 0 || n > TREE_MAX_NAME || (n == 1 && path[begin] == '.') ||
		    (n == 2 && path[begin] == '.' && path[begin + 1] == '.'))
			return false;
		begin = i + 1;
	}
	return true;
}

/* '/' is the smallest byte but the end. */
static int
rank(char c)
{
	return c == '\0' ? 0 : c == '/' ? 1 : (unsigned char)c + 2;
}

int
tree_path_cmp(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return rank(*a) - rank(*b);
}

static int
by_path(const void *a, const void *b)
{
	return tree_path_cmp(((const struct tree_entry *)a)->path, ((const struct tree_entry *)b)->path);
}

static bool
is_same(const struct tree_entry *a, const struct tree_entry *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case TREE_DIR:
		return true;
	case TREE_LINK:
		return streq(a->target, b->target);
	case TREE_FILE:
		break;
	}
	return a->exec == b->exec && a->size == b->size && digest_cmp(&a->digest, &b->digest) == 0;
}

static bool
is_known(const struct tree_entry *e)
{
	return e->ino != 0;
}

/* How e is related to an earlier file of its content. */
static enum tree_twin
relation(const struct tree_entry *first, const struct tree_entry *e)
{
	if (!is_known(first) || !is_known(e) || first->mtime != e->mtime)
		return TREE_TWIN_CONTENT;
	/* Permissions belong to the file: what differs in them cannot be one. */
	if (first->dev == e->dev && first->ino == e->ino && first->exec == e->exec)
		return TREE_TWIN_FILE;
	return TREE_TWIN_TIME;
}

/*
 * The entry at i refers to the earlier one of its content that is nearest to it, the first such.  before[i] - 1: the one of that
 * content before i; 0: there is none.
 */
static void
relate(struct tree *t, const uint32_t *before, uint32_t i)
{
	struct tree_entry *e = &t->v[i];

	for (uint32_t j = before[i]; j != 0; j = before[j - 1]) {
		enum tree_twin r = relation(&t->v[j - 1], e);

		if (r < e->twin)
			continue;
		e->twin = r;
		e->twin_of = j - 1;
	}
}

/* Where in a table of mask + 1 entries the last file of this content is, or would be. */
static size_t
slot_of(const struct tree *t, const uint32_t *table, size_t mask, const struct digest *d)
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, d->b, sizeof(hash));
	at = (size_t)hash & mask;
	while (table[at] != 0 && digest_cmp(&t->v[table[at] - 1].digest, d) != 0)
		at = (at + 1) & mask;
	return at;
}

static void
find_twins(struct tree *t)
{
	size_t cap = 64, at;
	uint32_t *table, *before;

	while (cap < 2 * t->n)
		cap *= 2;
	table = xcalloc(cap, sizeof(*table));
	before = xcalloc(t->n + 1, sizeof(*before));
	for (uint32_t i = 0; i < t->n; i++) {
		t->v[i].twin = TREE_NO_TWIN;
		if (t->v[i].kind != TREE_FILE)
			continue;
		at = slot_of(t, table, cap - 1, &t->v[i].digest);
		before[i] = table[at];
		table[at] = i + 1;
		relate(t, before, i);
	}
	free(table);
	free(before);
}

/* How many entries are in order from the beginning. */
static size_t
sorted_part(const struct tree *t)
{
	size_t n = t->sorted > 0 ? t->sorted : t->n > 0 ? 1 : 0;

	while (n < t->n && by_path(&t->v[n - 1], &t->v[n]) <= 0)
		n++;
	return n;
}

/* Put the entry at i where it belongs among those before it, which are in order. */
static void
insert(struct tree *t, size_t i)
{
	struct tree_entry e = t->v[i];
	size_t low = 0, high = i;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (by_path(&t->v[mid], &e) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	memmove(&t->v[low + 1], &t->v[low], (i - low) * sizeof(e));
	t->v[low] = e;
}

/* Most trees are remembered in order, and get a few entries more. */
static void
put_in_order(struct tree *t)
{
	size_t n = sorted_part(t);

	if (t->n - n > FEW) {
		qsort(t->v, t->n, sizeof(*t->v), by_path);
		return;
	}
	for (; n < t->n; n++)
		insert(t, n);
}

bool
tree_sort(struct tree *t, const char **which)
{
	size_t n = 0;

	put_in_order(t);
	for (size_t i = 0; i < t->n; i++) {
		struct tree_entry *prev = n > 0 ? &t->v[n - 1] : NULL, *e = &t->v[i];

		*which = e->path;
		if (prev != NULL && streq(prev->path, e->path)) {
			if (!is_same(prev, e))
				return false;
			continue;
		}
		if (prev != NULL && prev->kind != TREE_DIR && path_is_below(e->path, prev->path))
			return false;
		if (n++ != i)
			t->v[n - 1] = *e;
	}
	t->n = t->sorted = n;
	find_twins(t);
	return true;
}

void
tree_free(struct tree *t)
{
	while (t->blocks != NULL) {
		struct tree_block *next = t->blocks->next;

		free(t->blocks);
		t->blocks = next;
	}
	free(t->v);
	*t = (struct tree)TREE_INIT;
}
