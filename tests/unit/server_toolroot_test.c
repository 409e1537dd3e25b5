/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/tmp.h"
#include "server/toolroot.h"

static const char *top;

/* Words "l PATH TARGET", "d PATH", "f PATH" as a list or a tree. */
static void
make_tree(const char *const *words, struct tree *t)
{
	struct digest d = {{0}};
	const char *which;

	for (; *words != NULL; words++) {
		const char *w = *words, *tab = strchr(w, '\t');
		char *path = tab == NULL ? xstrdup(w + 2) : xstrndup(w + 2, (size_t)(tab - w) - 2);

		if (*w == 'l')
			tree_add_link(t, path, tab + 1);
		else if (*w == 'd')
			tree_add_dir(t, path);
		else
			tree_add_file(t, path, &d, 1, false);
		free(path);
	}
	CHECK(tree_sort(t, &which));
}

static void
test_layout(void)
{
	static const char *const merged[] = {
		"d /usr", "d /usr/lib", "l /lib\tusr/lib", "f /usr/lib/libc.so.6\tstamp\t/usr/lib/libc.so.6", "d /usr/bin", "l /usr/bin/as\tas-2",
		"f /usr/bin/as-2\tstamp\t/usr/bin/as-2",
	};
	static const struct {
		const char *name;
		const char *tree[4];
		const char *want[3];
	} rows[] = {
		{"nothing", {NULL}, {NULL}},
		{"files beside", {"f /usr/lib/x.h", "f /home/x.c"}, {NULL}},
		{"the same link", {"l /lib\tusr/lib", "f /usr/lib/x.h"}, {NULL}},
		{"another link", {"l /lib\tlib64"}, {"l /lib\tlib64"}},
		{"a directory below which a file is", {"f /lib/gcc/x.h"}, {"d /lib"}},
		{"a listed directory", {"d /lib"}, {"d /lib"}},
		{"names that begin alike", {"f /libx/x.h", "f /lib-x"}, {NULL}},
		{"a link for a directory", {"l /usr/lib\tlib64", "f /lib/y.h"}, {"d /lib", "l /usr/lib\tlib64"}},
		{"a link for a file", {"l /usr/bin/as-2\t/opt/as"}, {"l /usr/bin/as-2\t/opt/as"}},
		{"a file for a file", {"f /usr/bin/as-2"}, {NULL}},
		{"a directory that is one", {"d /usr/lib", "d /usr/bin"}, {NULL}},
		{"a target with a tab", {"l /lib\ta\tb"}, {NULL}},
	};
	struct strv list = STRV_INIT;

	for (size_t i = 0; i < countof(merged); i++)
		strv_push(&list, merged[i]);
	for (size_t i = 0; i < countof(rows); i++) {
		struct tree t = TREE_INIT;
		struct strv got = STRV_INIT;
		size_t n = 0;

		make_tree(rows[i].tree, &t);
		toolroot_layout(&list, &t, &got);
		for (; rows[i].want[n] != NULL; n++)
			CHECK_ROW(rows[i].name, n < got.n && streq(got.v[n], rows[i].want[n]));
		CHECK_ROW(rows[i].name, got.n == n);
		strv_free(&got);
		tree_free(&t);
	}
	strv_free(&list);
}

static char *
made(const char *name)
{
	char *path = path_join(top, name);

	CHECK(path_mkdirs(path) == 0);
	return path;
}

/* What the link in dir leads to; "" if it is none. */
static const char *
link_at(const char *dir, const char *name)
{
	static char target[256];
	char *path = path_join(dir, name);
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	target[n < 0 ? 0 : n] = '\0';
	free(path);
	return target;
}

static bool
is_there(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

/* A program of this system with all it needs, in this system's layout and in another. */
static void
test_fill(void)
{
	struct strv none = STRV_INIT, other = STRV_INIT, list = STRV_INIT;
	struct toolparts parts = {.programs = STRV_INIT};
	char *root = made("root"), *second = made("second"), *pool = made("pool"), *why = NULL, *sh;
	struct stat a, b;

	strv_push(&parts.programs, "/bin/sh");
	CHECK(toolroot_fill(root, pool, &parts, &none, &list, &why));
	CHECK_STR(NULL, why);
	CHECK(is_there(root, "bin/sh") && is_there(root, "dev/null") && is_there(root, "proc") && is_there(root, "tmp"));
	CHECK(toolroot_current(&list));
	strv_pushf(&list, "f /x\tno.stamp\t/bin/sh");
	CHECK(!toolroot_current(&list));
	strv_free(&list);

	/* a client whose /bin is a link to somewhere */
	strv_push(&other, "l /bin\tprograms/here");
	CHECK(toolroot_fill(second, pool, &parts, &other, &list, &why));
	CHECK_STR("programs/here", link_at(second, "bin"));
	CHECK(is_there(second, "programs/here"));
	/* the file itself is one in both */
	sh = realpath("/bin/sh", NULL);
	CHECK(sh != NULL);
	for (size_t i = 0; i < list.n; i++) {
		const char *tab = strchr(list.v[i], '\t');
		char *path;

		if (list.v[i][0] != 'f' || tab == NULL || !ends_with(tab, sh))
			continue;
		path = xasprintf("%s%.*s", second, (int)(tab - list.v[i]) - 2, list.v[i] + 2);
		CHECK(stat(path, &a) == 0 && a.st_nlink == 3 && (a.st_mode & 07777) == 0555);
		free(path);
	}
	CHECK(stat("/bin/sh", &b) == 0 && a.st_size == b.st_size);
	free(sh);
	strv_free(&list);
	strv_free(&other);
	toolparts_free(&parts);

	tmp_remove_tree(root);
	tmp_remove_tree(second);
	CHECK(is_there(top, "pool"));
	toolroot_sweep_pool(pool);
	CHECK_INT(0, rmdir(pool));
	free(root);
	free(second);
	free(pool);
}

static void
test_fill_fails(void)
{
	struct strv none = STRV_INIT, circle = STRV_INIT, list = STRV_INIT;
	struct toolparts parts = {.programs = STRV_INIT};
	char *root = made("root3"), *pool = made("pool3"), *why = NULL;

	strv_push(&parts.programs, "/nonexistent/cc1");
	CHECK(!toolroot_fill(root, pool, &parts, &none, &list, &why));
	CHECK_STR("/nonexistent/cc1: No such file or directory", why);
	free(why);
	/* not empty any more */
	CHECK(!toolroot_fill(root, pool, &parts, &none, &list, &why));
	CHECK(why != NULL);
	free(why);
	strv_free(&list);
	toolparts_free(&parts);
	free(pool);
	free(root);

	/* the links of a client lead nowhere */
	root = made("root4");
	pool = made("pool4");
	strv_push(&parts.programs, "/bin/sh");
	strv_push(&circle, "l /bin\tsbin");
	strv_push(&circle, "l /sbin\tbin");
	CHECK(!toolroot_fill(root, pool, &parts, &circle, &list, &why));
	CHECK_STR("/bin: Too many levels of symbolic links", why);
	free(why);
	strv_free(&circle);
	strv_free(&list);
	toolparts_free(&parts);
	free(root);
	free(pool);
}

int
main(void)
{
	char *prefix = path_join(tmp_dir(), "toolroot_test.");

	top = tmp_create_dir(prefix);
	CHECK(top != NULL);
	test_layout();
	test_fill();
	test_fill_fails();
	tmp_cleanup(false);
	free(prefix);
	return check_done();
}
