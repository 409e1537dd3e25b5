/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/scan.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/util.h"
#include "masq/inroot.h"
#include "masq/names.h"
#include "masq/realcc.h"
#include "masq/shvar.h"

#define PROFILE_MAX (64u << 10)

/* Where programs of the system live, whatever PATH says; not for links. */
static const char *const system_dirs[] = {
	"/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin",
};

struct seeker {
	struct scan *s;
	const struct scan_from *from;
	bool have_masq;
	struct stat masq;
};

static bool
is_ccache_name(const char *name)
{
	return streq(name, "ccache");
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A program, and neither one of ours nor ccache. */
static bool
is_compiler(const struct scan *s, const char *path)
{
	struct stat st;

	if (!inroot_is_exec(s->root, path) || inroot_leads(s->root, path, realcc_is_own_name) ||
		inroot_leads(s->root, path, is_ccache_name))
		return false;
	return !s->have_program || inroot_stat(s->root, path, &st) == -1 || !is_same(&st, &s->program);
}

/* One that may hold compilers; takes path over. */
static void
add_dir(struct seeker *k, char *path, bool on_path, bool prefixed)
{
	struct scan *s = k->s;
	struct stat st;
	bool known = inroot_stat(s->root, path, &st) == -1 || !S_ISDIR(st.st_mode);

	if (!known && k->have_masq && is_same(&st, &k->masq)) {
		/* a directory that only PATH names may well be one of links */
		s->holds_compilers |= !on_path;
		known = true;
	}
	for (size_t i = 0; !known && i < s->ndirs; i++)
		known = s->dirs[i].dev == st.st_dev && s->dirs[i].ino == st.st_ino;
	if (known) {
		free(path);
		return;
	}
	s->dirs = xrealloc(s->dirs, (s->ndirs + 1) * sizeof(s->dirs[0]));
	s->dirs[s->ndirs++] = (struct scan_dir){
		.path = path, .dev = st.st_dev, .ino = st.st_ino, .on_path = on_path, .prefixed = prefixed,
	};
}

static char *
below(const struct scan_from *from, const char *path)
{
	return xasprintf("%s%s%s", from->root, from->eprefix, path);
}

/* The entries of PATH; those that are not absolute have no place below a root. */
static void
add_path_list(struct seeker *k)
{
	const char *root = k->from->root;
	size_t len;

	for (const char *p = k->from->list;; p += len + 1) {
		len = strcspn(p, ":");
		if (len > 0 && p[0] == '/')
			add_dir(k, xasprintf("%s%.*s", root, (int)len, p), true, false);
		else if (root[0] == '\0' && k->from->list[0] != '\0')
			add_dir(k, len > 0 ? xstrndup(p, len) : xstrdup("."), true, false);
		if (p[len] == '\0')
			break;
	}
}

/* Another system's PATH is not known: its usual directories count as on it.  A prefix of ours may not be on PATH yet. */
static void
add_system_dirs(struct seeker *k)
{
	struct stat st;
	char *path;

	for (size_t i = 0; i < countof(system_dirs); i++) {
		path = below(k->from, system_dirs[i]);
		if (k->have_masq && inroot_stat(k->s->root, path, &st) == 0 && is_same(&st, &k->masq))
			k->s->holds_compilers = true;
		if (k->from->root[0] != '\0' || k->from->eprefix[0] != '\0')
			add_dir(k, path, k->from->root[0] != '\0', false);
		else
			free(path);
	}
}

static void
add_target(struct seeker *k, const char *target)
{
	if (names_target_ok(target) && !strv_has(&k->s->targets, target))
		strv_push(&k->s->targets, target);
}

/* DIR/SLOT for each slot in DIR, the newest first. */
static void
add_slots(struct seeker *k, const char *dir, const char *rest, bool prefixed)
{
	struct strv slots = STRV_INIT;

	inroot_list(dir, &slots);
	for (size_t i = slots.n; i-- > 0;)
		add_dir(k, xasprintf("%s/%s%s", dir, slots.v[i], rest), false, prefixed);
	strv_free(&slots);
}

static void
add_llvm(struct seeker *k)
{
	char *dir = below(k->from, "/usr/lib/llvm");

	add_slots(k, dir, "/bin", false);
	free(dir);
}

/* /usr/CHOST/gcc-bin/SLOT, and /usr/CHOST/CTARGET/gcc-bin/SLOT of crossdev. */
static void
add_gcc_bin(struct seeker *k)
{
	char *usr = below(k->from, "/usr"), *host, *dir, *as_name;
	struct strv hosts = STRV_INIT, targets = STRV_INIT;

	inroot_list(usr, &hosts);
	for (size_t i = 0; i < hosts.n; i++) {
		as_name = xasprintf("%s-gcc", hosts.v[i]);
		host = path_join(usr, hosts.v[i]);
		if (names_parse(as_name, k->s->targets.v, NULL)) {
			dir = path_join(host, "gcc-bin");
			add_slots(k, dir, "", false);
			free(dir);
			inroot_list(host, &targets);
			for (size_t j = 0; j < targets.n; j++) {
				dir = xasprintf("%s/%s/gcc-bin", host, targets.v[j]);
				add_slots(k, dir, "", true);
				free(dir);
			}
			strv_free(&targets);
		}
		free(host);
		free(as_name);
	}
	strv_free(&hosts);
	free(usr);
}

/* /usr/lib/gcc, /usr/lib/gcc-cross...: each directory there is called like a target. */
static void
find_targets(struct seeker *k)
{
	char *lib = below(k->from, "/usr/lib"), *dir;
	struct strv names = STRV_INIT, targets = STRV_INIT;

	inroot_list(lib, &names);
	for (size_t i = 0; i < names.n; i++) {
		if (!starts_with(names.v[i], "gcc"))
			continue;
		dir = path_join(lib, names.v[i]);
		inroot_list(dir, &targets);
		for (size_t j = 0; j < targets.n; j++)
			add_target(k, targets.v[j]);
		strv_free(&targets);
		free(dir);
	}
	strv_free(&names);
	free(lib);
}

char *
scan_profile_path(const char *text)
{
	char *path = shvar_get(text, "GCC_PATH");

	if (path == NULL)
		path = shvar_get(text, "PATH");
	return path != NULL ? path : xstrdup("");
}

/* Is dir, in the system, /usr/TARGET/gcc-bin/SLOT?  The compilers of TARGET for TARGET are: also called without it. */
static bool
is_native(const char *dir, size_t len, const char *target)
{
	char *part = xasprintf("/usr/%s/gcc-bin/", target);
	bool native = memmem(dir, len, part, strlen(part)) != NULL;

	free(part);
	return native;
}

static void
add_profile(struct seeker *k, const char *file, const char *name)
{
	struct buf text = BUF_INIT;
	char *path, *target;
	size_t len;

	if (buf_read_file(&text, file, PROFILE_MAX) == 0 && text.p != NULL) {
		path = scan_profile_path(text.p);
		target = shvar_get(text.p, "CTARGET");
		if (target == NULL)
			target = names_profile_target(name);
		if (target != NULL)
			add_target(k, target);
		for (const char *p = path; *p != '\0'; p += len + (p[len] == ':')) {
			len = strcspn(p, ":");
			if (p[0] == '/')
				add_dir(k, xasprintf("%s%.*s", k->from->root, (int)len, p), false,
					target == NULL || !is_native(p, len, target));
		}
		free(target);
		free(path);
	}
	buf_free(&text);
}

/* The profiles, later names (newer slots) first; "config-TARGET" only says which one is active. */
static void
add_profiles(struct seeker *k)
{
	char *dir = below(k->from, "/etc/env.d/gcc"), *file;
	struct strv names = STRV_INIT;

	inroot_list(dir, &names);
	for (size_t i = names.n; i-- > 0;) {
		if (starts_with(names.v[i], "config") || names.v[i][0] == '.')
			continue;
		file = path_join(dir, names.v[i]);
		add_profile(k, file, names.v[i]);
		free(file);
	}
	strv_free(&names);
	free(dir);
}

static bool
is_known(const struct scan *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++) {
		if (streq(s->v[i].name, name))
			return true;
	}
	return false;
}

static void
add_compilers(struct scan *s, const struct scan_dir *d)
{
	struct strv names = STRV_INIT;
	struct name parts;
	char *path;

	inroot_list(d->path, &names);
	for (size_t i = 0; i < names.n; i++) {
		if (!names_parse(names.v[i], s->targets.v, &parts) || is_known(s, names.v[i]) ||
			(d->prefixed && parts.target_len == 0))
			continue;
		path = path_join(d->path, names.v[i]);
		if (!is_compiler(s, path)) {
			free(path);
			continue;
		}
		s->v = xrealloc(s->v, (s->n + 1) * sizeof(s->v[0]));
		s->v[s->n++] = (struct scan_found){
			.name = xstrdup(names.v[i]), .path = path, .on_path = d->on_path, .prefixed = parts.target_len > 0,
		};
	}
	strv_free(&names);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct scan_found *)a)->name, ((const struct scan_found *)b)->name);
}

void
scan_compilers(struct scan *s, const struct scan_from *from)
{
	struct seeker k = {.s = s, .from = from};

	*s = (struct scan){.root = from->root};
	k.have_masq = inroot_stat(from->root, from->masq, &k.masq) == 0;
	s->have_program = from->program != NULL && inroot_stat(from->root, from->program, &s->program) == 0;
	find_targets(&k);
	add_path_list(&k);
	add_system_dirs(&k);
	add_profiles(&k);
	add_gcc_bin(&k);
	add_llvm(&k);
	for (size_t i = 0; i < s->ndirs; i++)
		add_compilers(s, &s->dirs[i]);
	if (s->n > 0)
		qsort(s->v, s->n, sizeof(s->v[0]), by_name);
}

char *
scan_behind(const struct scan *s, const char *name, bool *on_path)
{
	struct name parts;
	bool plain = names_parse(name, s->targets.v, &parts) && parts.target_len == 0;

	for (size_t i = 0; i < s->ndirs; i++) {
		char *path = path_join(s->dirs[i].path, name);

		if (!(plain && s->dirs[i].prefixed) && is_compiler(s, path)) {
			if (on_path != NULL)
				*on_path = s->dirs[i].on_path;
			return path;
		}
		free(path);
	}
	return NULL;
}

void
scan_compilers_free(struct scan *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].name);
		free(s->v[i].path);
	}
	for (size_t i = 0; i < s->ndirs; i++)
		free(s->dirs[i].path);
	free(s->v);
	free(s->dirs);
	strv_free(&s->targets);
	*s = (struct scan){0};
}
