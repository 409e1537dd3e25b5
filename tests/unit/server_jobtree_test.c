/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/jobtree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/tmp.h"
#include "base/util.h"
#include "check.h"

static const char *top;
static struct store *s;
static int jobs;

static struct digest
put(const char *text)
{
	struct store_file f;
	struct digest d;

	digest_mem(&d, text, strlen(text));
	if (store_look(s, &d, strlen(text)) != STORE_MISSING)
		return d;
	CHECK(store_begin(s, jobs, &f) == 0);
	CHECK(*text == '\0' || write(f.fd, text, strlen(text)) == (ssize_t)strlen(text));
	CHECK_INT(STORE_OK, store_commit(s, &f, &d, strlen(text), NULL));
	return d;
}

static void
add(struct tree *t, const char *path, const char *text, uint64_t ino, int64_t mtime)
{
	struct digest d = put(text);

	tree_add_file(t, path, &d, strlen(text), false);
	tree_identify(t, 1, ino, mtime);
}

/* As it goes over the wire. */
static void
transmit(struct tree *t)
{
	struct buf b = BUF_INIT;
	const char *which;
	size_t at;

	CHECK(tree_sort(t, &which));
	tree_encode(t, &b);
	tree_free(t);
	CHECK_INT(TREE_OK, tree_decode(b.p, b.n, t, &at));
	buf_free(&b);
}

static int
make_dir(const char *name)
{
	CHECK(mkdirat(jobs, name, 0700) == 0);
	return openat(jobs, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static struct stat
stat_of(int dir, const char *name)
{
	struct stat st = {0};

	CHECK_ROW(name, fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0);
	return st;
}

static void
test_layout(void)
{
	struct tree t = TREE_INIT;
	int dir = make_dir("layout");
	struct digest tool = put("#!/bin/sh\n");
	char target[100] = "";
	size_t at;

	add(&t, "/home/jo/p/x.c", "int x;\n", 1, 1);
	add(&t, "/home/jo/p/inc/a.h", "a", 2, 1);
	add(&t, "/home/jo/p.h", "b", 3, 1);
	add(&t, "/home/jo/p/inc/deep/er/b.h", "c", 4, 1);
	add(&t, "/usr/include/stdio.h", "d", 5, 1);
	tree_add_dir(&t, "/home/jo/p/build");
	tree_add_dir(&t, "/home");
	tree_add_dir(&t, "/home/jo/p/build/sub");
	tree_add_link(&t, "/lib", "usr/lib");
	tree_add_link(&t, "/home/jo/up", "../../../../etc");
	tree_add_file(&t, "/opt/tool", &tool, 10, true);
	transmit(&t);
	CHECK(jobtree_build(s, &t, dir, &at) == 0);
	CHECK(S_ISDIR(stat_of(dir, "home/jo/p/build/sub").st_mode));
	CHECK(stat_of(dir, "home/jo/p/x.c").st_nlink == 2);
	CHECK(stat_of(dir, "home/jo/p/x.c").st_size == 7);
	CHECK((stat_of(dir, "home/jo/p/inc/deep/er/b.h").st_mode & 07777) == 0444);
	CHECK(stat_of(dir, "home/jo/p.h").st_size == 1);
	CHECK((stat_of(dir, "opt/tool").st_mode & 07777) == 0555 && stat_of(dir, "opt/tool").st_nlink == 1);
	CHECK(readlinkat(dir, "lib", target, sizeof(target) - 1) == 7);
	CHECK_STR("usr/lib", target);
	CHECK((stat_of(dir, "usr/include").st_mode & 0700) == 0700);
	tree_free(&t);
	close(dir);
}

static void
test_twins(void)
{
	struct tree t = TREE_INIT;
	int dir = make_dir("twins");
	struct stat a, b, c, d, e, f;
	size_t at;

	add(&t, "/a", "same", 1, 100);
	add(&t, "/b", "same", 2, 200);
	add(&t, "/c", "same", 3, 200);
	add(&t, "/d", "same", 4, 300);
	add(&t, "/e", "same", 3, 200);
	add(&t, "/f", "same", 6, 100);
	transmit(&t);
	CHECK(jobtree_build(s, &t, dir, &at) == 0);
	a = stat_of(dir, "a");
	b = stat_of(dir, "b");
	c = stat_of(dir, "c");
	d = stat_of(dir, "d");
	e = stat_of(dir, "e");
	f = stat_of(dir, "f");
	CHECK(a.st_mtime != b.st_mtime && a.st_mtime != d.st_mtime && b.st_mtime != d.st_mtime);
	CHECK(b.st_mtime == c.st_mtime && a.st_mtime == f.st_mtime);
	CHECK(a.st_ino != b.st_ino && b.st_ino != c.st_ino && a.st_ino != f.st_ino && c.st_ino == e.st_ino);
	tree_free(&t);
	close(dir);
}

static void
test_missing(void)
{
	struct tree t = TREE_INIT;
	int dir = make_dir("missing");
	struct digest none;
	size_t at;

	digest_mem(&none, "none", 4);
	add(&t, "/a/b", "x", 1, 1);
	tree_add_file(&t, "/a/c", &none, 4, false);
	transmit(&t);
	CHECK(jobtree_build(s, &t, dir, &at) == -1 && errno == ENOENT);
	CHECK_INT(1, at);
	tree_free(&t);
	close(dir);
}

int
main(void)
{
	char *prefix = xasprintf("%s/jobtree_test.", tmp_dir()), *why;

	top = tmp_create_dir(prefix);
	s = store_open(top, 1 << 30, &why);
	CHECK(s != NULL);
	store_jobs(s, &jobs);
	test_layout();
	test_twins();
	test_missing();
	store_close(s);
	tmp_remove(top);
	free(prefix);
	return check_done();
}
