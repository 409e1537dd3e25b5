/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/ccname.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/strv.h"
#include "base/util.h"
#include "masq/realcc.h"

#define MAX_LINKS 40

/* "x86_64-linux-gnu-gcc-12" taken apart; the parts point into the name. */
struct parts {
	const char *triple;	/* with the final dash */
	size_t triple_len;	/* 0: none */
	const char *tool;	/* "gcc", "g++", "clang"... */
	size_t tool_len;
	const char *version;	/* "-12", "-14.1", or "" */
};

static const char *const tools[] = {"gcc", "g++", "clang", "clang++", "cc", "c++"};

/* "" or "-" and a number with dots. */
static bool
is_version(const char *s)
{
	return *s == '\0' || (s[0] == '-' && s[1] >= '0' && s[1] <= '9' && s[1 + strspn(s + 1, "0123456789.")] == '\0');
}

/* A target has dashes of its own; "c99-gcc" is another program. */
static bool
is_triple(const char *s, size_t len)
{
	return len > 0 && s[len - 1] == '-' && memchr(s, '-', len - 1) != NULL;
}

static bool
take_apart(const char *name, struct parts *out)
{
	const char *at;
	size_t len;

	for (size_t i = 0; i < countof(tools); i++) {
		len = strlen(tools[i]);
		for (at = strstr(name, tools[i]); at != NULL; at = strstr(at + 1, tools[i])) {
			if (!is_version(at + len) || (at != name && !is_triple(name, (size_t)(at - name))))
				continue;
			*out = (struct parts){name, (size_t)(at - name), at, len, at + len};
			return true;
		}
	}
	return false;
}

static bool
is_tool(const struct parts *p, const char *name)
{
	return p->tool_len == strlen(name) && strncmp(p->tool, name, p->tool_len) == 0;
}

static bool
is_generic(const struct parts *p)
{
	return is_tool(p, "cc") || is_tool(p, "c++");
}

static bool
is_gnu(const struct parts *p)
{
	return is_tool(p, "gcc") || is_tool(p, "g++");
}

/* All paths from path along its links, itself first. */
static void
chain_of(const char *path, struct strv *out)
{
	char *next = xstrdup(path);

	for (int i = 0; i < MAX_LINKS && next != NULL; i++) {
		strv_push_own(out, next);
		next = realcc_step(next);
	}
	free(next);
}

void
ccname_init(struct ccname *c, const char *name, const char *path)
{
	*c = (struct ccname){.name = xstrdup(name), .path = xstrdup(path), .last = realcc_resolve(path)};
	c->kind = args_cc_kind(name, c->last);
}

void
ccname_free(struct ccname *c)
{
	free(c->name);
	free(c->path);
	free(c->last);
}

/* What an absolute or relative name with slashes counts as; NULL: it is sent as it is. */
static const char *
system_base(const char *name)
{
	const char *base = path_base(name);
	size_t dir = (size_t)(base - name);

	if (dir == 0)
		return name;
	if ((dir == strlen("/usr/bin/") && starts_with(name, "/usr/bin/")) ||
	    (dir == strlen("/bin/") && starts_with(name, "/bin/")))
		return base;
	return NULL;
}

/* cc and c++: the first name along the links from path that says which compiler it is, else name itself.  The caller frees. */
static char *
specific_name(const char *name, const char *path)
{
	struct strv chain = STRV_INIT;
	const char *found = name;
	struct parts p;
	char *copy;

	if (take_apart(name, &p) && p.triple_len == 0 && is_generic(&p))
		chain_of(path, &chain);
	for (size_t i = 0; i < chain.n && found == name; i++)
		if (take_apart(path_base(chain.v[i]), &p) && !is_generic(&p))
			found = path_base(chain.v[i]);
	copy = xstrdup(found);
	strv_free(&chain);
	return copy;
}

static bool
same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* TRIPLE-TOOL with the version that was typed, if that is a name of the same program, beside last or on the list. */
static char *
with_triple(const struct parts *typed, const char *last, const char *path_list)
{
	struct parts end;
	char *name, *dir, *found;
	bool same;

	if (!take_apart(path_base(last), &end) || end.triple_len == 0 || end.tool_len != typed->tool_len ||
	    strncmp(end.tool, typed->tool, end.tool_len) != 0)
		return NULL;
	name = xasprintf("%.*s%.*s%s", (int)end.triple_len, end.triple, (int)end.tool_len, end.tool, typed->version);
	dir = path_dir(last);
	found = path_join(dir, name);
	if (!path_is_exec(found)) {
		free(found);
		found = path_find(name, path_list);
	}
	same = found != NULL && same_file(found, last);
	free(dir);
	free(found);
	if (same)
		return name;
	free(name);
	return NULL;
}

static char *
absolute_name(const char *name)
{
	char *cwd, *absolute;

	if (name[0] == '/')
		return xstrdup(name);
	cwd = path_cwd();
	absolute = cwd != NULL ? path_join(cwd, name) : xstrdup(name);
	free(cwd);
	return absolute;
}

char *
ccname_wire(const struct ccname *c, bool rewrite, const char *path_list)
{
	const char *base = c->found_as != NULL ? c->found_as : system_base(c->name);
	struct parts p;
	char *name, *wire = NULL;

	if (base == NULL)
		return absolute_name(c->name);
	if (!rewrite)
		return xstrdup(base);
	name = specific_name(base, c->path);
	if (c->last != NULL && take_apart(name, &p) && p.triple_len == 0 && is_gnu(&p))
		wire = with_triple(&p, c->last, path_list);
	if (wire == NULL)
		return name;
	free(name);
	return wire;
}
