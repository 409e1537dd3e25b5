/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/treesum.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/util.h"
#include "client/inputs_sign.h"
#include "compiler/args_word.h"
#include "compiler/cppsum.h"
#include "compiler/search.h"

/* How ccache is told the names. */
struct names {
	const struct replica *r;
	const bool *unread;	/* by index; NULL: not known */
	struct buf *out;
	struct strv outputs;
	bool *own;		/* by index: a file that does not come with the system */
	char *cwd;		/* without links on the way */
	size_t top;		/* the length of its first component, with the slash */
	bool out_of_top;	/* a relative name may lead out of that */
	bool absolute;		/* files that are not the system's may be named by absolute names */
	bool ok;
};

/* Where the outputs are, without links.  What an earlier run of this command has left there is nothing that it reads. */
static void
find_outputs(const struct replica *r, struct strv *out)
{
	char *end;

	for (size_t i = 0; i < r->outputs.files.n; i++) {
		end = realpath(r->outputs.files.v[i], NULL);
		if (end != NULL)
			strv_push(out, end);
		free(end);
	}
}

/* Only the volunteer has that file. */
static bool
is_native(const struct replica *r, const struct tree_entry *e)
{
	return r->native.path != NULL && streq(r->native.path, e->path);
}

static bool
is_below(const char *path, const char *dir, size_t len)
{
	return strncmp(path, dir, len) == 0 && path[len] == '/';
}

/* Does the command name files or directories by absolute names?  Where outputs go says nothing. */
static bool
has_absolute_names(const struct args *a)
{
	bool only_inputs = false;
	struct args_word w;

	for (size_t i = 0; search_env_names[i] != NULL; i++)
		if (getenv(search_env_names[i]) != NULL)
			return true;
	for (size_t i = 1; i < a->argv.n; i += w.n) {
		args_word_at(a->argv.v, i, args_kinds(a->kind), only_inputs, &w);
		if (w.opt != NULL && w.opt->id == OPT_ID_DASHDASH)
			only_inputs = true;
		if (w.opt != NULL && (w.opt->id == OPT_ID_O || w.opt->id == OPT_ID_MF || w.opt->id == OPT_ID_MT || w.opt->id == OPT_ID_MQ))
			continue;
		if (strstr(w.word, "-prefix-map=") != NULL)
			continue;
		if (w.word[0] == '/' || strstr(w.word, "=/") != NULL || (w.arg != NULL && w.arg[0] == '/'))
			return true;
	}
	return false;
}

static bool
is_unread(const struct names *n, size_t i)
{
	return n->unread != NULL && n->unread[i];
}

/* A file that the client has, and that the command reads or may read. */
static bool
is_told(const struct names *n, size_t i)
{
	const struct tree_entry *e = &n->r->in.tree.v[i];

	return !is_unread(n, i) && !strv_has(&n->outputs, e->path) && !is_native(n->r, e);
}

static void
begin_names(struct names *n, const struct replica *r, const bool *unread, struct buf *out)
{
	*n = (struct names){.r = r, .unread = unread, .out = out, .own = inputs_sign_own(&r->in), .cwd = path_cwd(), .ok = true};
	if (n->cwd == NULL) {
		n->ok = false;
		return;
	}
	find_outputs(r, &n->outputs);
	n->top = 1 + strcspn(n->cwd + 1, "/");
	n->absolute = r->in.absolute || has_absolute_names(r->args);
	n->out_of_top = n->cwd[1] == '\0';
	for (size_t i = 0; i < r->in.tree.n && !n->out_of_top; i++) {
		const struct tree_entry *e = &r->in.tree.v[i];

		/* directories that ".." leaves are entries */
		n->out_of_top = e->kind == TREE_DIR && strlen(e->path) == n->top && strncmp(e->path, n->cwd, n->top) == 0;
	}
}

static void
end_names(struct names *n)
{
	strv_free(&n->outputs);
	free(n->own);
	free(n->cwd);
}

/* path as seen from the current directory. */
static char *
relative(const struct names *n, const char *path)
{
	size_t same = 0, ups = 0, len = n->cwd[1] == '\0' ? 0 : strlen(n->cwd);
	struct buf out = BUF_INIT;

	/* the length of the directories that both have */
	for (size_t i = 0; i <= len; i++) {
		if ((i == len || n->cwd[i] == '/') && path[i] == '/')
			same = i;
		if (i == len || path[i] != n->cwd[i])
			break;
	}
	for (size_t i = same; i < len; i++)
		ups += n->cwd[i] == '/';
	for (size_t i = 0; i < ups; i++)
		buf_adds(&out, "../");
	buf_adds(&out, path + same + 1);
	return out.p;
}

/*
 * By the names that the command may use for it.  A cache that serves several directories must not look at a file of
 * another one, so a relative name is told as such.
 */
static void
add_name(struct names *n, const char *path, bool system)
{
	bool near = n->out_of_top || is_below(path, n->cwd, n->top);
	char *name;

	if (near) {
		name = relative(n, path);
		n->ok = n->ok && cppsum_marker(name, system, n->out);
		free(name);
	}
	if (system || n->absolute || !near)
		n->ok = n->ok && cppsum_marker(path, system, n->out);
}

static void
add_file(struct names *n, size_t i)
{
	const struct tree_entry *e = &n->r->in.tree.v[i];

	if (i != n->r->in.source && is_told(n, i))
		add_name(n, e->path, !n->own[i]);
}

/* All files below dir by the names that they have through link.  A link among them may lead to names that nobody could list. */
static void
add_through(struct names *n, const char *link, const char *dir)
{
	const struct tree *t = &n->r->in.tree;
	size_t len = strlen(dir);
	char *name;

	for (size_t i = 0; i < t->n && n->ok; i++) {
		if (!is_below(t->v[i].path, dir, len))
			continue;
		if (t->v[i].kind == TREE_LINK)
			n->ok = false;
		if (t->v[i].kind != TREE_FILE || !is_told(n, i))
			continue;
		name = xasprintf("%s%s", link, t->v[i].path + len);
		add_name(n, name, !n->own[i]);
		free(name);
	}
}

static void
add_link(struct names *n, const struct tree_entry *e)
{
	const struct tree *t = &n->r->in.tree;
	char *end = realpath(e->path, NULL);
	struct stat st;
	size_t file;

	if (end == NULL || stat(end, &st) == -1 || (S_ISDIR(st.st_mode) && end[1] == '\0'))
		n->ok = false;
	else if (S_ISDIR(st.st_mode))
		add_through(n, e->path, end);
	else if ((file = inputs_find(t, end)) == t->n || !is_unread(n, file))
		add_name(n, e->path, false);
	free(end);
}

static void
digest_word(struct digest_state *s, const char *word)
{
	digest_add(s, word, strlen(word) + 1);
}

static void
digest_words(struct digest_state *s, const struct strv *v)
{
	for (size_t i = 0; i < v->n; i++)
		digest_word(s, v->v[i]);
	digest_word(s, "");
}

static void
digest_entry(struct digest_state *s, const struct tree *t, const struct tree_entry *e)
{
	char kind[] = {'0' + (char)e->kind, '0' + (char)e->exec, '0' + (char)e->twin, '\0'};

	digest_word(s, kind);
	digest_word(s, e->path);
	if (e->kind == TREE_FILE)
		digest_add(s, &e->digest, sizeof(e->digest));
	if (e->kind == TREE_LINK)
		digest_word(s, e->target);
	if (e->twin != TREE_NO_TWIN)
		digest_word(s, t->v[e->twin_of].path);
}

/* As the volunteer's action cache knows a job. */
static void
digest_job(const struct replica *r, const struct strv *outputs, struct digest *out)
{
	const struct tree *t = &r->in.tree;
	struct digest_state s;

	digest_begin(&s);
	digest_word(&s, "a job of distcc, 1");
	digest_add(&s, &r->tool.digest, sizeof(r->tool.digest));
	digest_word(&s, r->cc->path);
	digest_word(&s, r->in.cwd);
	digest_words(&s, &r->args->argv);
	digest_words(&s, &r->words.env);
	for (size_t i = 0; i < t->n; i++)
		if (!strv_has(outputs, t->v[i].path))
			digest_entry(&s, t, &t->v[i]);
	digest_end(&s, out);
}

bool
treesum_write(const struct replica *r, const bool *unread, struct buf *out)
{
	const struct tree *t = &r->in.tree;
	struct digest digest;
	struct names n;

	/* the object of another second is another one, though no file has changed */
	if (r->words.clock)
		return false;
	begin_names(&n, r, unread, out);
	for (size_t i = 0; i < t->n && n.ok; i++) {
		if (t->v[i].kind == TREE_FILE)
			add_file(&n, i);
		else if (t->v[i].kind == TREE_LINK)
			add_link(&n, &t->v[i]);
	}
	if (n.ok) {
		digest_job(r, &n.outputs, &digest);
		cppsum_end(&digest, out);
	}
	end_names(&n);
	return n.ok;
}

void
treesum_files(const struct replica *r, struct digest *out)
{
	const struct tree *t = &r->in.tree;
	struct strv outputs = STRV_INIT;
	struct digest_state s;

	find_outputs(r, &outputs);
	digest_begin(&s);
	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].kind != TREE_FILE || strv_has(&outputs, t->v[i].path))
			continue;
		digest_word(&s, t->v[i].path);
		digest_add(&s, &t->v[i].digest, sizeof(t->v[i].digest));
	}
	digest_end(&s, out);
	strv_free(&outputs);
}
