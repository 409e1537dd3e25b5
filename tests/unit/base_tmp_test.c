/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "check.h"

static int lock_errno;	/* 0: locks work */

/* In the place of the C library's. */
int
flock(int fd, int how)
{
	if (lock_errno == 0)
		return (int)syscall(SYS_flock, fd, how);
	errno = lock_errno;
	return -1;
}

static bool
exists(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

static void
touch(const char *name)
{
	close(open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static void
test_tmp_dir(void)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{"/var/tmp", "/var/tmp"}, {"", "/tmp"}, {"relative", "/tmp"},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		setenv("TMPDIR", rows[i].value, 1);
		CHECK_STR(rows[i].want, tmp_dir());
	}
	unsetenv("TMPDIR");
	CHECK_STR("/tmp", tmp_dir());
}

static void
test_tmp_prefix(const char *sandbox)
{
	const struct {
		const char *value, *want;
	} rows[] = {
		{sandbox, xasprintf("%s/x-", sandbox)}, {"/nowhere/at/all", "/tmp/x-"}, {"/dev/null", "/tmp/x-"}, {"relative", "/tmp/x-"},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		char *prefix;

		setenv("TMPDIR", rows[i].value, 1);
		prefix = tmp_prefix("x-");
		CHECK_STR(rows[i].want, prefix);
		free(prefix);
	}
	free((char *)rows[0].want);
	unsetenv("TMPDIR");
}

static void
test_claim(void)
{
	const char *name, *other;
	struct stat st;
	int fd, fd2;

	touch("claimed");
	CHECK(truncate("claimed", 100) == 0);
	fd = tmp_claim("claimed", &name);
	CHECK(fd != -1 && fstat(fd, &st) == 0);
	CHECK_INT(0, st.st_size);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(-1, tmp_claim("claimed", &other));
	CHECK_INT(EBUSY, errno);
	CHECK(rename("claimed", "target") == 0);
	tmp_forget(name);
	fd2 = tmp_claim("claimed", &other);
	CHECK(fd2 != -1);
	close(fd);
	tmp_remove(other);
	close(fd2);
	CHECK(!exists("claimed"));
	CHECK(mkfifo("claimed", 0600) == 0);
	CHECK_INT(-1, tmp_claim("claimed", &other));
	CHECK(unlink("claimed") == 0 && unlink("target") == 0);
	CHECK_INT(-1, tmp_claim("none/claimed", &other));
	CHECK_INT(ENOENT, errno);
}

/* NFS without its lock daemon, some of FUSE. */
static void
test_claim_without_locks(void)
{
	const char *name = NULL;

	lock_errno = ENOLCK;
	CHECK_INT(-1, tmp_claim("unlockable", &name));
	CHECK(name == NULL && !exists("unlockable"));
	touch("unlockable");
	CHECK_INT(-1, tmp_claim("unlockable", &name));
	CHECK(exists("unlockable"));	/* not made by us */
	lock_errno = EWOULDBLOCK;
	CHECK_INT(-1, tmp_claim("contended", &name));
	CHECK(exists("contended"));	/* somebody has claimed what we made */
	lock_errno = 0;
	CHECK(unlink("unlockable") == 0 && unlink("contended") == 0);
}

static void
test_create(void)
{
	const char *name, *other;
	struct stat st;
	int fd, fd2;

	umask(0);
	fd = tmp_create("x_", ".i", &name);
	fd2 = tmp_create("x_", ".i", &other);
	CHECK(fd != -1 && fd2 != -1);
	CHECK(starts_with(name, "x_") && ends_with(name, ".i"));
	CHECK(!streq(name, other));
	CHECK_INT(0, fstat(fd, &st));
	CHECK_INT(0600, st.st_mode & 07777);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	tmp_remove(name);
	CHECK(!exists("x_") && access(other, F_OK) == 0);
	{
		char *kept = xstrdup(other);

		tmp_forget(other);
		tmp_cleanup(false);
		CHECK(exists(kept));
		unlink(kept);
		free(kept);
	}
	close(fd);
	close(fd2);
	CHECK_INT(-1, tmp_create("no/such/dir/x", "", &name));
	CHECK_INT(ENOENT, errno);
	CHECK(tmp_create_dir("no/such/dir/x") == NULL);
	tmp_forget(NULL);
	tmp_remove(NULL);
}

static void
test_cleanup(void)
{
	const char *file, *dir;
	char *file_name, *dir_name, *inside;

	close(tmp_create("a_", "", &file));
	dir = tmp_create_dir("d_");
	CHECK(dir != NULL);
	inside = path_join(dir, "deep/er");
	CHECK_INT(0, path_mkdirs(inside));
	CHECK(tmp_register("later") != NULL);
	touch("later");
	CHECK(tmp_register("never made") != NULL);
	file_name = xstrdup(file);
	dir_name = xstrdup(dir);
	tmp_cleanup(false);
	CHECK(!exists(file_name) && !exists(dir_name) && !exists("later"));
	free(inside);
	free(file_name);
	free(dir_name);
}

static void
on_signal(int sig)
{
	tmp_cleanup(true);
	_exit(sig);
}

/* From a handler: files, and directories that are empty by then, the registered files in them included. */
static void
test_signal(void)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		const char *dir, *name;
		char *prefix;

		signal(SIGTERM, on_signal);
		dir = tmp_create_dir("sig_dir_");
		prefix = path_join(dir, "in_");
		close(tmp_create(prefix, "", &name));
		close(tmp_create("sig_file_", "", &name));
		free(prefix);
		raise(SIGTERM);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == SIGTERM);
	CHECK_INT(0, system("ls | grep -q sig_ && exit 1; exit 0"));
}

/* A forked child that cleans up leaves its parent's files alone. */
static void
test_fork(void)
{
	const char *name;
	pid_t pid;
	int status;

	close(tmp_create("parent_", "", &name));
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		tmp_cleanup(true);
		tmp_cleanup(false);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	CHECK(exists(name));
	tmp_remove(name);
}

static void
test_remove_tree(void)
{
	CHECK_INT(0, path_mkdirs("outside"));
	touch("outside/precious");
	CHECK_INT(0, path_mkdirs("tree/a/b/c"));
	touch("tree/a/file");
	touch("tree/a/b/c/.hidden");
	CHECK_INT(0, symlink("../outside", "tree/link"));
	CHECK_INT(0, symlink("nowhere", "tree/a/dangling"));
	CHECK_INT(0, mkdir("tree/closed", 0777));
	touch("tree/closed/x");
	chmod("tree/closed", 0);
	CHECK_INT(0, tmp_remove_tree("tree"));
	CHECK(!exists("tree"));
	CHECK(exists("outside/precious"));

	/* The root itself may be a link. */
	CHECK_INT(0, symlink("outside", "link"));
	CHECK_INT(0, tmp_remove_tree("link"));
	CHECK(!exists("link") && exists("outside/precious"));
	CHECK_INT(-1, tmp_remove_tree("missing"));
	CHECK_INT(ENOENT, errno);
	touch("file");
	CHECK_INT(0, tmp_remove_tree("file"));
	CHECK(!exists("file"));
}

static void
test_full_table(void)
{
	const char *names[2000];
	size_t n = 0;

	while (n < countof(names) && (names[n] = tmp_register("nothing")) != NULL)
		n++;
	CHECK(n >= 64 && n < countof(names));
	CHECK(tmp_create("full_", "", &names[n]) == -1);
	CHECK(tmp_create_dir("full_") == NULL);
	CHECK_INT(0, system("ls | grep -q full_ && exit 1; exit 0"));
	while (n > 0)
		tmp_forget(names[--n]);
	CHECK((names[0] = tmp_register("again")) != NULL);
	tmp_forget(names[0]);
}

int
main(void)
{
	char *sandbox = xasprintf("%s/tmp_test_XXXXXX", tmp_dir());

	if (mkdtemp(sandbox) == NULL || chdir(sandbox) == -1)
		return 1;
	test_tmp_dir();
	test_tmp_prefix(sandbox);
	test_create();
	test_claim();
	test_claim_without_locks();
	test_cleanup();
	test_signal();
	test_fork();
	test_remove_tree();
	test_full_table();
	if (chdir("/") == -1)
		return 1;
	CHECK_INT(0, tmp_remove_tree(sandbox));
	free(sandbox);
	return check_done();
}
