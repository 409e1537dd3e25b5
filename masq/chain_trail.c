/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trail: "NAME=PATH" for a compiler found by its name, "=PATH" for one that was called by its path, with colons
 * between.  A path that holds a colon can come from no PATH, and is cut there: it then never equals itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/util.h"
#include "masq/chain.h"

struct item {
	const char *name, *path;
	size_t name_len, path_len;
};

/* The item at p, len long. */
static bool
parse_item(const char *p, size_t len, struct item *out)
{
	const char *equals = memchr(p, '=', len);

	if (equals == NULL)
		return false;
	*out = (struct item){
		.name = p,
		.name_len = (size_t)(equals - p),
		.path = equals + 1,
		.path_len = len - (size_t)(equals + 1 - p),
	};
	return true;
}

static bool
is_path(const struct item *i, const char *path)
{
	return strlen(path) == i->path_len && memcmp(i->path, path, i->path_len) == 0;
}

bool
chain_loops(const char *trail, const char *compiler)
{
	struct item item;
	size_t len;

	for (const char *p = trail; p != NULL; p = p[len] != '\0' ? p + len + 1 : NULL) {
		len = strcspn(p, ":");
		if (parse_item(p, len, &item) && is_path(&item, compiler))
			return true;
	}
	return false;
}

char *
chain_extend(const char *trail, const char *compiler, bool by_name)
{
	bool first = trail == NULL || trail[0] == '\0';

	return xasprintf("%s%s%s=%s", first ? "" : trail, first ? "" : ":", by_name ? path_base(compiler) : "", compiler);
}

char *
chain_show_trail(const char *trail)
{
	struct buf out = BUF_INIT;
	struct item item;
	size_t len;

	for (const char *p = trail; p != NULL; p = p[len] != '\0' ? p + len + 1 : NULL) {
		len = strcspn(p, ":");
		if (!parse_item(p, len, &item))
			continue;
		buf_adds(&out, out.n > 0 ? " -> " : "");
		if (item.name_len > 0)
			buf_addf(&out, "%.*s: ", (int)item.name_len, item.name);
		buf_add(&out, item.path, item.path_len);
	}
	return out.p != NULL ? out.p : xstrdup("");
}

const char *
chain_found_as(const char *trail, const char *compiler)
{
	const char *last = trail != NULL ? strrchr(trail, ':') : NULL;
	struct item item;

	last = last != NULL ? last + 1 : trail;
	if (last == NULL || !parse_item(last, strlen(last), &item) || item.name_len == 0 || !is_path(&item, compiler))
		return NULL;
	return path_base(compiler);
}
