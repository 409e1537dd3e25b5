/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A listing from the wire: what is accepted keeps all promises, and says the same when it is encoded again. */
#include <stdlib.h>
#include <string.h>

#include "cas/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_entry(const struct tree *t, size_t i)
{
	const struct tree_entry *e = &t->v[i];

	if (!tree_path_ok(e->path, strlen(e->path)))
		abort();
	if (i > 0 && tree_path_cmp(e[-1].path, e->path) >= 0)
		abort();
	if ((e->kind == TREE_LINK) != (e->target != NULL) || (e->target != NULL && *e->target == '\0'))
		abort();
	if (e->twin != TREE_NO_TWIN && (e->twin_of >= i || t->v[e->twin_of].kind != TREE_FILE))
		abort();
	for (size_t k = 0; k < i; k++) {
		size_t n = strlen(t->v[k].path);

		if (t->v[k].kind != TREE_DIR && strncmp(t->v[k].path, e->path, n) == 0 && e->path[n] == '/')
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf again = BUF_INIT;
	struct tree t;
	size_t at;

	if (tree_decode(data, size, &t, &at) == TREE_OK) {
		for (size_t i = 0; i < t.n && i < 500; i++)
			check_entry(&t, i);
		tree_encode(&t, &again);
		if (again.n != size || memcmp(again.p, data, size) != 0)
			abort();
	}
	tree_free(&t);
	buf_free(&again);
	return 0;
}
