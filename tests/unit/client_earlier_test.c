/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which objects of earlier compiles are of use, and what changes them. */
#include "client/earlier.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "tests/unit/check.h"

static char top[] = "/tmp/earlier.XXXXXX";

static void
make_file(const char *name, off_t size)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	CHECK(fd != -1 && (size == 0 || pwrite(fd, "x", 1, size - 1) == 1));
	close(fd);
}

static void
test_kinds(void)
{
	static const struct {
		const char *name;
		bool of_use;
	} rows[] = {
		{"file", true}, {"missing", false}, {"empty", false}, {"link", false}, {"fifo", false}, {"dir", false}, {"large", false},
		{"largest", true},
	};
	struct earlier e;

	make_file("file", 10000);
	make_file("empty", 0);
	make_file("largest", 4 << 20);
	make_file("large", (4 << 20) + 1);
	CHECK(symlink("file", "link") == 0 && mkfifo("fifo", 0600) == 0 && mkdir("dir", 0700) == 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_ROW(rows[i].name, earlier_look(&e, rows[i].name, top) == rows[i].of_use);
		CHECK_ROW(rows[i].name, (e.name != NULL) == rows[i].of_use);
		earlier_free(&e);
	}
}

static void
test_names_and_content(void)
{
	char *whole;
	struct digest d;
	struct earlier e;

	CHECK(asprintf(&whole, "%s/file", top) > 0);
	CHECK(earlier_look(&e, "file", top));
	CHECK_STR(whole, e.name);
	CHECK_INT(10000, e.n);
	digest_mem(&d, e.p, e.n);
	CHECK(digest_cmp(&d, &e.digest) == 0 && earlier_unchanged(&e));
	earlier_free(&e);
	CHECK(earlier_look(&e, whole, "/elsewhere"));
	CHECK_STR(whole, e.name);
	earlier_free(&e);
	/* not a name that can be sent */
	CHECK(!earlier_look(&e, "./file", top));
	free(whole);
}

/* Is what lies at p cut off?  Reading it is a fault then, one that is caught. */
static bool
is_cut(const volatile char *p)
{
	if (sigsetjmp(fault_return, 0) != 0) {
		fault_guarded = 0;
		return true;
	}
	fault_guarded = 1;
	(void)*p;
	fault_guarded = 0;
	return false;
}

static void
test_changes(void)
{
	struct earlier e;
	int fd;

	CHECK(earlier_look(&e, "file", top));
	fd = open("file", O_WRONLY | O_CLOEXEC);
	CHECK(pwrite(fd, "other", 5, 100) == 5 && utimensat(AT_FDCWD, "file", NULL, 0) == 0);
	CHECK(!earlier_unchanged(&e));
	earlier_free(&e);
	/* cut under the mapping */
	CHECK(earlier_look(&e, "file", top));
	CHECK(!is_cut(e.p + 5000));
	CHECK_INT(0, ftruncate(fd, 0));
	CHECK(!earlier_unchanged(&e));
	CHECK(is_cut(e.p + 5000));
	earlier_free(&e);
	close(fd);
	make_file("file", 10000);
	CHECK(earlier_look(&e, "file", top) && unlink("file") == 0 && !earlier_unchanged(&e));
	earlier_free(&e);
	earlier_free(&e);
}

int
main(void)
{
	char *command;

	CHECK(mkdtemp(top) != NULL && chdir(top) == 0);
	test_kinds();
	test_names_and_content();
	test_changes();
	CHECK(asprintf(&command, "rm -rf '%s'", top) > 0 && system(command) == 0);
	free(command);
	return check_done();
}
