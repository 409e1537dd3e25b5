/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/output.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tmp.h"
#include "tests/unit/check.h"

static bool
put(const char *target, enum output_style style, const char *text)
{
	struct output o;
	bool ok;

	ok = output_open(&o, target, style) && write(o.fd, text, strlen(text)) == (ssize_t)strlen(text) && output_commit(&o);
	output_drop(&o);
	return ok;
}

static void
make(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(fd, mode) == 0);
	close(fd);
}

static void
check_text(const char *path, const char *want)
{
	struct buf b = BUF_INIT;

	CHECK(buf_read_file(&b, path, 1000) == 0);
	CHECK_STR(want, b.p != NULL ? b.p : "");
	buf_free(&b);
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static bool
is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static int
count_files(void)
{
	DIR *d = opendir(".");
	int n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
test_new_file(void)
{
	mode_t old = umask(027);

	CHECK(put("a.o", OUTPUT_NEW, "one"));
	check_text("a.o", "one");
	CHECK_INT(0640, mode_of("a.o"));
	umask(old);
	CHECK(put("./a.o", OUTPUT_NEW, ""));
	check_text("a.o", "");
	CHECK_INT(0666 & ~old, mode_of("a.o"));
}

static void
test_links(void)
{
	make("real", "old", 0604);
	CHECK(symlink("real", "link.o") == 0 && symlink("real", "link.s") == 0);
	CHECK(put("link.o", OUTPUT_NEW, "object"));
	CHECK(!is_link("link.o"));
	check_text("real", "old");
	CHECK(put("link.s", OUTPUT_OLD, "assembly"));
	CHECK(is_link("link.s"));
	check_text("real", "assembly");
	CHECK_INT(0604, mode_of("real"));
}

static void
test_hard_links(void)
{
	make("one", "old", 0644);
	CHECK(link("one", "two") == 0);
	CHECK(put("one", OUTPUT_OLD, "new"));
	check_text("two", "new");
	CHECK(put("one", OUTPUT_NEW, "newer"));
	check_text("two", "new");
}

static void
test_what_is_no_file(void)
{
	struct stat st;
	char text[8] = "";
	int fd;

	CHECK(put("/dev/null", OUTPUT_NEW, "gone"));
	CHECK(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
	CHECK(mkfifo("fifo", 0600) == 0);
	fd = open("fifo", O_RDWR);
	CHECK(put("fifo", OUTPUT_NEW, "through"));
	CHECK(read(fd, text, 7) == 7);
	CHECK_STR("through", text);
	close(fd);
}

static void
test_nothing_is_left(void)
{
	struct output o;
	int before = count_files();

	make("keep", "old", 0644);
	CHECK(output_open(&o, "keep", OUTPUT_NEW));
	CHECK(write(o.fd, "half", 4) == 4);
	CHECK_INT(before + 2, count_files());
	output_drop(&o);
	check_text("keep", "old");
	CHECK_INT(before + 1, count_files());
	CHECK(!output_open(&o, "missing/x.o", OUTPUT_NEW));
	output_drop(&o);
}

/* Between the beginning and the end of a compile others may do something to the target. */
static void
test_changed_meanwhile(void)
{
	struct output o;

	make("gone.o", "old", 0644);
	CHECK(output_open(&o, "gone.o", OUTPUT_NEW));
	CHECK(write(o.fd, "new", 3) == 3 && unlink("gone.o") == 0);
	CHECK(output_commit(&o));
	output_drop(&o);
	check_text("gone.o", "new");

	CHECK(output_open(&o, "gone.o", OUTPUT_NEW));
	CHECK(unlink("gone.o") == 0 && mkdir("gone.o", 0700) == 0);
	make("gone.o/inside", "theirs", 0600);
	CHECK(!output_commit(&o));
	output_drop(&o);
	check_text("gone.o/inside", "theirs");
	CHECK(unlink("gone.o/inside") == 0 && rmdir("gone.o") == 0);
}

static void
test_long_name(void)
{
	char name[256];

	memset(name, 'n', 255);
	name[255] = '\0';
	CHECK(put(name, OUTPUT_NEW, "x"));
	check_text(name, "x");
}

static void
test_obstacles(void)
{
	static const struct {
		const char *source, *output, *deps, *want;
	} rows[] = {
		{"src.c", "new.o", NULL, NULL},
		{"src.c", "keep", "new.d", NULL},
		{"src.c", "/dev/null", NULL, NULL},
		{"src.c", "fifo", NULL, NULL},
		{"none.c", "new.o", NULL, "the source does not exist"},
		{"dir", "new.o", NULL, "the source is no regular file"},
		{"fifo", "new.o", NULL, "the source is no regular file"},
		{"src.c", "dir", NULL, "the output is a directory"},
		{"src.c", "none/x.o", NULL, "the output's directory does not exist"},
		{"src.c", "/dev/shm/none.distcc-test/x.o", NULL, "the output's directory does not exist"},
		{"src.c", "/dev/stdout", NULL, "the output is a device"},
		{"src.c", "dangling", NULL, "the output is a link that leads nowhere"},
		{"src.c", "new.o", "none/x.d", "the directory of the dependency file does not exist"},
		{"src.c", "new.o", "dir", "the dependency file is a directory"},
		{"src.c", "new.o", "fifo", "the dependency file is no regular file"},
		{"src.c", "new.o", "/dev/null", NULL},
	};
	struct args a;

	make("src.c", "", 0644);
	CHECK(mkdir("dir", 0755) == 0);
	CHECK(symlink("nowhere", "dangling") == 0);
	for (size_t i = 0; i < countof(rows); i++) {
		a = (struct args){
			.source = xstrdup(rows[i].source),
			.output = xstrdup(rows[i].output),
			.deps = rows[i].deps != NULL,
			.dep_file = rows[i].deps != NULL ? xstrdup(rows[i].deps) : NULL,
		};
		CHECK_STR(rows[i].want, output_obstacle(&a));
		free(a.source);
		free(a.output);
		free(a.dep_file);
	}
}

/* A client that was killed has left its file: the next one uses it, two at a time have one each. */
static void
test_after_a_kill(void)
{
	struct output first, second;
	int before = count_files();

	make(".k.o.distcc-new", "half an obj", 0600);
	CHECK(put("k.o", OUTPUT_NEW, "whole"));
	check_text("k.o", "whole");
	CHECK_INT(before + 1, count_files());

	CHECK(output_open(&first, "k.o", OUTPUT_NEW) && output_open(&second, "k.o", OUTPUT_NEW));
	CHECK_INT(before + 3, count_files());
	CHECK(write(first.fd, "1", 1) == 1 && write(second.fd, "22", 2) == 2);
	CHECK(output_commit(&first));
	/* who had opened the name just before that must not take the target itself */
	CHECK(put("k.o", OUTPUT_NEW, "333"));
	CHECK(output_commit(&second));
	check_text("k.o", "22");
	output_drop(&first);
	output_drop(&second);

	/* what others put there is left alone */
	make("victim", "mine", 0600);
	CHECK(symlink("victim", ".k.o.distcc-new") == 0);
	CHECK(put("k.o", OUTPUT_NEW, "4"));
	CHECK(unlink(".k.o.distcc-new") == 0 && link("victim", ".k.o.distcc-new") == 0);
	CHECK(put("k.o", OUTPUT_NEW, "5"));
	check_text("victim", "mine");
	check_text("k.o", "5");
	CHECK(unlink(".k.o.distcc-new") == 0 && unlink("victim") == 0 && unlink("k.o") == 0);
	CHECK_INT(before, count_files());
}

int
main(void)
{
	const char *top = tmp_create_dir("/tmp/client_output_test.");

	CHECK(top != NULL && chdir(top) == 0);
	test_new_file();
	test_links();
	test_hard_links();
	test_what_is_no_file();
	test_nothing_is_left();
	test_changed_meanwhile();
	test_long_name();
	test_obstacles();
	test_after_a_kill();
	CHECK(chdir("/") == 0);
	tmp_remove(top);
	return check_done();
}
