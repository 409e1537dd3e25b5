/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packages that are not to be distributed: entries in Portage's package.env. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/command.h"
#include "masq/inroot.h"
#include "masq/makeconf.h"
#include "masq/pkgenv.h"
#include "masq/place.h"
#include "masq/portconf.h"
#include "masq/settings.h"

#define ENV_NAME "nodistcc.conf"	/* as Gentoo's wiki calls it */
#define OWN_FILE "distcc"		/* of a package.env that is a directory */

static const char env_text[] =
	"# Packages that are not distributed; see package.env, and \"distcc-config --no-distcc\".\n"
	"FEATURES=\"-distcc\"\n";

struct packages {
	const struct command_conf *c;
	char *portage;		/* /etc/portage */
	char *env;		/* the file with FEATURES="-distcc" */
	struct strv files;	/* of package.env */
	char *target;		/* the one that gets new entries */
};

static void
look(struct packages *p, const struct command_conf *c)
{
	const char *config_root = getenv("PORTAGE_CONFIGROOT");
	char *root = c->root[0] == '\0' && config_root != NULL ? place_root(config_root) : xstrdup(c->root), *list;
	struct strv names = STRV_INIT;
	struct stat st;

	*p = (struct packages){.c = c};
	p->portage = place_in(root, c->eprefix, "/etc/portage");
	p->env = xasprintf("%s/env/" ENV_NAME, p->portage);
	list = path_join(p->portage, "package.env");
	if (inroot_stat(root, list, &st) == 0 && S_ISDIR(st.st_mode)) {
		inroot_list(list, &names);
		for (size_t i = 0; i < names.n; i++)
			if (names.v[i][0] != '.' && !ends_with(names.v[i], "~"))
				strv_push_own(&p->files, path_join(list, names.v[i]));
		p->target = path_join(list, OWN_FILE);
	} else {
		if (inroot_stat(root, list, &st) == 0)
			strv_push(&p->files, list);
		p->target = xstrdup(list);
	}
	strv_free(&names);
	free(list);
	free(root);
}

static void
free_packages(struct packages *p)
{
	strv_free(&p->files);
	free(p->portage);
	free(p->env);
	free(p->target);
}

static bool
is_there(const struct packages *p)
{
	struct stat st;

	if (stat(p->portage, &st) == 0 && S_ISDIR(st.st_mode))
		return true;
	command_say("there is no Portage: %s is missing", p->portage);
	return false;
}

/* Says what is wrong with it, and that nothing was changed. */
static bool
load(const char *path, struct buf *text, bool *missing)
{
	char *wrong;

	if (portconf_load(path, text, missing, &wrong))
		return true;
	command_say("%s; nothing was changed", wrong);
	free(wrong);
	return false;
}

static bool
cannot_write(const char *path)
{
	command_say("%s cannot be written: %s%s", path, errno == EINVAL ? "no regular file" : strerror(errno),
		errno == EACCES || errno == EPERM ? "; do it as root" : "");
	return false;
}

static bool
store(const char *path, const char *text)
{
	return settings_write(path, text) == 0 || cannot_write(path);
}

/* Keep others of us out of package.env and env. */
static bool
lock(const struct packages *p, int *fd)
{
	char *file = path_join(p->portage, "x");

	*fd = p->c->dry_run ? -1 : settings_lock(file);
	free(file);
	if (*fd != -1 || p->c->dry_run)
		return true;
	command_say("%s cannot be opened: %s", p->portage, strerror(errno));
	return false;
}

static void
list_all(const struct packages *p, struct strv *atoms)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < p->files.n; i++) {
		if (settings_read(p->files.v[i], &text, NULL) == 0)
			pkgenv_list(text.p, ENV_NAME, atoms);
		buf_free(&text);
	}
}

int
command_list_packages(const struct command_conf *c)
{
	struct packages p;
	struct strv atoms = STRV_INIT;
	int status = 1;

	look(&p, c);
	if (is_there(&p)) {
		list_all(&p, &atoms);
		for (size_t i = 0; i < atoms.n; i++)
			puts(atoms.v[i]);
		status = 0;
	}
	strv_free(&atoms);
	free_packages(&p);
	return status;
}

/* The file that turns distcc off; *made: it was missing.  False: it says something else, or cannot be made. */
static bool
make_env(const struct packages *p, bool *made)
{
	struct buf text = BUF_INIT;
	struct makeconf conf = {0};
	bool ok = load(p->env, &text, made);
	char *dir;
	int fd;

	if (ok && !*made) {
		makeconf_parse(&conf, text.p, p->env, NULL, NULL);
		ok = strstr(makeconf_value(&conf, "FEATURES", false), "-distcc") != NULL;
		if (!ok)
			command_say("%s is there, but does not turn distcc off (FEATURES=\"-distcc\"); nothing was changed", p->env);
		makeconf_free(&conf);
	} else if (ok && !p->c->dry_run) {
		dir = path_dir(p->env);
		fd = settings_lock(p->env);	/* makes the directory */
		ok = fd != -1 ? store(p->env, env_text) : cannot_write(p->env);
		if (fd != -1)
			close(fd);
		if (!ok)
			rmdir(dir);
		free(dir);
	}
	buf_free(&text);
	return ok;
}

int
command_add_packages(const struct command_conf *c, const struct strv *atoms)
{
	struct packages p;
	struct strv have = STRV_INIT;
	struct buf text = BUF_INIT;
	bool made = false, ok = true;
	int fd = -1;
	char *next;

	for (size_t i = 0; i < atoms->n; i++) {
		if (pkgenv_atom_ok(atoms->v[i]))
			continue;
		command_say("\"%s\" is no package; one looks like dev-lang/rust, with its category", atoms->v[i]);
		return 1;
	}
	look(&p, c);
	ok = is_there(&p) && lock(&p, &fd) && load(p.target, &text, NULL) && make_env(&p, &made);
	list_all(&p, &have);
	for (size_t i = 0; ok && i < atoms->n; i++) {
		if (strv_has(&have, atoms->v[i])) {
			printf("%s is not distributed already\n", atoms->v[i]);
			continue;
		}
		next = pkgenv_add(text.p, atoms->v[i], ENV_NAME);
		buf_free(&text);
		buf_adds(&text, next);
		free(next);
		strv_push(&have, atoms->v[i]);
		ok = c->dry_run || store(p.target, text.p);
		if (ok)
			printf("%s %s %s to %s\n", c->dry_run ? "would add" : "added", atoms->v[i], ENV_NAME, p.target);
		else if (made && i == 0)
			unlink(p.env);
	}
	buf_free(&text);
	strv_free(&have);
	if (fd != -1)
		close(fd);
	free_packages(&p);
	return ok ? 0 : 1;
}

/* Out of one file.  *found: it was there. */
static bool
remove_from(const struct packages *p, const char *path, const char *atom, bool *found)
{
	struct buf text = BUF_INIT;
	bool ok = load(path, &text, NULL);
	char *next;

	if (ok) {
		next = pkgenv_remove(text.p, atom, ENV_NAME);
		if (!streq(next, text.p)) {
			*found = true;
			/* the file of a directory that only we write to */
			if (!p->c->dry_run)
				ok = next[0] == '\0' && streq(path, p->target) && streq(path_base(path), OWN_FILE) ?
					unlink(path) == 0 : store(path, next);
			if (ok)
				printf("%s %s from %s\n", p->c->dry_run ? "would remove" : "removed", atom, path);
		}
		free(next);
	}
	buf_free(&text);
	return ok;
}

/* Nobody uses it any more, and it is what we wrote. */
static void
drop_env(const struct packages *p)
{
	struct strv left = STRV_INIT;
	struct buf text = BUF_INIT;

	list_all(p, &left);
	if (left.n == 0 && settings_read(p->env, &text, NULL) == 0 && streq(text.p, env_text))
		unlink(p->env);
	strv_free(&left);
	buf_free(&text);
}

int
command_remove_packages(const struct command_conf *c, const struct strv *atoms)
{
	struct packages p;
	bool ok, found;
	int fd = -1;

	look(&p, c);
	ok = is_there(&p) && lock(&p, &fd);
	for (size_t i = 0; ok && i < atoms->n; i++) {
		found = false;
		for (size_t j = 0; ok && j < p.files.n; j++)
			if (access(p.files.v[j], F_OK) == 0)
				ok = remove_from(&p, p.files.v[j], atoms->v[i], &found);
		if (ok && !found)
			printf("%s is distributed already\n", atoms->v[i]);
	}
	if (ok && !c->dry_run)
		drop_env(&p);
	if (fd != -1)
		close(fd);
	free_packages(&p);
	return ok ? 0 : 1;
}
