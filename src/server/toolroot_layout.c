/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "server/toolroot.h"

/* Index of the first entry of the tree at path or behind it. */
static size_t
first_from(const struct tree *tree, const char *path)
{
	size_t low = 0, high = tree->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (tree_path_cmp(tree->v[mid].path, path) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The line of the layout for one of the list, if the tree has something else at its place. */
static char *
wanted(const char *line, const struct tree *tree)
{
	const char *tab = strchr(line, '\t');
	char *path = tab == NULL ? xstrdup(line + 2) : xstrndup(line + 2, (size_t)(tab - line) - 2), *want = NULL;
	size_t at = first_from(tree, path), len = strlen(path);
	const struct tree_entry *e = at < tree->n ? &tree->v[at] : NULL;

	if (e != NULL && streq(e->path, path)) {
		if (e->kind == TREE_LINK && !(line[0] == 'l' && streq(tab + 1, e->target)))
			want = xasprintf("l %s\t%s", path, e->target);
		else if (e->kind == TREE_DIR && line[0] == 'l')
			want = xasprintf("d %s", path);
	} else if (e != NULL && line[0] == 'l' && starts_with(e->path, path) && e->path[len] == '/') {
		want = xasprintf("d %s", path);
	}
	free(path);
	return want;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool
toolroot_layout(const struct strv *list, const struct tree *tree, struct strv *layout)
{
	size_t before = layout->n;

	for (size_t i = 0; i < list->n; i++) {
		char *want = wanted(list->v[i], tree);

		/* a tab in a link's target would end the field */
		if (want != NULL && !strv_has(layout, want) &&
		    (want[0] == 'd' || strchr(strchr(want, '\t') + 1, '\t') == NULL) && strchr(want, '\n') == NULL)
			strv_push(layout, want);
		free(want);
	}
	if (layout->n > 1)
		qsort(layout->v, layout->n, sizeof(char *), compare);
	return layout->n > before;
}
