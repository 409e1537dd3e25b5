/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tells one clang from another. */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "compiler/identity_inquiry.h"

/* Its configuration files are inputs of each job, not a part of the toolchain. */
static const char no_config[] = "--no-default-config";

static bool
add_clang_version(struct inquiry *q, const struct buf *text)
{
	char *version = inquiry_line(text, ""), *target = inquiry_line(text, "Target: "), *config = inquiry_line(text, "Configuration file: ");

	if (version == NULL || strstr(version, "clang version") == NULL || target == NULL) {
		free(version);
		free(target);
		free(config);
		return inquiry_fail(q, xasprintf("%s is no clang", q->path));
	}
	q->id->summary = xasprintf("%s, %s", version, target);
	inquiry_add(q, "version", version);
	inquiry_add(q, "target", target);
	/* of an old clang that cannot do without */
	if (config != NULL) {
		inquiry_fail(q, xasprintf("%s takes options from the file %s", q->path, config));
		free(config);
		return false;
	}
	return true;
}

bool
inquire_clang(struct inquiry *q)
{
	const char *argv[] = {q->path, no_config, "--version", NULL};
	struct ask answer;
	const char *bare = no_config;
	bool ok = ask_run(q->path, argv, NULL, &answer);

	if (!ok) {
		/* clang 15 and before: there the names of real compilers have no configuration */
		bare = NULL;
		ask_free(&answer);
		ok = inquiry_ask(q, "--version", NULL, &answer);
	}
	ok = ok && add_clang_version(q, &answer.out);
	ask_free(&answer);
	if (!ok)
		return false;
	for (size_t i = 0; i < IDENTITY_LANGS; i++)
		q->id->speaks[i] = true;
	ok = inquiry_ask(q, "-print-resource-dir", bare, &answer) && inquiry_add(q, "resources", inquiry_line(&answer.out, ""));
	ask_free(&answer);
	return ok && inquiry_add_canary(q, bare);
}
