/* SPDX-License-Identifier: GPL-2.0-or-later */
/* It says what lstat says, however often and in whatever order it is asked. */
#include "base/nearstat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define DIRS (NEARSTAT_DIRS + 3)

static char top[] = "/tmp/nearstat.XXXXXX";
static char path[4096];

/* The name in the directory of that number. */
static const char *
in_dir(int dir, const char *name)
{
	snprintf(path, sizeof(path), "%s/%d/%s", top, dir, name);
	return path;
}

static void
make_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	CHECK(fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void
check_same(struct nearstat *s, const char *name)
{
	struct stat a = {.st_size = 0}, b = {.st_size = 0};
	int want = lstat(name, &a), want_errno = errno, got = nearstat_lstat(s, name, &b);

	CHECK_INT(want, got);
	if (want == -1)
		CHECK_INT(want_errno, errno);
	else
		CHECK(a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_mode == b.st_mode && a.st_size == b.st_size);
}

static void
make_dirs(void)
{
	for (int i = 0; i < DIRS; i++) {
		snprintf(path, sizeof(path), "%s/%d", top, i);
		CHECK_INT(0, mkdir(path, 0755));
		make_file(in_dir(i, "a.h"), "a");
		make_file(in_dir(i, "b.h"), "bb");
		CHECK_INT(0, symlink("a.h", in_dir(i, "link")));
		CHECK_INT(0, mkdir(in_dir(i, "sub"), 0755));
	}
}

static void
test_asks(void)
{
	static const char *const names[] = {"a.h", "b.h", "missing", "link", "sub", "a.h/below", "sub/missing", ".", ".."};
	struct nearstat s = NEARSTAT_INIT;

	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < DIRS; i++)
			for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
				check_same(&s, in_dir(i, names[k]));
		check_same(&s, "/");
		check_same(&s, "/tmp");
		check_same(&s, "");
		check_same(&s, "relative");
		check_same(&s, "/tmp/");
		check_same(&s, "/no/such/directory/x.h");
	}
	nearstat_end(&s);
	nearstat_end(&s);
}

/* What happens in an open directory shows. */
static void
test_changes(void)
{
	struct nearstat s = NEARSTAT_INIT;

	for (int i = 0; i < 10; i++)
		check_same(&s, in_dir(0, "a.h"));
	make_file(in_dir(0, "a.h"), "longer");
	check_same(&s, path);
	unlink(path);
	check_same(&s, path);
	make_file(in_dir(0, "new"), "new");
	check_same(&s, path);
	nearstat_end(&s);
	check_same(&s, path);
	nearstat_end(&s);
}

/* No descriptor is left. */
static void
test_ends(void)
{
	struct nearstat s = NEARSTAT_INIT;
	int before = dup(0), after;

	close(before);
	for (int i = 0; i < DIRS; i++)
		for (int k = 0; k < 5; k++)
			check_same(&s, in_dir(i, "b.h"));
	nearstat_end(&s);
	after = dup(0);
	close(after);
	CHECK_INT(before, after);
}

int
main(void)
{
	char *command;

	CHECK(mkdtemp(top) != NULL);
	make_dirs();
	test_asks();
	test_changes();
	test_ends();
	CHECK(asprintf(&command, "rm -rf '%s'", top) > 0 && system(command) == 0);
	free(command);
	return check_done();
}
