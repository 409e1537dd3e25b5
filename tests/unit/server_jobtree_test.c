/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/jobtree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/tmp.h"
#include "base/util.h"
#include "check.h"
#include "server/treepool.h"

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

/* Change dir from holding old (NULL: nothing) to holding new. */
static int
build(const struct tree *old, struct tree *new, int dir, const char **which)
{
	static const struct tree nothing = TREE_INIT;
	struct jobtree_plan p;
	int result;

	jobtree_compare(&p, old != NULL ? old : &nothing, new);
	result = jobtree_apply(&p, s, new, dir, which);
	jobtree_plan_free(&p);
	return result;
}

static void
test_layout(void)
{
	struct tree t = TREE_INIT;
	int dir = make_dir("layout");
	struct digest tool = put("#!/bin/sh\n");
	char target[100] = "";
	const char *which;

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
	CHECK(build(NULL, &t, dir, &which) == 0);
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
	const char *which;

	add(&t, "/a", "same", 1, 100);
	add(&t, "/b", "same", 2, 200);
	add(&t, "/c", "same", 3, 200);
	add(&t, "/d", "same", 4, 300);
	add(&t, "/e", "same", 3, 200);
	add(&t, "/f", "same", 6, 100);
	transmit(&t);
	CHECK(build(NULL, &t, dir, &which) == 0);
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
	const char *which;

	digest_mem(&none, "none", 4);
	add(&t, "/a/b", "x", 1, 1);
	tree_add_file(&t, "/a/c", &none, 4, false);
	transmit(&t);
	CHECK(build(NULL, &t, dir, &which) == -1 && errno == ENOENT);
	CHECK(starts_with(which, "/a/c"));
	tree_free(&t);
	close(dir);
}

static void
fill_one(struct tree *t)
{
	add(t, "/p/x.c", "int x;", 1, 1);
	add(t, "/p/inc/a.h", "a", 2, 1);
	add(t, "/p/inc/deep/b.h", "b", 3, 1);
	add(t, "/p/inc/twin.h", "a", 4, 1);
	add(t, "/p/becomes.h", "c", 5, 1);
	add(t, "/p/was", "d", 6, 1);
	tree_add_dir(t, "/p/empty");
	tree_add_link(t, "/lib", "usr/lib");
	tree_add_link(t, "/l", "one");
	transmit(t);
}

static void
fill_two(struct tree *t)
{
	add(t, "/p/x.c", "int y;", 1, 1);
	add(t, "/p/inc/a.h", "a", 2, 1);
	add(t, "/p/inc/twin.h", "a", 2, 1);
	add(t, "/p/becomes.h/now/dir.h", "e", 5, 1);
	tree_add_link(t, "/p/was", "x.c");
	tree_add_dir(t, "/p/other");
	tree_add_link(t, "/lib", "usr/lib");
	tree_add_link(t, "/l", "two");
	transmit(t);
}

/* What is below a directory, in words. */
static char *
words(int dir)
{
	struct buf b = BUF_INIT;
	char line[300];
	char *command = xasprintf("cd /proc/%d/fd/%d && find . -mindepth 1 -printf '%%P %%y %%l %%m %%n ' "
				  "\\( -type f -printf '%%T@ ' -exec cat {} \\; -o -true \\) -printf '\\n' | sort", (int)getpid(), dir);
	FILE *f = popen(command, "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		buf_adds(&b, line);
	if (f != NULL)
		pclose(f);
	free(command);
	return b.p;
}

/* Whatever was there before: the same afterwards as in an empty directory. */
static void
check_change(void (*from)(struct tree *), void (*to)(struct tree *), const char *name)
{
	char *other = xasprintf("%s.fresh", name), *want, *is;
	struct tree old = TREE_INIT, again = TREE_INIT, new = TREE_INIT;
	int dir = make_dir(name), fresh = make_dir(other);
	const char *which;

	from(&old);
	to(&new);
	to(&again);
	CHECK(build(NULL, &old, dir, &which) == 0);
	CHECK(build(&old, &new, dir, &which) == 0);
	CHECK(build(NULL, &again, fresh, &which) == 0);
	want = words(fresh);
	is = words(dir);
	CHECK_STR(want, is);
	free(want);
	free(is);
	free(other);
	tree_free(&old);
	tree_free(&new);
	tree_free(&again);
	close(dir);
	close(fresh);
}

static void
fill_nothing(struct tree *t)
{
	transmit(t);
}

static void
test_changes(void)
{
	check_change(fill_one, fill_two, "one-two");
	check_change(fill_two, fill_one, "two-one");
	check_change(fill_one, fill_one, "one-one");
	check_change(fill_one, fill_nothing, "one-nothing");
	check_change(fill_nothing, fill_two, "nothing-two");
}

static void
test_in_place(void)
{
	struct tree one = TREE_INIT, two = TREE_INIT;
	int dir = make_dir("place");
	struct jobtree_plan p;
	const char *which;

	add(&one, "/a.h", "aaa", 1, 1);
	add(&one, "/t.h", "__TIME__", 2, 1);
	transmit(&one);
	CHECK(build(NULL, &one, dir, &which) == 0);
	add(&two, "/a.h", "aaa", 1, 1);
	add(&two, "/b.h", "bbb", 1, 1);
	transmit(&two);
	jobtree_compare(&p, &one, &two);
	CHECK(p.in_place[0] && !p.in_place[1] && !p.timed);
	jobtree_plan_free(&p);
	one.v[1].timed = true;
	jobtree_compare(&p, &one, &one);
	CHECK(p.in_place[0] && p.in_place[1] && p.timed);
	jobtree_plan_free(&p);
	tree_free(&one);
	tree_free(&two);
	close(dir);
}

/* What may happen to a tree, and where it is noticed. */
static const struct {
	const char *entry, *command;
} damages[] = {
	{"/p/x.c", "chmod u+w p/x.c && echo more >>p/x.c"},
	{"/p/x.c", "chmod u+w p/x.c && printf 'int y;' >p/x.c && chmod 444 p/x.c"},
	{"/p/x.c", "chmod u+w p/x.c"},
	{"/p/x.c", "rm -f p/x.c"},
	{"/p/x.c", "rm -f p/x.c && mkdir p/x.c"},
	{"/p/x.c", "ln -sf /nonexistent p/x.c"},
	{"/p/inc/a.h", "mv p/inc p/away"},
	{"/p/inc/twin.h", "rm -f p/inc/twin.h"},
	{"/p/inc/twin.h", "chmod u+w p/inc/twin.h && printf b >p/inc/twin.h && chmod 444 p/inc/twin.h"},
	{"/p/run", "chmod 444 p/run"},
	{"/p/run.too", "rm -f p/run.too && echo exit >p/run.too && chmod 555 p/run.too"},
	{"/p/empty", "rmdir p/empty"},
	{"/p/empty", "rmdir p/empty && ln -s inc p/empty"},
	{"/lib", "ln -sfn usr/lib2 lib"},
	{"/l", "rm l && mkdir l"},
};

static void
test_whole(void)
{
	struct digest run = put("#!/bin/sh\n");

	for (size_t i = 0; i < countof(damages); i++) {
		char *name = xasprintf("whole.%zu", i), *command;
		int dir = make_dir(name);
		struct tree t = TREE_INIT;
		const char *which = "";

		tree_add_file(&t, "/p/run", &run, 10, true);
		tree_identify(&t, 1, 70, 1);
		tree_add_file(&t, "/p/run.too", &run, 10, true);
		tree_identify(&t, 1, 70, 1);
		fill_one(&t);
		CHECK_ROW(damages[i].command, build(NULL, &t, dir, &which) == 0);
		CHECK_ROW(damages[i].command, jobtree_is_whole(s, &t, dir, &which));
		command = xasprintf("cd /proc/%d/fd/%d && %s", (int)getpid(), dir, damages[i].command);
		CHECK_ROW(command, system(command) == 0);
		CHECK_ROW(command, !jobtree_is_whole(s, &t, dir, &which));
		CHECK_STR(damages[i].entry, which);
		free(command);
		free(name);
		tree_free(&t);
		close(dir);
	}
}

/* Each file of directories with long rows, interrupted by those below them. */
static void
test_whole_rows(void)
{
	static const char *const dirs[] = {"", "/w", "/w/a", "/w/a/x", "/w/b", "/w/c", "/w/d/deep/er", "/z"};
	static const char *const names[] = {"a1", "a2", "a3", "a4", "a5", "a6", "c1", "c2", "c3", "c4", "c5", "c6", "y"};
	int dir = make_dir("rows");
	struct tree t = TREE_INIT;
	const char *which = "";

	for (size_t i = 0; i < countof(dirs) * countof(names); i++) {
		char *path = xasprintf("%s/%s", dirs[i / countof(names)], names[i % countof(names)]);

		add(&t, path, path, i + 1, 1);
		free(path);
	}
	transmit(&t);
	CHECK(build(NULL, &t, dir, &which) == 0);
	for (size_t i = 0; i < t.n; i++) {
		struct stat st = stat_of(dir, t.v[i].path + 1);
		struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {st.st_mtim.tv_sec + 1, st.st_mtim.tv_nsec}};

		CHECK_ROW(t.v[i].path, jobtree_is_whole(s, &t, dir, &which));
		CHECK(utimensat(dir, t.v[i].path + 1, times, 0) == 0);
		CHECK_ROW(t.v[i].path, !jobtree_is_whole(s, &t, dir, &which));
		CHECK_STR(t.v[i].path, which);
		times[1] = st.st_mtim;
		CHECK(utimensat(dir, t.v[i].path + 1, times, 0) == 0);
	}
	CHECK(jobtree_is_whole(s, &t, dir, &which));
	tree_free(&t);
	close(dir);
}

static void
use(struct pooltree *t, const char *cwd, struct tree *tree, bool good)
{
	struct jobtree_plan p;
	struct buf listing = BUF_INIT;
	const char *which;

	treepool_open(t, s, cwd);
	jobtree_compare(&p, &t->old, tree);
	CHECK(treepool_change(t));
	CHECK(jobtree_apply(&p, s, tree, t->files, &which) == 0);
	jobtree_plan_free(&p);
	CHECK(jobtree_is_whole(s, tree, t->files, &which));
	treepool_looked(t, clock_ms());
	tree_encode(tree, &listing);
	treepool_close(t, &(struct pooltree_end){good ? &listing : NULL, tree, 3});
	buf_free(&listing);
}

static size_t
trees(void)
{
	size_t n = 0;
	char *path = xasprintf("%s/trees", top);
	DIR *d = opendir(path);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	if (d != NULL)
		closedir(d);
	free(path);
	return n;
}

static void
test_pool(void)
{
	struct tree one = TREE_INIT, two = TREE_INIT;
	const struct pooltree_end end = {NULL, NULL, 3};
	struct pooltree t, u;

	fill_one(&one);
	fill_two(&two);
	use(&t, "/p", &one, true);
	CHECK_INT(1, trees());
	use(&t, "/p", &two, true);
	CHECK_INT(1, trees());
	treepool_open(&t, s, "/p");
	CHECK_INT(two.n, t.old.n);
	/* in use: another one; not changed: as it was */
	treepool_open(&u, s, "/p");
	CHECK_INT(0, u.old.n);
	treepool_close(&u, &end);
	treepool_close(&t, &end);
	CHECK_INT(1, trees());
	use(&t, "/q", &one, true);
	CHECK_INT(2, trees());
	/* what went wrong goes */
	use(&t, "/q", &two, false);
	CHECK_INT(1, trees());
	use(&t, "/q", &one, true);
	use(&t, "/r", &one, true);
	use(&t, "/s", &one, true);
	CHECK_INT(3, trees());
	treepool_open(&t, s, "/p");
	CHECK(t.dir == -1);
	treepool_close(&t, &end);
	/* killed while it was changed */
	treepool_open(&t, s, "/s");
	CHECK(treepool_change(&t));
	treepool_sweep(s, false);
	CHECK_INT(3, trees());
	close(t.dir);
	treepool_sweep(s, false);
	CHECK_INT(2, trees());
	t.dir = -1;
	t.changed = false;
	treepool_close(&t, &end);
	treepool_sweep(s, true);
	CHECK_INT(0, trees());
	tree_free(&one);
	tree_free(&two);
}

/* Once damaged, it is as if it had never been. */
static void
test_discard(void)
{
	const struct pooltree_end end = {NULL, NULL, 9};
	struct tree one = TREE_INIT;
	struct pooltree t;

	fill_one(&one);
	use(&t, "/d", &one, true);
	treepool_open(&t, s, "/d");
	CHECK_INT(one.n, t.old.n);
	treepool_discard(&t);
	CHECK(t.dir == -1 && t.files == -1 && t.listing == -1 && t.path == NULL && t.old.n == 0);
	CHECK_INT(0, trees());
	/* there is none */
	treepool_discard(&t);
	treepool_close(&t, &end);
	use(&t, "/d", &one, true);
	CHECK_INT(1, trees());
	treepool_open(&t, s, "/d");
	treepool_discard(&t);
	treepool_close(&t, &end);
	tree_free(&one);
}

/* What is remembered of a tree: which files are timed, and when they were looked at. */
static void
test_memory(void)
{
	const struct pooltree_end end = {NULL, NULL, 9};
	struct tree one = TREE_INIT;
	struct jobtree_plan p;
	struct pooltree t;
	int fd;

	add(&one, "/m/a.h", "aaa", 1, 1);
	add(&one, "/m/t.h", "__TIME__", 2, 1);
	transmit(&one);
	/* as the store tells who links it */
	one.v[1].timed = true;
	use(&t, "/m", &one, true);
	treepool_open(&t, s, "/m");
	CHECK(!treepool_must_look(&t));
	treepool_looked(&t, clock_ms() - 2000);
	CHECK(treepool_must_look(&t));
	treepool_looked(&t, clock_ms());
	CHECK(!treepool_must_look(&t));
	/* by a daemon that has ended since */
	treepool_looked(&t, store_opened_ms(s) - 1);
	CHECK(treepool_must_look(&t));
	CHECK(t.old.v[1].timed && !t.old.v[0].timed);
	one.v[1].timed = false;
	jobtree_compare(&p, &t.old, &one);
	CHECK(p.timed && one.v[1].timed && !one.v[0].timed);
	jobtree_plan_free(&p);
	/* of another boot */
	fd = openat(t.dir, "listing", O_WRONLY | O_CLOEXEC);
	CHECK(pwrite(fd, "another", 7, 0) == 7);
	close(fd);
	treepool_close(&t, &end);
	treepool_open(&t, s, "/m");
	CHECK(t.dir == -1 && t.old.n == 0);
	treepool_close(&t, &end);
	CHECK_INT(0, trees());
	tree_free(&one);
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
	test_changes();
	test_in_place();
	test_whole();
	test_whole_rows();
	test_pool();
	test_discard();
	test_memory();
	store_close(s);
	tmp_remove(top);
	free(prefix);
	return check_done();
}
