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
find_files(struct replica *r, struct search_own *own)
{
	const char *env[8] = {NULL};
	char *cwd = path_cwd(), *why = NULL;
	struct places places;
	struct search s = {.why = NULL};

	*own = (struct search_own){.user_config_dir = NULL};
	places_init(&places, replica_cache(r));
	if (cwd != NULL && search_from_args(&s, r->args, env))
		owndirs_get(replica_cache(r), r->cc, &s, &places, places_walk(&places, places.root, cwd, NULL), own, &why);
	search_free(&s);
	places_free(&places);
	free(cwd);
	free(why);
}

bool
configured_args(struct replica *r, struct args *out, char **why)
{
	struct clangconf conf;
	struct search_own own;
	char *reason;
	bool ok;

	*out = (struct args){.argv = STRV_INIT};
	if (r->args->kind != CC_CLANG)
		return true;
	find_files(r, &own);
	ok = clangconf_read(&conf, &own.configs);
	if (!ok) {
		*why = xasprintf("clang's configuration file %s", conf.why);
	} else if (conf.words.n > 0) {
		args_insert(r->args, &conf.words, out);
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
