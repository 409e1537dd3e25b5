/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/inspect.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/chain.h"
#include "masq/inroot.h"
#include "masq/realcc.h"

static bool
is_ccache_name(const char *name)
{
	return streq(name, "ccache");
}

/* The words of list one after the other; *at starts as NULL, *len is the length of the word returned.  NULL at the end. */
static const char *
next_word(const char *list, const char *at, size_t *len)
{
	if (at == NULL)
		at = list[0] != '\0' ? list : NULL;
	else
		at = at[*len] == ':' ? at + *len + 1 : NULL;
	if (at != NULL)
		*len = strcspn(at, ":");
	return at;
}

void
inspect_ccache(struct ccacheconf *c, const char *list)
{
	struct walk w;

	ccacheconf_from_env(c);
	walk_path(&w, "ccache", list);
	if (w.n > 0)
		ccacheconf_ask(c, w.v[0].path);
	walk_free(&w);
}

const char *
inspect_default(const char *list)
{
	static const char *const usual[] = {"gcc", "cc", "clang"};
	struct walk w;
	bool there;

	for (size_t i = 0; i < countof(usual); i++) {
		walk_path(&w, usual[i], list);
		there = w.n > 0;
		walk_free(&w);
		if (there)
			return usual[i];
	}
	return usual[0];
}

static bool
is_masq(const struct inspect *in, const char *dir)
{
	struct stat a, b;

	return stat(dir, &a) == 0 && stat(in->masq, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* The words that are the directory of links, compared as files: "bin -> ." is the same one. */
static size_t
find_entries(const struct inspect *in, struct check_entry **out)
{
	struct check_entry *v = NULL;
	size_t n = 0, len = 0, at = 0;
	char *dir;

	for (const char *p = next_word(in->list, NULL, &len); p != NULL; p = next_word(in->list, p, &len), at++) {
		dir = len > 0 ? xstrndup(p, len) : xstrdup(".");
		if (is_masq(in, dir)) {
			v = xrealloc(v, (n + 1) * sizeof(v[0]));
			v[n++] = (struct check_entry){.path = dir, .at = at};
		} else {
			free(dir);
		}
	}
	*out = v;
	return n;
}

static void
free_entries(struct check_entry *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].path);
	free(v);
}

void
inspect_path(const struct inspect *in, struct findings *f)
{
	struct check_entry *v;
	size_t n = find_entries(in, &v);

	check_path(f, v, n);
	free_entries(v, n);
}

static enum walk_kind
kind_of_dead(const char *path)
{
	if (inroot_leads("", path, is_ccache_name))
		return WALK_CCACHE;
	return inroot_leads("", path, realcc_is_own_name) ? WALK_DISTCC : WALK_REAL;
}

/* Links called name on PATH that lead nowhere: exec goes past them without a word. */
static size_t
find_dead(const char *list, const char *name, struct check_dead **out)
{
	struct check_dead *v = NULL;
	struct stat st;
	size_t n = 0, len = 0;
	char *path;

	for (const char *p = next_word(list, NULL, &len); p != NULL; p = next_word(list, p, &len)) {
		path = xasprintf("%.*s/%s", len > 0 ? (int)len : 1, len > 0 ? p : ".", name);
		if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && stat(path, &st) == -1) {
			v = xrealloc(v, (n + 1) * sizeof(v[0]));
			v[n++] = (struct check_dead){.path = path, .text = inroot_step("", path), .kind = kind_of_dead(path)};
		} else {
			free(path);
		}
	}
	*out = v;
	return n;
}

static void
free_dead(struct check_dead *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(v[i].path);
		free(v[i].text);
	}
	free(v);
}

void
inspect_compiler(const struct inspect *in, const char *name, bool asked, struct findings *f, struct route *r)
{
	const char *base = path_base(name);
	const struct link *link = links_find(in->links, base);
	struct check_chain chain = {
		.name = name, .route = r, .ccache = in->ccache, .masq = in->masq, .asked = asked, .update = in->update,
		.masq_has_link = link != NULL && link->kind == LINK_OURS,
	};
	struct route_chain settings = {.ccache_off = getenv("CCACHE_DISABLE") != NULL, .pkglibdir = in->pkglibdir};
	struct check_entry *entries;
	struct check_dead *dead;
	struct walk w;
	bool on_path = false;
	size_t n;
	char *behind;

	chain_parse(getenv("DISTCC_CHAIN"), &settings.wanted);
	walk_path(&w, name, in->list);
	route_find(r, name, in->list, in->ccache, &settings);
	behind = scan_behind(in->scan, base, &on_path);
	n = find_entries(in, &entries);
	chain.walk = &w;
	chain.masq_on_path = n > 0;
	chain.behind = on_path ? NULL : behind;
	chain.ndead = find_dead(in->list, base, &dead);
	chain.dead = dead;
	check_chain(f, &chain);
	free_dead(dead, chain.ndead);
	free_entries(entries, n);
	free(behind);
	walk_free(&w);
}

/* The last word of the command that is a compiler's name on PATH and no program of ours: does it lead to distcc? */
static bool
is_masqueraded(const struct inspect *in, const char *command)
{
	bool masqueraded = false;
	size_t len;
	struct walk w;
	char *word;

	for (const char *p = command + strspn(command, " \t"); *p != '\0'; p += len + strspn(p + len, " \t")) {
		len = strcspn(p, " \t");
		word = xstrndup(p, len);
		if (word[0] != '-' && !realcc_is_own_name(path_base(word)) && !is_ccache_name(path_base(word))) {
			walk_path(&w, path_base(word), in->list);
			for (size_t i = 0; i < w.n; i++)
				masqueraded |= w.v[i].kind == WALK_DISTCC || w.v[i].kind == WALK_CHAIN;
			walk_free(&w);
		}
		free(word);
	}
	return masqueraded;
}

void
inspect_commands(const struct inspect *in, struct findings *f)
{
	static const char *const variables[] = {"CC", "CXX"};
	struct check_command c = {.have_ccache = in->ccache->program != NULL};
	const char *setting = getenv("DISTCC_CHAIN");
	unsigned steps;

	for (size_t i = 0; i < countof(variables); i++) {
		c.variable = variables[i];
		c.value = getenv(c.variable);
		if (c.value == NULL)
			continue;
		c.masqueraded = is_masqueraded(in, c.value);
		check_command(f, &c);
	}
	if (!chain_parse(setting, &steps))
		check_chain_setting(f, setting);
}
