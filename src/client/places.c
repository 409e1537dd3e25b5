/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/places.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

#define MAX_LINKS 40
#define BLOCK 65536u
/* Reading a directory costs what so many names do that it does not have. */
#define MANY_MISSED 24u

static struct place *
new_place(struct places *p, struct place *parent, const char *name, size_t n)
{
	struct place *e = arena_take(&p->memory, sizeof(*e));
	/* below "/", whose path is one slash already */
	size_t at = parent == NULL || parent->len == 1 ? 0 : parent->len;

	memset(e, 0, sizeof(*e));
	e->parent = parent;
	e->len = (uint32_t)(at + 1 + n);
	e->path = arena_take(&p->memory, e->len + 1u);
	if (at > 0)
		memcpy(e->path, parent->path, at);
	e->path[at] = '/';
	if (n > 0)
		memcpy(e->path + at + 1, name, n);
	e->path[e->len] = '\0';
	e->next = p->all;
	p->all = e;
	return e;
}

/* A name is not in the directory, and was asked for in vain. */
static void
miss(struct places *p, struct place *dir)
{
	/* of the first one: in most directories that are asked for something it is there */
	if (dir->names.missed++ == 0)
		dirnames_get(p->cache, &dir->sign, &dir->names);
}

static void
ask(struct places *p, struct place *e, const char *name, size_t n)
{
	struct stat st;

	if (dirnames_lacks(&e->parent->names, name, n)) {
		e->err = ENOENT;
		e->kind = PLACE_NONE;
		return;
	}
	if (nearstat_lstat(&p->near, e->path, &st) == -1) {
		e->err = errno;
		e->kind = errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG ? PLACE_NONE : PLACE_ERROR;
		if (errno == ENOENT)
			miss(p, e->parent);
		return;
	}
	sign_of(&e->sign, &st);
	if (S_ISREG(st.st_mode))
		e->kind = PLACE_FILE;
	else if (S_ISDIR(st.st_mode))
		e->kind = PLACE_DIR;
	else if (S_ISLNK(st.st_mode))
		e->kind = PLACE_LINK;
	else
		e->kind = PLACE_OTHER;
	e->exec = (st.st_mode & 0111) != 0;
}

void
places_init(struct places *p, struct cache *cache)
{
	*p = (struct places){.cache = cache, .cap = 4096, .memory.block_size = BLOCK};
	p->table = xcalloc(p->cap, sizeof(*p->table));
	p->root = new_place(p, NULL, "", 0);
	p->root->kind = PLACE_DIR;
	p->root->parent = p->root;
	ask(p, p->root, "", 0);
}

void
places_free(struct places *p)
{
	nearstat_end(&p->near);
	arena_free(&p->memory);
	free(p->table);
	*p = (struct places){0};
}

static uint64_t
hash_of(const struct place *dir, const char *name, size_t n)
{
	uint64_t h = (uint64_t)(uintptr_t)dir * 0x9e3779b97f4a7c15ull, word;

	for (; n >= sizeof(word); n -= sizeof(word), name += sizeof(word)) {
		memcpy(&word, name, sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15ull;
		h ^= h >> 31;
	}
	word = 0;
	memcpy(&word, name, n);
	h = (h ^ word ^ (uint64_t)n << 56) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 31;
}

static void
grow(struct places *p)
{
	size_t cap = p->cap * 2, at;
	struct place **table = xcalloc(cap, sizeof(struct place *));

	for (size_t i = 0; i < p->cap; i++) {
		if (p->table[i] == NULL)
			continue;
		for (at = p->table[i]->hash & (cap - 1); table[at] != NULL; at = (at + 1) & (cap - 1))
			;
		table[at] = p->table[i];
	}
	free(p->table);
	p->table = table;
	p->cap = cap;
}

struct place *
places_entry(struct places *p, struct place *dir, const char *name, size_t n)
{
	uint64_t hash = hash_of(dir, name, n);
	size_t at, behind = dir->len == 1 ? 1 : dir->len + 1u;
	struct place *e;

	for (at = hash & (p->cap - 1); (e = p->table[at]) != NULL; at = (at + 1) & (p->cap - 1))
		if (e->hash == hash && e->parent == dir && e->len == behind + n && memcmp(e->path + behind, name, n) == 0)
			return e;
	e = new_place(p, dir, name, n);
	e->hash = hash;
	p->table[at] = e;
	if (++p->n > p->cap / 2)
		grow(p);
	if (n > NAME_MAX || e->len >= PATH_MAX)
		e->kind = PLACE_NONE;
	else
		ask(p, e, name, n);
	return e;
}

static struct place *follow(struct places *p, struct place *dir, const char *path, struct place **named, int depth);

/* Where a link leads; NULL or a place that does not exist when it leads nowhere. */
static struct place *
end_of_link(struct places *p, struct place *link, int depth)
{
	char target[PATH_MAX];
	ssize_t n;

	if (link->end != NULL || depth >= MAX_LINKS)
		return link->end;
	n = readlink(link->path, target, sizeof(target));
	if (n <= 0 || n >= (ssize_t)sizeof(target))
		return NULL;
	target[n] = '\0';
	link->target = arena_take(&p->memory, (size_t)n + 1);
	memcpy(link->target, target, (size_t)n + 1);
	link->end = follow(p, link->parent, target, NULL, depth + 1);
	return link->end;
}

/* NULL: through links that lead nowhere. */
static struct place *
follow(struct places *p, struct place *dir, const char *path, struct place **named, int depth)
{
	struct place *at = path[0] == '/' ? p->root : dir, *e;
	const char *name = path, *end;
	size_t n;

	if (named != NULL)
		*named = at;
	for (;; name = end) {
		while (*name == '/')
			name++;
		end = strchrnul(name, '/');
		n = (size_t)(end - name);
		if (n == 0)
			return at;
		if (at->kind != PLACE_DIR)
			return at->kind == PLACE_ERROR ? at : NULL;
		if (n == 1 && name[0] == '.')
			continue;
		if (n == 2 && name[0] == '.' && name[1] == '.') {
			at->used = true;
			at = at->parent;
			if (named != NULL)
				*named = at;
			continue;
		}
		e = places_entry(p, at, name, n);
		if (named != NULL)
			*named = e;
		at = e;
		if (e->kind == PLACE_LINK) {
			at = end_of_link(p, e, depth);
			if (at == NULL)
				return NULL;
			if (at->kind != PLACE_NONE)
				e->used = true;
		}
	}
}

struct place *
places_walk(struct places *p, struct place *dir, const char *path, struct place **named)
{
	static struct place nothing = {.kind = PLACE_NONE, .path = (char *)(uintptr_t)""};
	struct place *e = follow(p, dir, path, named, 0);

	return e == NULL ? &nothing : e;
}

bool
place_is_system(const struct place *dir)
{
	for (const struct place *up = dir; up->parent != up; up = up->parent)
		if (up->system)
			return true;
	return false;
}

void
places_learn(struct places *p, int64_t now_ns)
{
	for (const struct place *e = p->all; e != NULL; e = e->next)
		if (e->kind == PLACE_DIR && e->names.missed >= MANY_MISSED && dirnames_unread(&e->names))
			dirnames_put(p->cache, e->path, &e->sign, now_ns);
}

/* The name begins with the bytes of key, which come first in it as they do in an order. */
struct row {
	uint64_t key;
	struct place *e;
};

static const char *
name_in(const struct place *e)
{
	return e->path + (e->parent->len == 1 ? 1 : e->parent->len + 1u);
}

static uint64_t
key_of(const struct place *e)
{
	const char *name = name_in(e);
	uint64_t key = 0;

	for (size_t i = 0; i < sizeof(key); i++) {
		key = key << 8 | (unsigned char)*name;
		name += *name != '\0';
	}
	return key;
}

static int
by_name(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return strcmp(name_in(x->e), name_in(y->e));
}

/* What is below dir goes to out + n; rows has room for it.  Returns how many are in out now. */
static size_t
put_below(const struct place *dir, struct row *rows, struct place **out, size_t n)
{
	size_t here = 0;

	for (struct place *e = dir->below; e != NULL; e = e->beside)
		rows[here++] = (struct row){key_of(e), e};
	qsort(rows, here, sizeof(*rows), by_name);
	for (size_t i = 0; i < here; i++) {
		out[n++] = rows[i].e;
		n = put_below(rows[i].e, rows + here, out, n);
	}
	return n;
}

struct place **
places_in_order(struct places *p, size_t *n)
{
	struct place **out = xmalloc((p->n + 1) * sizeof(struct place *));
	struct row *rows = xmalloc((p->n + 1) * sizeof(*rows));

	for (struct place *e = p->all; e != NULL; e = e->next)
		e->below = NULL;
	for (struct place *e = p->all; e != NULL; e = e->next) {
		if (e == p->root)
			continue;
		e->beside = e->parent->below;
		e->parent->below = e;
	}
	*n = put_below(p->root, rows, out, 0);
	free(rows);
	return out;
}
