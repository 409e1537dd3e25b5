/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files a compiler's list of what it includes leaves unread. */
#include "client/treeask.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/check.h"
#include "tests/unit/world.h"

/* The files of the tree, those that are read by including them alone first; one.h and two.h have one content. */
static const char *const names[] = {"src.c", "inc/a.h", "inc/b.h", "inc/sub/d.h", "inc/one.h", "inc/two.h", "inc/data.bin"};
#define TEXTS 6
#define COPY 5

/* What a compiler says, "%s" being the directory of all, and what is not read then; NULL: it is no answer. */
static const struct {
	const char *text, *unread;
} rows[] = {
	{"x.o: src.c inc/a.h inc/b.h inc/sub/d.h inc/data.bin\n", ""},
	{"x.o: src.c\n", "inc/a.h inc/b.h inc/sub/d.h "},
	{"x.o: src.c inc/a.h\n", "inc/b.h inc/sub/d.h "},
	{"x.o: src.c \\\n inc/a.h \\\n  inc/sub/d.h\n", "inc/b.h "},
	{"x.o: %s/src.c %s/inc/b.h\n", "inc/a.h inc/sub/d.h "},
	{"x.o: src.c inc/sub/../a.h ./inc/b.h inc//sub/d.h\n", ""},
	{"x.o: src.c %s/inc/sub/../../inc/a.h\n", "inc/b.h inc/sub/d.h "},
	/* by links: a directory, a file, both */
	{"x.o: src.c link/a.h\n", "inc/b.h inc/sub/d.h "},
	{"x.o: src.c inc/c.h\n", "inc/a.h inc/sub/d.h "},
	{"x.o: src.c link/c.h link/sub/d.h\n", "inc/a.h "},
	{"x.o: src.c %s/link/../inc/a.h\n", "inc/b.h inc/sub/d.h "},
	/* what is not in the tree, not there, or no file */
	{"x.o: src.c inc/a.h inc/stranger.h\n", NULL},
	{"x.o: src.c inc/a.h inc/none.h\n", NULL},
	{"x.o: src.c none/none.h\n", NULL},
	{"x.o: src.c inc/dangling.h\n", NULL},
	{"x.o: src.c inc\n", NULL},
	{"x.o: src.c \\\n inc/a.h", NULL},
	{"x.o: src.c \\\n inc/a.h \\\n", NULL},
	{"x.o:\n", NULL},
	{"", NULL},
	{"cc1: error: nothing of use\n", NULL},
};

static void
make_world(void)
{
	CHECK(mkdir("inc", 0755) == 0 && mkdir("inc/sub", 0755) == 0);
	for (size_t i = 0; i < countof(names); i++)
		world_write(names[i], names[i]);
	world_write("inc/stranger.h", "");
	CHECK(symlink("inc", "link") == 0 && symlink("b.h", "inc/c.h") == 0 && symlink("nowhere", "inc/dangling.h") == 0);
}

static void
make_tree(const char *world, struct tree *t)
{
	struct digest d;
	const char *which;
	char *path;

	for (size_t i = 0; i < countof(names); i++) {
		path = xasprintf("%s/%s", world, names[i]);
		if (i != COPY)
			digest_mem(&d, path, strlen(path));
		tree_add_file(t, path, &d, strlen(names[i]), false);
		t->v[t->n - 1].text = i < TEXTS;
		free(path);
	}
	path = xasprintf("%s/link", world);
	tree_add_link(t, path, "inc");
	free(path);
	path = xasprintf("%s/inc/c.h", world);
	tree_add_link(t, path, "b.h");
	free(path);
	CHECK(tree_sort(t, &which));
}

static char *
replace(const char *text, const char *world)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (; *text != '\0'; text++) {
		if (text[0] == '%')
			buf_adds(&b, world);
		else if (text[0] != 's' || b.n == 0 || text[-1] != '%')
			buf_add(&b, text, 1);
	}
	return b.p;
}

static void
check_row(size_t row, const struct tree *t, const char *world)
{
	char *text = replace(rows[row].text, world);
	bool *unread = treeask_unread(t, world, text, strlen(text));
	struct buf got = BUF_INIT;

	CHECK_ROW(rows[row].text, (unread == NULL) == (rows[row].unread == NULL));
	buf_adds(&got, "");
	for (size_t i = 0; unread != NULL && i < t->n; i++)
		if (unread[i])
			buf_addf(&got, "%s ", t->v[i].path + strlen(world) + 1);
	if (unread != NULL && rows[row].unread != NULL)
		CHECK_STR(rows[row].unread, got.p);
	buf_free(&got);
	free(unread);
	free(text);
}

int
main(void)
{
	const char *world = world_new();
	struct tree t = TREE_INIT;

	make_world();
	make_tree(world, &t);
	for (size_t i = 0; i < countof(rows); i++)
		check_row(i, &t, world);
	tree_free(&t);
	world_remove(world);
	return check_done();
}
