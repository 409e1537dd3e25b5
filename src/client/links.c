/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/links.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

#define MAX_LINKS 40

/* The way already gone, real and without links; never with a '/' at its end. */
struct walk {
	char at[PATH_MAX];
	size_t n;
};

static void
go_up(struct walk *w)
{
	while (w->n > 0 && w->at[--w->n] != '/')
		;
	w->at[w->n] = '\0';
}

static bool
go_down(struct walk *w, const char *name, size_t len)
{
	if (w->n + 1 + len >= sizeof(w->at))
		return false;
	w->at[w->n++] = '/';
	memcpy(w->at + w->n, name, len);
	w->n += len;
	w->at[w->n] = '\0';
	return true;
}

/* The text of the link w stands at; "" if it is none, NULL if there is nothing.  The caller frees. */
static char *
link_text(const struct walk *w)
{
	char text[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (lstat(w->at, &st) == -1)
		return NULL;
	if (!S_ISLNK(st.st_mode))
		return xstrdup("");
	n = readlink(w->at, text, sizeof(text));
	return n > 0 && (size_t)n < sizeof(text) ? xstrndup(text, (size_t)n) : NULL;
}

bool
links_add(struct tree *t, const char *path)
{
	char *rest = xstrdup(path), *text, *more;
	struct walk w = {.n = 0};
	const char *p = rest;
	int links = 0;
	bool ok = true;
	size_t len;

	w.at[0] = '\0';
	for (;; p += len) {
		p += strspn(p, "/");
		len = strcspn(p, "/");
		if (len == 0 || !ok)
			break;
		if (len == 1 && p[0] == '.')
			continue;
		if (len == 2 && p[0] == '.' && p[1] == '.') {
			go_up(&w);
			continue;
		}
		text = go_down(&w, p, len) ? link_text(&w) : NULL;
		ok = text != NULL && (*text == '\0' || ++links <= MAX_LINKS);
		if (ok && *text != '\0') {
			tree_add_link(t, w.at, text);
			if (*text == '/')
				w.at[w.n = 0] = '\0';
			else
				go_up(&w);
			more = xasprintf("%s%s", text, p + len);
			free(rest);
			p = rest = more;
			len = 0;
		}
		free(text);
	}
	free(rest);
	return ok;
}
