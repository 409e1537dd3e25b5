/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/daemonize.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/tmp.h"
#include "base/util.h"

static void __attribute__((noreturn))
wait_until_ready(int fd, pid_t child)
{
	int status;
	char c;
	ssize_t n;

	do
		n = read(fd, &c, 1);
	while (n == -1 && errno == EINTR);
	if (n == 1)
		_exit(0);
	if (proc_wait(child, &status, NULL) == -1)
		_exit(EXIT_DISTCC_FAILED);
	_exit(proc_exit_code(status));
}

int
daemonize_begin(void)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) == -1)
		return -1;
	pid = fork();
	if (pid == -1)
		return -1;
	if (pid > 0) {
		close(fds[1]);
		wait_until_ready(fds[0], pid);
	}
	close(fds[0]);
	setsid();
	return fds[1];
}

void
daemonize_ready(int fd, bool keep_stderr)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null != -1) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		if (!keep_stderr)
			dup2(null, STDERR_FILENO);
		if (null > STDERR_FILENO)
			close(null);
	}
	if (chdir("/") == -1)
		(void)fd;	/* then we keep a directory busy: a nuisance only */
	(void)!write(fd, "", 1);
	close(fd);
}

static int
write_pid(int fd)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	ssize_t n = write(fd, text, (size_t)len);

	if (close(fd) == -1)
		return -1;
	if (n == len)
		return 0;
	if (n >= 0)
		errno = ENOSPC;
	return -1;
}

/* Who watches for the file to appear must not find it empty. */
static int
write_aside(const char *path)
{
	const char *aside;
	int fd = tmp_create(path, "", &aside);

	if (fd == -1)
		return -1;
	if (fchmod(fd, 0644) == 0 && write_pid(fd) == 0 && rename(aside, path) == 0) {
		tmp_forget(aside);
		return 0;
	}
	tmp_remove(aside);
	return -1;
}

const char *
daemonize_pid_file(const char *path)
{
	char *cwd = path[0] == '/' ? NULL : path_cwd();
	char *full = cwd != NULL ? path_join(cwd, path) : xstrdup(path);
	const char *name = NULL;
	struct stat st;
	int fd;

	/* A directory of root may hold a file that is ours to write. */
	if ((lstat(full, &st) == 0 && !S_ISREG(st.st_mode)) || write_aside(full) == -1) {
		fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0644);
		if (fd == -1 || write_pid(fd) == -1)
			goto out;
	}
	name = tmp_register(full);
out:
	free(full);
	free(cwd);
	return name;
}
