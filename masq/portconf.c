/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/portconf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/inroot.h"
#include "masq/place.h"
#include "masq/settings.h"

#define MAX_DEPTH 8	/* of "source", and of directories */
#define OWN_FILE "zz-distcc"	/* of a make.conf that is a directory: its files are read in order */
#define BACKUP ".distcc~"

struct reading {
	struct portconf *p;
	int depth;
};

static void
fail(struct portconf *p, char *error)
{
	if (p->error == NULL)
		p->error = error;
	else
		free(error);
}

bool
portconf_load(const char *path, struct buf *text, bool *missing, char **wrong)
{
	*wrong = NULL;
	if (settings_read(path, text, missing) == -1)
		*wrong = xasprintf("%s cannot be read: %s", path, strerror(errno));
	else if (strlen(text->p) != text->n)
		*wrong = xasprintf("%s is no text", path);
	return *wrong == NULL;
}

static makeconf_source read_sourced;

static void
read_one(struct reading *r, const char *path)
{
	struct buf text = BUF_INIT;
	bool missing;
	char *wrong;

	if (portconf_load(path, &text, &missing, &wrong))
		makeconf_parse(&r->p->conf, text.p, path, read_sourced, r);
	else
		fail(r->p, wrong);
	buf_free(&text);
}

static void
read_sourced(struct makeconf *c, const char *name, void *arg)
{
	struct reading *r = arg;
	char *path;

	(void)c;
	if (r->depth == MAX_DEPTH || name[0] == '\0')
		return;
	r->depth++;
	path = name[0] == '/' ? xasprintf("%s%s", r->p->root, name) : xstrdup(name);
	read_one(r, path);
	free(path);
	r->depth--;
}

/* Portage passes over hidden files and copies that editors leave. */
static bool
is_read(const char *name)
{
	return name[0] != '.' && !ends_with(name, "~");
}

static void
find_files(struct portconf *p, const char *path, int depth)
{
	struct strv names = STRV_INIT;
	struct stat st;
	char *sub;

	if (inroot_stat(p->root, path, &st) == -1 || depth == MAX_DEPTH)
		return;
	if (!S_ISDIR(st.st_mode)) {
		strv_push(&p->files, path);
		return;
	}
	inroot_list(path, &names);
	for (size_t i = 0; i < names.n; i++) {
		if (!is_read(names.v[i]))
			continue;
		sub = path_join(path, names.v[i]);
		find_files(p, sub, depth + 1);
		free(sub);
	}
	strv_free(&names);
}

void
portconf_read(struct portconf *p, const char *root, const char *eprefix)
{
	char *old = place_in(root, eprefix, "/etc/make.conf"), *new = place_in(root, eprefix, "/etc/portage/make.conf");
	char *dir = path_dir(new);
	struct reading r = {.p = p};
	struct stat st, dir_st;
	bool have_new, have_old;

	*p = (struct portconf){.root = root};
	have_old = inroot_stat(root, old, &dir_st) == 0;
	have_new = inroot_stat(root, new, &st) == 0;
	p->there = have_old || (inroot_stat(root, dir, &dir_st) == 0 && S_ISDIR(dir_st.st_mode));
	find_files(p, old, 0);
	find_files(p, new, 0);
	if (have_new && S_ISDIR(st.st_mode))
		p->target = path_join(new, OWN_FILE);
	else
		p->target = xstrdup(!have_new && have_old ? old : new);
	for (size_t i = 0; i < p->files.n; i++)
		read_one(&r, p->files.v[i]);
	free(old);
	free(new);
	free(dir);
}

void
portconf_free(struct portconf *p)
{
	strv_free(&p->files);
	makeconf_free(&p->conf);
	free(p->target);
	free(p->error);
	*p = (struct portconf){0};
}

char *
portconf_backup_name(const char *path)
{
	return xasprintf("%s%s", path, BACKUP);
}

char *
portconf_distcc_dir(const struct portconf *p, const char *root)
{
	const char *dir = makeconf_value(&p->conf, "DISTCC_DIR", false);
	const char *tmp = makeconf_value(&p->conf, "PORTAGE_TMPDIR", false);

	if (dir[0] != '\0')
		return xasprintf("%s%s", root, dir);
	return xasprintf("%s%s/portage/.distcc", root, tmp[0] != '\0' ? tmp : "/var/tmp");
}
