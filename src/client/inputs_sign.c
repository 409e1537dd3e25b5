/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/inputs_sign.h"

#include <stdlib.h>

#include "base/nearstat.h"
#include "base/util.h"

static void
add(struct inputs *in, const char *path, char *own, const struct sign *s)
{
	struct inputs_sign *l = in->signs;

	if (l == NULL || l->n == l->cap) {
		size_t n = l == NULL ? 0 : l->n, cap = l == NULL ? 512 : l->cap * 2;

		l = xrealloc(l, sizeof(*l) + cap * sizeof(l->v[0]));
		l->n = n;
		l->cap = cap;
		in->signs = l;
	}
	l->v[l->n].path = path;
	l->v[l->n].own = own;
	l->v[l->n++].sign = *s;
}

void
inputs_sign_add(struct inputs *in, const char *path, const struct sign *s)
{
	add(in, path, NULL, s);
}

void
inputs_sign_add_dir(struct inputs *in, const char *path, const struct sign *s)
{
	char *own = xstrdup(path);

	add(in, own, own, s);
}

void
inputs_sign_free(struct inputs *in)
{
	for (size_t i = 0; in->signs != NULL && i < in->signs->n; i++)
		free(in->signs->v[i].own);
	free(in->signs);
	in->signs = NULL;
}

bool
inputs_unchanged(const struct inputs *in)
{
	struct nearstat near = NEARSTAT_INIT;
	bool same = true;
	struct stat st;

	for (size_t i = 0; same && in->signs != NULL && i < in->signs->n; i++)
		same = nearstat_lstat(&near, in->signs->v[i].path, &st) == 0 && sign_is_of(&in->signs->v[i].sign, &st);
	nearstat_end(&near);
	return same;
}

bool *
inputs_sign_own(const struct inputs *in)
{
	bool *own = xcalloc(in->tree.n + 1, sizeof(*own));

	for (size_t i = 0; in->signs != NULL && i < in->signs->n; i++)
		if (in->signs->v[i].own == NULL)
			own[inputs_find(&in->tree, in->signs->v[i].path)] = true;
	return own;
}

size_t
inputs_find(const struct tree *t, const char *path)
{
	size_t a = 0, b = t->n, mid;
	int c;

	while (a < b) {
		mid = a + (b - a) / 2;
		c = tree_path_cmp(t->v[mid].path, path);
		if (c == 0)
			return mid;
		if (c < 0)
			a = mid + 1;
		else
			b = mid;
	}
	return t->n;
}
