/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/realcc.h"

/* What the chain is tested with; before it, ccache.conf lacks keys we rely on. */
#define CCACHE_MAJOR 4

const char *
severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_ERROR] = "error", [SEVERITY_WARNING] = "warning", [SEVERITY_NOTE] = "note",
	};

	return names[severity];
}

void
findings_add(struct findings *f, enum severity severity, const char *code, char *text, char *cure)
{
	for (size_t i = 0; i < f->n; i++) {
		if (streq(f->v[i].code, code) && streq(f->v[i].text, text)) {
			free(text);
			free(cure);
			return;
		}
	}
	f->v = xrealloc(f->v, (f->n + 1) * sizeof(f->v[0]));
	f->v[f->n++] = (struct finding){.code = code, .severity = severity, .text = text, .cure = cure};
}

void
findings_merge(struct findings *f, const struct findings *more)
{
	size_t n = f->n;

	for (size_t i = 0; i < more->n; i++) {
		bool known = false;

		for (size_t j = 0; j < n && !known; j++)
			known = streq(f->v[j].code, more->v[i].code);
		if (!known)
			findings_add(f, more->v[i].severity, more->v[i].code, xstrdup(more->v[i].text), xstrdup(more->v[i].cure));
	}
}

bool
findings_ok(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i].severity == SEVERITY_ERROR)
			return false;
	}
	return true;
}

void
findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].text);
		free(f->v[i].cure);
	}
	free(f->v);
	*f = (struct findings){0};
}

#define ERROR(code, text, cure) findings_add(f, SEVERITY_ERROR, code, text, cure)
#define WARNING(code, text, cure) findings_add(f, SEVERITY_WARNING, code, text, cure)

/* Does a word of the command satisfy test by its base name?  Options do not count. */
static bool
has_word(const char *command, bool (*test)(const char *name))
{
	bool found = false;
	size_t len;
	char *word;

	for (const char *p = command + strspn(command, " \t"); *p != '\0' && !found; p += len + strspn(p + len, " \t")) {
		len = strcspn(p, " \t");
		word = xstrndup(p, len);
		found = word[0] != '-' && test(path_base(word));
		free(word);
	}
	return found;
}

static const struct walk_step *
step_on_path(const struct walk *w, enum walk_kind kind)
{
	for (size_t i = 0; i < w->n; i++) {
		if (w->v[i].kind == kind)
			return &w->v[i];
	}
	return NULL;
}

static bool
has_distcc(const struct check_chain *in)
{
	return route_has(in->route, WALK_DISTCC) != NULL;
}

/* The call ends at no compiler. */
static void
check_end(struct findings *f, const struct check_chain *in)
{
	char *dir;

	if (route_has(in->route, WALK_REAL) != NULL)
		return;
	if (in->behind != NULL) {
		dir = path_dir(in->behind);
		findings_add(f, in->asked ? SEVERITY_ERROR : SEVERITY_WARNING, "compiler-not-on-path",
			xasprintf("the compiler %s is not on PATH", in->behind),
			xasprintf("add %s to PATH; on Gentoo: gcc-config or env-update, then . /etc/profile", dir));
		free(dir);
	} else if (in->route->n > 0) {
		ERROR("no-compiler", xasprintf("%s leads to %s, but there is no compiler %s behind it on PATH", in->name,
			in->route->v[0].path, in->name),
			xasprintf("install the compiler, or let \"%s\" remove the link", in->update));
	} else {
		ERROR("no-command", xasprintf("there is no %s on PATH", in->name), xasprintf("install the compiler %s", in->name));
	}
}

/* distcc-chain is asked, and goes past distcc: by the user's own wish or for want of one. */
static void
check_chain_without(struct findings *f, const struct check_chain *in)
{
	bool wish = strstr(in->route->no_distcc, "DISTCC_CHAIN") != NULL;

	findings_add(f, wish ? SEVERITY_WARNING : SEVERITY_ERROR, "chain-without-distcc",
		xasprintf("distcc-chain runs no distcc: %s", in->route->no_distcc),
		xstrdup(wish ? "unset DISTCC_CHAIN" : "install distcc beside distcc-chain"));
}

/* There is a compiler, but nothing of ours before it. */
static void
check_reached(struct findings *f, const struct check_chain *in)
{
	const struct walk_step *ours = step_on_path(in->walk, WALK_DISTCC);
	const struct route_step *end = route_has(in->route, WALK_REAL);

	if (end == NULL || has_distcc(in))
		return;
	if (ours == NULL)
		ours = step_on_path(in->walk, WALK_CHAIN);
	if (in->route->no_distcc != NULL) {
		check_chain_without(f, in);
		return;
	}
	if (route_has(in->route, WALK_CCACHE) != NULL && (in->ccache->compiler[0] != '\0' || in->ccache->path[0] != '\0') && in->masq_on_path)
		ERROR("ccache-skips-distcc", xasprintf("ccache runs %s and goes past distcc: its setting %s = %s", end->path,
			in->ccache->compiler[0] != '\0' ? "compiler" : "path",
			in->ccache->compiler[0] != '\0' ? in->ccache->compiler : in->ccache->path),
			xasprintf("unset %s (and remove it from ccache.conf), or set CCACHE_PREFIX=distcc",
			in->ccache->compiler[0] != '\0' ? "CCACHE_COMPILER" : "CCACHE_PATH"));
	else if (ours != NULL)
		ERROR("compiler-before-distcc", xasprintf("PATH names the compiler %s before the link %s", end->path, ours->path),
			xasprintf("PATH=%s:$PATH", in->masq));
	else if (in->masq_on_path && !in->masq_has_link)
		ERROR("no-link", xasprintf("%s is on PATH, but has no link %s", in->masq, in->name), xstrdup(in->update));
	else
		ERROR("distcc-not-on-path", xasprintf("nothing on PATH leads from %s to distcc", in->name),
			xasprintf("%s%sPATH=%s:$PATH; portage does so by itself with FEATURES=distcc",
			in->masq_has_link ? "" : in->update, in->masq_has_link ? "" : "; ", in->masq));
}

/* What ccache preprocesses with; distcc-chain sees to that itself. */
static void
check_preprocessor(struct findings *f, const struct check_chain *in)
{
	const struct route_step *ours = route_has(in->route, WALK_DISTCC);
	const struct ccacheconf *c = in->ccache;
	bool digest = has_word(c->prefix_cpp, realcc_is_own_name);

	if (ours == NULL || streq(ours->by, "distcc-chain"))
		return;
	if (digest && streq(c->second_cpp, "false"))
		ERROR("ccache-second-cpp", xstrdup("ccache has what distcc-cpp gives it compiled (run_second_cpp = false), which is no source: "
			"every compile that is not in the cache fails"),
			xstrdup("CCACHE_CPP2=1, or \"run_second_cpp = true\" in ccache.conf"));
	else if (!digest && streq(c->second_cpp, "true") && !streq(c->depend, "true"))
		findings_add(f, SEVERITY_NOTE, "preprocessed-twice",
			xstrdup("what is not in the cache is preprocessed twice, by ccache and by distcc"), xstrdup("CCACHE_PREFIX_CPP=distcc-cpp"));
}

/* distcc twice.  Ours runs once all the same; but by its name ccache finds no prefix that the link leads to as well. */
static void
check_double(struct findings *f, const struct route_step *prefix, const struct walk_step *link, bool by_name)
{
	if (by_name && streq(prefix->target, link->target))
		ERROR("double-distcc", xasprintf("ccache passes over %s (CCACHE_PREFIX), as %s leads there too", prefix->path, link->path),
			xasprintf("unset CCACHE_PREFIX, or name the program by its path: CCACHE_PREFIX=%s", prefix->target));
	else
		WARNING("double-distcc", xasprintf("ccache runs %s (CCACHE_PREFIX), and %s is on PATH as well", prefix->path, link->path),
			xstrdup("unset CCACHE_PREFIX, or take distcc's directory out of PATH; with stock distcc this fails"));
}

static void
check_ccache(struct findings *f, const struct check_chain *in)
{
	const struct ccacheconf *c = in->ccache;
	const struct route_step *ours = route_has(in->route, WALK_DISTCC), *first = in->route->n > 0 ? &in->route->v[0] : NULL;
	const struct walk_step *cache = step_on_path(in->walk, WALK_CCACHE), *link = step_on_path(in->walk, WALK_DISTCC);

	if (cache != NULL && first != NULL && first->kind == WALK_DISTCC)
		ERROR("distcc-before-ccache", xasprintf("%s stands before %s on PATH: ccache is never asked", first->path, cache->path),
			xstrdup("put ccache's directory before distcc's, or use distcc-chain, which needs no order"));
	if (route_has(in->route, WALK_CCACHE) == NULL)
		return;
	if (c->major != 0 && c->major < CCACHE_MAJOR)
		WARNING("ccache-old", xasprintf("ccache %d.%d is older than what this chain is made for", c->major, c->minor),
			xasprintf("install ccache %d.0 or newer", CCACHE_MAJOR));
	if (ours != NULL && streq(ours->by, "prefix_command") && link != NULL)
		check_double(f, ours, link, strchr(c->prefix, '/') == NULL);
	if (ours != NULL && streq(ours->by, "PATH") && (streq(c->check, "mtime") || streq(c->check, "content") || streq(c->check, "none")))
		WARNING("ccache-compiler-check", xasprintf("ccache knows the compiler by the file of distcc (compiler_check = %s): "
			"after an upgrade of the compiler it hands out old objects", c->check),
			xstrdup("CCACHE_COMPILERCHECK='distcc-chain --identity %compiler%'"));
	check_preprocessor(f, in);
}

static void
check_dead(struct findings *f, const struct check_chain *in)
{
	const struct check_dead *d;

	for (size_t i = 0; i < in->ndead; i++) {
		d = &in->dead[i];
		if (d->kind == WALK_CCACHE)
			WARNING("ccache-missing", xasprintf("%s leads to %s, and ccache is not installed", d->path, d->text),
				xstrdup("install ccache, or take its directory out of PATH"));
		else if (d->kind != WALK_REAL)
			ERROR("distcc-missing", xasprintf("%s leads to %s, and that is not there", d->path, d->text), xstrdup(in->update));
		else
			WARNING("dead-link", xasprintf("%s leads to %s, and that is not there", d->path, d->text),
				xasprintf("install what it leads to, or remove %s", d->path));
	}
}

void
check_chain(struct findings *f, const struct check_chain *in)
{
	check_dead(f, in);
	check_end(f, in);
	check_reached(f, in);
	check_ccache(f, in);
}

void
check_path(struct findings *f, const struct check_entry *entries, size_t n)
{
	for (size_t i = 1; i < n; i++)
		WARNING("directory-twice", xasprintf("PATH has the directory of links twice: %s and %s", entries[0].path, entries[i].path),
			xasprintf("name it once; word %zu of PATH is too many", entries[i].at + 1));
}

static bool
is_ccache_name(const char *name)
{
	return streq(name, "ccache");
}

void
check_command(struct findings *f, const struct check_command *in)
{
	if (in->masqueraded && has_word(in->value, realcc_is_own_name))
		WARNING("command-names-distcc", xasprintf("%s=\"%s\" names distcc, and PATH leads to it as well", in->variable, in->value),
			xasprintf("leave distcc out of %s, or take its directory out of PATH", in->variable));
	if (!in->have_ccache && has_word(in->value, is_ccache_name))
		ERROR("ccache-missing", xasprintf("%s=\"%s\" names ccache, and ccache is not installed", in->variable, in->value),
			xasprintf("install ccache, or leave it out of %s", in->variable));
}

void
check_chain_setting(struct findings *f, const char *value)
{
	ERROR("chain-setting", xasprintf("DISTCC_CHAIN=%s makes no sense: distcc-chain runs nothing", value),
		xstrdup("unset DISTCC_CHAIN, or set it to ccache,distcc or ccache or distcc or none"));
}

static void
check_link(struct findings *f, const char *dir, const struct link *k, const char *update)
{
	if (k->kind == LINK_OURS && k->dangling)
		ERROR("distcc-missing", xasprintf("%s/%s leads to %s, and that is not there", dir, k->name, k->text), xstrdup(update));
	else if (k->kind == LINK_OURS && k->behind == NULL)
		ERROR("stale-link", xasprintf("%s/%s stands for a compiler that is gone", dir, k->name), xstrdup(update));
	else if (k->kind != LINK_OURS && k->compiler_name)
		WARNING("foreign-file", xasprintf("%s/%s is no link to distcc", dir, k->name),
			xasprintf("remove it, or \"%s --force\"; leave it if you put it there on purpose", update));
}

/* Portage and PATH take such a directory without a word, and nothing is ever distributed. */
static bool
is_empty(const struct links *present)
{
	for (size_t i = 0; i < present->n; i++) {
		if (present->v[i].compiler_name)
			return false;
	}
	return true;
}

void
check_links(struct findings *f, const struct check_dir *in)
{
	if (in->missing) {
		ERROR("directory-missing", xasprintf("%s is not there", in->dir), xstrdup(in->update));
		return;
	}
	for (size_t i = 0; i < in->present->n; i++)
		check_link(f, in->dir, &in->present->v[i], in->update);
	if (in->wanted->n > 0 && is_empty(in->present)) {
		ERROR("directory-empty", xasprintf("%s has no links: nothing is distributed through it", in->dir), xstrdup(in->update));
		return;
	}
	for (size_t i = 0; i < in->wanted->n; i++) {
		if (links_find(in->present, in->wanted->v[i]) == NULL)
			WARNING("missing-link", xasprintf("%s has no link for the compiler %s", in->dir, in->wanted->v[i]),
				xstrdup(in->update));
	}
}

void
check_hosts(struct findings *f, enum check_hosts state, const char *text)
{
	if (state == HOSTS_LOCAL)
		WARNING("only-localhost", xstrdup("the list of hosts names this machine only: nothing is distributed"),
			xstrdup("distcc-config --set-hosts 'HOST/SLOTS ...'"));
	else if (state == HOSTS_NONE)
		ERROR("no-hosts", xstrdup(text), xstrdup("distcc-config --set-hosts 'HOST/SLOTS ...'"));
	else if (state == HOSTS_BAD)
		ERROR("bad-hosts", xstrdup(text), xstrdup("mend the list as distcc-hosts(5) tells"));
}

void
check_daemons(struct findings *f, const struct check_daemon *v, size_t n)
{
	size_t silent = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i].why == NULL)
			continue;
		silent++;
		WARNING("daemon-unreachable", xasprintf("no distccd answers at %s: %s", v[i].label, v[i].why),
			xstrdup("start distccd there, let its firewall pass the port, or take the host off the list"));
	}
	if (n > 0 && silent == n)
		ERROR("no-daemon", xstrdup("no volunteer can be reached: everything is compiled here"),
			xstrdup("see the warnings about each"));
}
