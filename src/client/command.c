/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/util.h"
#include "masq/chain.h"
#include "masq/realcc.h"

/* What is behind the link we were called by, or that is named. */
static char *
find_behind(const char **name, const char *list, char **trimmed)
{
	char *path;

	*trimmed = realcc_trim_path(list, path_base(*name), &path);
	if (strchr(*name, '/') != NULL && !realcc_is_ours(*name)) {
		free(path);
		path = realcc_find(*name, *trimmed);
	} else {
		*name = path_base(*name);
	}
	return path;
}

/* "distcc gcc": the first on PATH, even if it stands before our links. */
static char *
find_first(const char *name, const char *list, char **trimmed)
{
	struct chain_programs p;
	char *path;

	chain_find_compiler(&p, name, NULL, list);
	path = p.compiler;
	*trimmed = p.path;
	p.compiler = p.path = NULL;
	chain_programs_free(&p);
	return path;
}

bool
command_find(const char *name, bool masqueraded, struct ccname *cc)
{
	const char *env = getenv("PATH"), *list = env != NULL ? env : "/usr/bin:/bin";
	char *trimmed, *path;

	if (masqueraded || strchr(name, '/') != NULL)
		path = find_behind(&name, list, &trimmed);
	else
		path = find_first(name, list, &trimmed);
	if (env != NULL && !streq(list, trimmed))
		setenv("PATH", trimmed, 1);
	if (path != NULL) {
		ccname_init(cc, name, path);
		cc->found_as = chain_found_as(getenv(CHAIN_GUARD), cc->name);
	} else if (strchr(name, '/') != NULL) {
		log_errx("cannot run the compiler %s: no such program", name);
	} else {
		log_errx("no compiler %s behind distcc on PATH (%s)", name, trimmed);
	}
	free(trimmed);
	free(path);
	return path != NULL;
}

void
command_scan(char *const *argv, enum cc_kind kind, struct args *a)
{
	struct strv words = STRV_INIT;
	const char **env;
	size_t n = 0;

	while (args_env_names[n] != NULL)
		n++;
	env = xcalloc(n + 1, sizeof(*env));
	for (size_t i = 0; i < n; i++)
		env[i] = getenv(args_env_names[i]);
	if (args_expand(argv, &words) == 0) {
		args_scan(words.v, kind, env, a);
	} else {
		args_scan(argv, kind, env, a);
		a->why = a->replica.why = ARGS_ATFILE;
	}
	strv_free(&words);
	free(env);
}
