/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/showtree.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "client/inputs.h"
#include "client/toolchain.h"

static void
print_entry(const struct tree_entry *e)
{
	char hex[DIGEST_HEX_LEN + 1];

	switch (e->kind) {
	case TREE_DIR:
		printf("dir %s\n", e->path);
		break;
	case TREE_LINK:
		printf("link %s -> %s\n", e->path, e->target);
		break;
	case TREE_FILE:
		digest_hex(&e->digest, hex);
		printf("file %s %" PRIu64 " %s\n", hex, e->size, e->path);
		break;
	}
}

int
showtree_report(const struct conf *conf, const struct ccname *cc, const struct args *a)
{
	struct cache *c = cache_open(conf->dir);
	struct toolchain_id tool;
	struct inputs in = {.tree = TREE_INIT};
	bool ok;

	ok = toolchain_id_get(c, cc, a->lang, &tool) && inputs_collect(c, cc, a, toolchain_takes_epoch(&tool), &in);
	if (!ok)
		log_errx("%s", tool.why != NULL ? tool.why : in.why);
	for (size_t i = 0; ok && i < in.tree.n; i++)
		print_entry(&in.tree.v[i]);
	inputs_free(&in);
	toolchain_id_free(&tool);
	cache_close(c);
	return ok ? 0 : 1;
}
