/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/lockdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "client/portage.h"
#include "tests/unit/check.h"

static const char *top;

static mode_t
mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

/* What umask and the directory make of a new file, and of a new directory in it. */
static const struct {
	const char *name;
	mode_t dir, mask, file, sub;
} modes[] = {
	{"private", 0755, 022, 0644, 0755},
	{"group by umask", 0755, 002, 0664, 0775},
	{"closed umask", 0755, 077, 0600, 0700},
	{"shared", 02775, 022, 0664, 02775},
	{"shared, closed umask", 02775, 077, 0660, 02770},
	{"setgid, not for the group", 02755, 022, 0644, 02755},
	{"for the group, not setgid", 0775, 022, 0644, 0755},
};

static void
test_modes(void)
{
	for (size_t i = 0; i < countof(modes); i++) {
		char *dir = path_join(top, modes[i].name), *sub = path_join(dir, "a/b"), *file = path_join(dir, "f");
		char *log = path_join(dir, "log"), *a = path_join(dir, "a");
		int fd;

		CHECK(mkdir(dir, 0700) == 0 && chmod(dir, modes[i].dir) == 0);
		umask(modes[i].mask);
		fd = lockdir_open(dir, "f", false);
		CHECK(fd != -1);
		close(fd);
		fd = lockdir_open(sub, "g", true);
		CHECK(fd != -1);
		close(fd);
		fd = lockdir_append(log, 10);
		CHECK(fd != -1);
		close(fd);
		umask(022);
		CHECK_ROW(modes[i].name, mode_of(file) == modes[i].file);
		CHECK_ROW(modes[i].name, mode_of(log) == modes[i].file);
		CHECK_ROW(modes[i].name, mode_of(a) == modes[i].sub);
		CHECK_ROW(modes[i].name, mode_of(sub) == modes[i].sub);
		free(dir);
		free(a);
		free(sub);
		free(file);
		free(log);
	}
}

static void
test_links_and_fresh_files(void)
{
	char *dir = path_join(top, "links"), *victim = path_join(top, "victim"), *name = path_join(dir, "x");
	struct stat st, again;
	int fd;

	fd = lockdir_open(dir, "y", false);
	CHECK(fd != -1 && fstat(fd, &st) == 0);
	close(fd);
	fd = lockdir_open(dir, "y", false);
	CHECK(fd != -1 && fstat(fd, &again) == 0 && st.st_ino == again.st_ino);
	CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(write(fd, "1234567890", 10) == 10);
	close(fd);
	fd = lockdir_open(dir, "y", true);
	CHECK(fd != -1 && fstat(fd, &again) == 0 && again.st_size == 0);
	close(fd);

	CHECK(symlink(victim, name) == 0);
	fd = lockdir_append(name, 10);
	CHECK(fd == -1 && errno == ELOOP);
	fd = lockdir_open(dir, "x", false);
	CHECK(fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode));
	close(fd);
	CHECK(access(victim, F_OK) == -1);
	free(dir);
	free(victim);
	free(name);
}

static void
test_append(void)
{
	char *dir = path_join(top, "append"), *name = path_join(dir, "j"), *fifo = path_join(dir, "fifo");
	int fd;

	fd = lockdir_append(name, 10);
	CHECK(fd == -1 && errno == ENOENT);
	CHECK(mkdir(dir, 0755) == 0);
	fd = lockdir_append(name, 10);
	CHECK(fd != -1 && write(fd, "12345", 5) == 5);
	close(fd);
	fd = lockdir_append(name, 10);
	CHECK(fd != -1 && write(fd, "67890", 5) == 5);
	close(fd);
	fd = lockdir_append(name, 10);
	CHECK(fd == -1 && errno == EFBIG);
	CHECK(mkfifo(fifo, 0600) == 0);
	fd = lockdir_append(fifo, 10);
	CHECK(fd == -1);
	fd = lockdir_append(dir, 10);
	CHECK(fd == -1);
	free(dir);
	free(name);
	free(fifo);
}

static const struct {
	const char *on, *list, *path;
	bool may;
} writes[] = {
	{NULL, NULL, "/d", true},
	{"1", NULL, "/d", true},
	{"0", "/x", "/d", true},
	{"1", "/x", "/d", false},
	{"1", "", "/d", false},
	{"1", "/d", "/d", true},
	{"1", "/x:/d", "/d/lock", true},
	{"1", "/x::/d/", "/d/lock", true},
	{"1", "/d", "/distcc", false},
	{"1", "/d/lock", "/d", false},
	{"1", "/", "/d", true},
};

static void
test_sandbox(void)
{
	for (size_t i = 0; i < countof(writes); i++) {
		unsetenv("SANDBOX_ON");
		unsetenv("SANDBOX_WRITE");
		if (writes[i].on != NULL)
			setenv("SANDBOX_ON", writes[i].on, 1);
		if (writes[i].list != NULL)
			setenv("SANDBOX_WRITE", writes[i].list, 1);
		CHECK_ROW(writes[i].path, portage_may_write(writes[i].path) == writes[i].may);
	}
}

int
main(void)
{
	top = tmp_create_dir("/tmp/client_lockdir_test.");
	umask(022);
	test_modes();
	test_links_and_fresh_files();
	test_append();
	test_sandbox();
	tmp_remove(top);
	return check_done();
}
