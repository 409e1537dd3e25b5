/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/recall.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "client/inputs_sign.h"

#define VERSION 5

/* So many files may have changed without all being gathered again. */
#define MAX_CHANGED 16

/* Bytes that a name takes with all that belongs to it. */
#define NAME_USUAL 64

/*
 * A record: head, key, path of the source, directories, names in the order of the tree.  Each text has a NUL behind it.
 */
struct head {
	uint32_t key, source;	/* lengths */
	uint32_t dirs, names;
	uint32_t fragile;	/* contents decided what is in the tree: macros, or the compiler's own word */
	uint32_t absolute;	/* inputs.absolute */
	uint32_t timed;		/* inputs.timed */
};

struct dir_head {
	uint64_t sum;		/* of its sign; 0: it had just changed, so it does not vouch for its names */
	uint32_t len;
	uint16_t system, fixed;
};

/* How a file of the tree is read. */
enum file_use {
	FILE_DATA,
	FILE_BOTH,	/* by including it, and as data */
	FILE_TEXT,	/* by including it */
};

struct name_head {
	uint32_t dir;
	uint16_t len, target;
	uint8_t kind, used, use, fixed;
};

/* Behind the name of a file of the tree. */
struct file_body {
	uint64_t sum;		/* of its sign; 0: it had just changed */
	uint64_t items;		/* of what it pulls in */
	struct digest digest;
};

struct dir {
	const char *path;
	size_t len;
	struct sign sign;
	bool system, holds;
};

/* A record being checked. */
struct reading {
	struct cache *cache;
	int64_t now_ns;
	const char *p, *end;
	struct head head;
	const char *source;
	struct dir *dirs;
	int changed;
	bool source_changed;
	struct inputs *in;
	struct nearstat near;
	char path[PATH_MAX];
};

static bool
take(struct reading *r, void *out, size_t n)
{
	if ((size_t)(r->end - r->p) < n)
		return false;
	memcpy(out, r->p, n);
	r->p += n;
	return true;
}

static const char *
take_text(struct reading *r, size_t n)
{
	const char *text = r->p;

	if ((size_t)(r->end - r->p) < n + 1 || text[n] != '\0')
		return NULL;
	r->p += n + 1;
	return text;
}

static bool
read_dirs(struct reading *r)
{
	struct dir_head h;
	struct sign sign;
	struct stat st;

	r->dirs = xcalloc(r->head.dirs + 1u, sizeof(*r->dirs));
	for (uint32_t i = 0; i < r->head.dirs; i++) {
		struct dir *d = &r->dirs[i];

		if (!take(r, &h, sizeof(h)) || (d->path = take_text(r, h.len)) == NULL)
			return false;
		d->len = h.len;
		d->system = h.system;
		if (lstat(d->path, &st) == -1)
			return false;
		sign_of(&sign, &st);
		d->holds = h.sum != 0 && sign_sum(&sign) == h.sum;
		d->sign = sign;
		if (h.fixed && !d->holds)
			return false;
	}
	return true;
}

/* The name in a directory, in r->path. */
static bool
join(struct reading *r, const struct dir *d, const char *name, size_t n)
{
	size_t at = d->len == 1 ? 0 : d->len;

	if (at + 1 + n >= sizeof(r->path))
		return false;
	memcpy(r->path, d->path, at);
	r->path[at] = '/';
	memcpy(r->path + at + 1, name, n + 1);
	return true;
}

static bool
is_still_there(struct nearstat *near, enum place_kind kind, const char *path, const char *target)
{
	char now[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (nearstat_lstat(near, path, &st) == -1)
		return kind == PLACE_NONE && (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG);
	switch (kind) {
	case PLACE_FILE:
		return S_ISREG(st.st_mode);
	case PLACE_DIR:
		return S_ISDIR(st.st_mode);
	case PLACE_LINK:
		n = readlink(path, now, sizeof(now));
		return n >= 0 && (size_t)n == strlen(target) && memcmp(now, target, (size_t)n) == 0;
	case PLACE_OTHER:
		return !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !S_ISLNK(st.st_mode);
	default:
		return false;
	}
}

/* A file that has changed: does it still pull in the same? */
static bool
read_again(struct reading *r, bool scanned, struct file_body *body, struct sign *sign)
{
	struct place place = {.path = r->path, .kind = PLACE_FILE, .sign = *sign, .source = streq(r->path, r->source)};
	struct fact f;
	bool same;

	if (r->head.fragile || ++r->changed > MAX_CHANGED)
		return false;
	same = fact_get(r->cache, &place, scanned, r->now_ns, &f) == FACT_OK && (!scanned || fact_sum(&f) == body->items);
	body->digest = f.digest;
	*sign = place.sign;
	r->source_changed |= f.fresh && place.source;
	fact_free(&f);
	return same;
}

static bool
read_file(struct reading *r, const struct name_head *h)
{
	struct tree *t = &r->in->tree;
	struct file_body body;
	struct sign sign;
	struct stat st;

	if (!take(r, &body, sizeof(body)) || nearstat_lstat(&r->near, r->path, &st) == -1 || !S_ISREG(st.st_mode))
		return false;
	sign_of(&sign, &st);
	if ((body.sum == 0 || sign_sum(&sign) != body.sum) && (h->fixed != 0 || !read_again(r, h->use != FILE_DATA, &body, &sign)))
		return false;
	tree_add_file(t, r->path, &body.digest, sign.size, (st.st_mode & 0111) != 0);
	tree_identify(t, sign.dev, sign.ino, sign.mtime / 1000000000);
	t->v[t->n - 1].text = h->use == FILE_TEXT;
	if (streq(r->path, r->source))
		r->in->source = t->n - 1;
	if (!r->dirs[h->dir].system)
		inputs_sign_add(r->in, t->v[t->n - 1].path, &sign);
	return true;
}

static bool
read_name(struct reading *r)
{
	const char *name, *target = NULL;
	struct name_head h;

	if (!take(r, &h, sizeof(h)) || h.dir >= r->head.dirs || (name = take_text(r, h.len)) == NULL || !join(r, &r->dirs[h.dir], name, h.len))
		return false;
	if (h.kind == PLACE_LINK && (target = take_text(r, h.target)) == NULL)
		return false;
	if (h.kind == PLACE_FILE && h.used)
		return read_file(r, &h);
	if (!r->dirs[h.dir].holds && !is_still_there(&r->near, (enum place_kind)h.kind, r->path, target))
		return false;
	if (h.used && h.kind == PLACE_LINK)
		tree_add_link(&r->in->tree, r->path, target);
	else if (h.used && h.kind == PLACE_DIR)
		tree_add_dir(&r->in->tree, r->path);
	return true;
}

static bool
read_record(struct reading *r, const struct buf *key)
{
	const char *text;

	if (!take(r, &r->head, sizeof(r->head)) || (text = take_text(r, r->head.key)) == NULL || r->head.key != key->n ||
	    memcmp(text, key->p, key->n) != 0 || (r->source = take_text(r, r->head.source)) == NULL || !read_dirs(r))
		return false;
	r->in->source = SIZE_MAX;
	for (uint32_t i = 0; i < r->head.names; i++)
		if (!read_name(r))
			return false;
	for (uint32_t i = 0; i < r->head.dirs; i++)
		if (r->dirs[i].system)
			inputs_sign_add_dir(r->in, r->dirs[i].path, &r->dirs[i].sign);
	if (r->in->source == SIZE_MAX)
		return false;
	r->in->tree.sorted = r->in->tree.n;	/* as it was when it was written */
	r->in->absolute = r->head.absolute != 0;
	r->in->timed = r->head.timed != 0;
	r->in->source_known = !r->source_changed;
	return true;
}

struct key {
	char space, version, pad[6];
	uint64_t sum;
};

static struct key
key_of(const struct buf *text)
{
	return (struct key){.space = 't', .version = VERSION, .sum = cache_sum(text->p, text->n)};
}

bool
recall_get(struct cache *c, const struct buf *text, int64_t now_ns, struct inputs *in)
{
	struct reading r = {.cache = c, .now_ns = now_ns, .in = in};
	struct key key = key_of(text);
	const void *value;
	size_t n;
	bool ok;

	if (!cache_get(c, &key, sizeof(key), &value, &n))
		return false;
	r.p = value;
	r.end = r.p + n;
	ok = read_record(&r, text);
	nearstat_end(&r.near);
	free(r.dirs);
	if (!ok) {
		in->absolute = in->timed = false;
		tree_free(&in->tree);
		inputs_sign_free(in);
	}
	return ok;
}

static void
add_text(struct buf *b, const char *text, size_t n)
{
	buf_add(b, text, n);
	buf_add(b, "", 1);
}

bool
recall_key(const struct ccname *cc, const struct args *a, const char *cwd, struct buf *key)
{
	struct sign sign;
	struct stat st;
	const char *value;

	if (stat(cc->path, &st) == -1)
		return false;
	sign_of(&sign, &st);
	buf_add(key, &sign, sizeof(sign));
	add_text(key, cc->path, strlen(cc->path));
	add_text(key, cwd, strlen(cwd));
	/* there clang looks for configuration files of the user */
	value = cc->kind == CC_CLANG ? getenv("HOME") : NULL;
	if (value != NULL)
		add_text(key, value, strlen(value));
	for (size_t i = 0; i < a->argv.n; i++)
		add_text(key, a->argv.v[i], strlen(a->argv.v[i]));
	for (size_t i = 0; search_env_names[i] != NULL; i++) {
		value = getenv(search_env_names[i]);
		buf_addf(key, "%c%s", value == NULL ? 'n' : 'y', value == NULL ? "" : value);
		buf_add(key, "", 1);
	}
	return true;
}

/* What a sign is worth: nothing if a change right after it might not show. */
static uint64_t
safe_sum(const struct gather *g, const struct sign *s)
{
	return sign_is_young(s, g->now_ns, FACT_RACY_NS) ? 0 : sign_sum(s);
}

static void
put_dir(const struct gather *g, const struct place *e, struct buf *b)
{
	struct dir_head h = {.sum = safe_sum(g, &e->sign), .len = e->len, .system = place_is_system(e), .fixed = e->fixed};

	buf_add(b, &h, sizeof(h));
	add_text(b, e->path, e->len);
}

static void
put_file(const struct gather *g, const struct fact *f, struct buf *b)
{
	struct file_body body = {.sum = safe_sum(g, &f->file->sign), .items = fact_sum(f), .digest = f->digest};

	buf_add(b, &body, sizeof(body));
}

static enum file_use
use_of(const struct gather *g, const struct place *e)
{
	if (!g->facts[e->fact - 1].scanned)
		return FILE_DATA;
	return e->data ? FILE_BOTH : FILE_TEXT;
}

static void
put_name(const struct gather *g, const struct place *e, struct buf *b)
{
	const char *name = strrchr(e->path, '/') + 1;
	struct name_head h = {.dir = e->parent->number, .len = (uint16_t)strlen(name), .kind = (uint8_t)e->kind, .fixed = e->fixed};

	h.used = e->kind == PLACE_FILE ? e->fact != 0 : e->used;
	h.target = e->kind == PLACE_LINK && e->target != NULL ? (uint16_t)strlen(e->target) : 0;
	h.use = e->kind == PLACE_FILE && h.used ? (uint8_t)use_of(g, e) : FILE_DATA;
	buf_add(b, &h, sizeof(h));
	add_text(b, name, h.len);
	if (e->kind == PLACE_LINK)
		add_text(b, e->target != NULL ? e->target : "", h.target);
	if (e->kind == PLACE_FILE && h.used)
		put_file(g, &g->facts[e->fact - 1], b);
}

void
recall_put(const struct gather *g, const struct buf *text)
{
	const char *source = g->visits[0]->file->path;
	struct head head = {.key = (uint32_t)text->n, .source = (uint32_t)strlen(source), .names = (uint32_t)g->n_order, .fragile = g->fragile,
	    .absolute = g->in->absolute, .timed = g->in->timed};
	struct key key = key_of(text);
	struct buf b = BUF_INIT;

	/* what a whole directory holds is not in a record */
	if (g->cache == NULL || g->listed || !buf_reserve(&b, sizeof(head) + text->n + g->n_order * NAME_USUAL))
		return;
	buf_add(&b, &head, sizeof(head));
	add_text(&b, text->p, text->n);
	add_text(&b, source, head.source);
	for (size_t i = 0; i < g->n_order; i++) {
		struct place *dir = g->order[i]->parent;

		if (!dir->numbered) {
			dir->numbered = true;
			dir->number = head.dirs++;
			put_dir(g, dir, &b);
		}
	}
	for (size_t i = 0; i < g->n_order; i++)
		put_name(g, g->order[i], &b);
	memcpy(b.p, &head, sizeof(head));
	cache_put_later(g->cache, &key, sizeof(key), b.p, b.n);
	buf_free(&b);
}
