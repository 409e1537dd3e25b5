/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/configured.h"

#include <stdlib.h>

#include "base/path.h"
#include "base/util.h"
#include "client/owndirs.h"
#include "client/places.h"
#include "compiler/clangconf.h"
#include "compiler/search.h"
#include "compiler/search_own.h"

/* The files in effect; none if that cannot be known: the job goes as it would without them. */
static void
find_files(struct cache *c, const struct ccname *cc, const struct args *a, struct search_own *own)
{
	const char *env[8] = {NULL};
	char *cwd = path_cwd(), *why = NULL;
	struct places places;
	struct search s = {.why = NULL};

	*own = (struct search_own){.user_config_dir = NULL};
	places_init(&places, c);
	if (cwd != NULL && search_from_args(&s, a, env)) {
		/* every language has the same files */
		s.x = "c";
		owndirs_get(c, cc, &s, &places, places_walk(&places, places.root, cwd, NULL), own, &why);
	}
	search_free(&s);
	places_free(&places);
	free(cwd);
	free(why);
}

bool
configured_args(struct cache *c, const struct ccname *cc, const struct args *a, struct args *out, char **why)
{
	struct clangconf conf = {.why = NULL};
	struct search_own own;
	char *reason;
	bool ok = true;

	*out = (struct args){.argv = STRV_INIT};
	if (a->kind != CC_CLANG)
		return true;
	find_files(c, cc, a, &own);
	for (size_t i = 0; ok && i < own.configs.n; i++)
		ok = clangconf_read(&conf, own.configs.v[i]);
	if (!ok) {
		*why = xasprintf("clang's configuration file %s", conf.why);
	} else if (conf.words.n > 0) {
		args_insert(a, &conf.words, out);
		ok = out->why == ARGS_OK;
		if (!ok) {
			reason = args_explain(out);
			*why = xasprintf("with clang's configuration file %s: %s", own.configs.v[0], reason);
			free(reason);
		}
	}
	search_own_free(&own);
	clangconf_free(&conf);
	return ok;
}
