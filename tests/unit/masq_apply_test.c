/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes in a directory, above all when it is not what the plan has seen. */
#include "masq/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/strv.h"
#include "base/tmp.h"
#include "masq/dirlock.h"
#include "masq/inroot.h"
#include "tests/unit/check.h"

#define TEXT "../new"

static void
make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	CHECK(fd != -1);
	close(fd);
}

/* What name in d is: "", "file" or a link's text. */
static const char *
at(const char *name)
{
	static char text[PATH_MAX];
	char *path = xasprintf("d/%s", name);
	ssize_t n = readlink(path, text, sizeof(text) - 1);

	if (n >= 0)
		text[n] = '\0';
	else
		strcpy(text, errno == EINVAL ? "file" : "");
	free(path);
	return text;
}

static const struct {
	enum plan_op op;
	const char *old;	/* as planned */
	const char *there;	/* "": nothing; "file"; else a link that says so */
	int err;
	const char *after;
} rows[] = {
	{PLAN_LINK, NULL, "", 0, TEXT},
	{PLAN_LINK, NULL, "file", EEXIST, "file"},
	{PLAN_LINK, NULL, "other", EEXIST, "other"},
	{PLAN_RELINK, "old", "old", 0, TEXT},
	{PLAN_RELINK, "old", "other", ESTALE, "other"},
	{PLAN_RELINK, "old", "file", ESTALE, "file"},
	{PLAN_RELINK, "old", "", 0, TEXT},
	{PLAN_REPLACE, NULL, "file", 0, TEXT},
	{PLAN_REPLACE, "old", "old", 0, TEXT},
	{PLAN_REPLACE, NULL, "other", ESTALE, "other"},
	{PLAN_REPLACE, "old", "file", ESTALE, "file"},
	{PLAN_REMOVE, "old", "old", 0, ""},
	{PLAN_REMOVE, "old", "", 0, ""},
	{PLAN_REMOVE, "old", "other", ESTALE, "other"},
	{PLAN_REMOVE, "old", "file", ESTALE, "file"},
};

static void
test_changes(void)
{
	struct strv names = STRV_INIT;
	int fd = dirlock_open("d", true, NULL);

	for (size_t i = 0; i < countof(rows); i++) {
		struct plan_change c = {.op = rows[i].op, .name = "gcc", .old = rows[i].old};

		if (streq(rows[i].there, "file"))
			make_file("d/gcc");
		else if (rows[i].there[0] != '\0')
			CHECK(symlink(rows[i].there, "d/gcc") == 0);
		errno = 0;
		CHECK_INT(rows[i].err != 0 ? -1 : 0, apply_change(fd, &c, TEXT));
		CHECK_INT(rows[i].err, rows[i].err != 0 ? errno : 0);
		CHECK_STR(rows[i].after, at("gcc"));
		unlink("d/gcc");
		inroot_list("d", &names);
		CHECK_INT(0, names.n);		/* nothing else is left */
		strv_free(&names);
	}
	close(fd);
}

static void
test_tidy(void)
{
	int fd = dirlock_open("d", true, NULL);

	CHECK(symlink("x", "d/" LINKS_TEMP "1") == 0);
	CHECK(symlink("x", "d/.other") == 0);
	make_file("d/" LINKS_TEMP "file");
	apply_tidy(fd);
	CHECK_STR("", at(LINKS_TEMP "1"));
	CHECK_STR("x", at(".other"));
	CHECK_STR("file", at(LINKS_TEMP "file"));
	CHECK(unlink("d/.other") == 0 && unlink("d/" LINKS_TEMP "file") == 0);
	close(fd);
}

static void
test_lock(void)
{
	struct stat st;
	bool made = true;
	int fd = dirlock_open("d", true, &made), other, status;
	pid_t pid;

	CHECK(fd != -1 && !made);
	other = open("d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(flock(other, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK);
	close(other);
	/* Somebody waits, and what he waits for is removed meanwhile: he gets a new one. */
	pid = fork();
	if (pid == 0) {
		close(fd);	/* else the lock would be ours too */
		other = dirlock_open("d", true, &made);
		_exit(other != -1 && made && stat("d", &st) == 0 ? 0 : 1);
	}
	CHECK(rmdir("d") == 0);
	close(fd);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(rmdir("d") == 0);
	CHECK(dirlock_open("d", false, NULL) == -1 && errno == ENOENT);
	fd = dirlock_open("d/e/f", true, &made);
	CHECK(fd != -1 && made && stat("d/e/f", &st) == 0);
	close(fd);
	make_file("file");
	CHECK(dirlock_open("file", true, NULL) == -1 && errno == ENOTDIR);
	CHECK(symlink("gone", "dead") == 0);
	CHECK(dirlock_open("dead", true, NULL) == -1 && errno == ENOENT);
}

int
main(void)
{
	const char *top = tmp_create_dir("/tmp/masq_apply_test.");

	CHECK(top != NULL && chdir(top) == 0);
	test_changes();
	test_tidy();
	test_lock();
	CHECK(chdir("/") == 0);
	tmp_remove(top);
	return check_done();
}
