/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/links.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/inroot.h"
#include "masq/names.h"
#include "masq/realcc.h"

/* False: it has gone meanwhile. */
static bool
read_link(struct link *k, const char *root, const char *path)
{
	char text[PATH_MAX];
	struct stat st;
	ssize_t n = readlink(path, text, sizeof(text) - 1);

	if (n < 0)
		return false;
	text[n] = '\0';
	k->text = xstrdup(text);
	k->dangling = inroot_stat(root, path, &st) == -1;
	k->kind = inroot_leads(root, path, realcc_is_own_name) ? LINK_OURS : LINK_FOREIGN;
	return true;
}

static bool
read_one(struct link *k, const char *root, const char *dir, const char *name, const struct scan *s)
{
	char *path = path_join(dir, name);
	struct name parts;
	struct stat st;
	bool there = lstat(path, &st) == 0;

	*k = (struct link){.kind = LINK_FILE};
	if (there && S_ISLNK(st.st_mode))
		there = read_link(k, root, path);
	else if (there && S_ISDIR(st.st_mode))
		k->kind = LINK_DIRECTORY;
	if (there) {
		k->name = xstrdup(name);
		k->compiler_name = names_parse(name, s->targets.v, &parts);
		k->prefixed = k->compiler_name && parts.target_len > 0;
		if (k->kind == LINK_OURS)
			k->behind = scan_behind(s, name, &k->behind_on_path);
	}
	free(path);
	return there;
}

int
links_read(struct links *l, const char *root, const char *dir, const struct scan *s)
{
	struct strv names = STRV_INIT;

	*l = (struct links){0};
	if (access(dir, R_OK | X_OK) == -1)
		return errno == ENOENT ? 0 : -1;
	inroot_list(dir, &names);
	l->v = xcalloc(names.n, sizeof(l->v[0]));
	for (size_t i = 0; i < names.n; i++) {
		if (names.v[i][0] == '.')
			l->hidden += !starts_with(names.v[i], LINKS_TEMP);
		else if (read_one(&l->v[l->n], root, dir, names.v[i], s))
			l->n++;
	}
	strv_free(&names);
	return 0;
}

const struct link *
links_find(const struct links *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++) {
		if (streq(l->v[i].name, name))
			return &l->v[i];
	}
	return NULL;
}

void
links_free(struct links *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].name);
		free(l->v[i].text);
		free(l->v[i].behind);
	}
	free(l->v);
	*l = (struct links){0};
}
