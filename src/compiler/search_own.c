/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/search_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

void
search_query(const struct search *s, const char *name, struct strv *argv)
{
	strv_push(argv, name);
	strv_push(argv, "-v");
	strv_push(argv, "-E");
	strv_push_all(argv, s->query.v);
	strv_push(argv, "-x");
	strv_push(argv, s->x);
	strv_push(argv, "/dev/null");
	strv_push(argv, "-o");
	strv_push(argv, "/dev/null");
}

/* What stands between two texts of a line; false if it is no such line. */
static bool
between(const char *line, size_t n, const char *before, const char *after, struct strv *out)
{
	size_t b = strlen(before), e = strlen(after);

	if (n < b + e || memcmp(line, before, b) != 0 || memcmp(line + n - e, after, e) != 0)
		return false;
	strv_push_own(out, xstrndup(line + b, n - b - e));
	return true;
}

bool
search_parse(const char *text, size_t n, struct search_own *own)
{
	const char *p = text, *end = text + n, *nl;
	bool list = false, ended = false;
	size_t len;

	*own = (struct search_own){0};
	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			break;
		len = (size_t)(nl - p);
		if (between(p, len, "ignoring nonexistent directory \"", "\"", &own->others) ||
		    between(p, len, "ignoring duplicate directory \"", "\"", &own->others) ||
		    between(p, len, "Found candidate GCC installation: ", "", &own->probes) ||
		    between(p, len, "Reading specs from ", "", &own->specs) ||
		    between(p, len, "Configuration file: ", "", &own->configs) ||
		    between(p, len, "InstalledDir: ", "", &own->config_dirs) ||
		    between(p, len, "System configuration file directory: ", "", &own->config_dirs))
			continue;
		if (between(p, len, "User configuration file directory: ", "", &own->config_dirs)) {
			free(own->user_config_dir);
			own->user_config_dir = xstrdup(own->config_dirs.v[own->config_dirs.n - 1]);
			continue;
		}
		if (len > 24 && memcmp(p, "#include <...> search st", 24) == 0)
			list = true;
		else if (len >= 18 && memcmp(p, "End of search list", 18) == 0)
			list = !(ended = true);
		else if (list)
			between(p, len, " ", "", &own->dirs);
	}
	return ended && !list;
}

void
search_own_free(struct search_own *own)
{
	strv_free(&own->dirs);
	strv_free(&own->others);
	strv_free(&own->probes);
	strv_free(&own->specs);
	strv_free(&own->configs);
	strv_free(&own->config_dirs);
	free(own->user_config_dir);
	*own = (struct search_own){0};
}
