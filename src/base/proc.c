/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"
#include "config.h"

extern char **environ;

/* Whoever started us with these ignored (nohup, a shell's background job) meant our children too. */
static void
default_signals(sigset_t *set)
{
	static const int inherited[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

	sigfillset(set);
	for (size_t i = 0; i < countof(inherited); i++) {
		struct sigaction sa;

		if (sigaction(inherited[i], NULL, &sa) == 0 && sa.sa_handler == SIG_IGN)
			sigdelset(set, inherited[i]);
	}
}

static int
set_attributes(posix_spawnattr_t *attr, bool new_group)
{
	short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
	sigset_t dflt, none;
	int err;

	default_signals(&dflt);
	sigemptyset(&none);
	if (new_group)
		flags |= POSIX_SPAWN_SETPGROUP;
	err = posix_spawnattr_setsigdefault(attr, &dflt);
	if (err == 0)
		err = posix_spawnattr_setsigmask(attr, &none);
	if (err == 0)
		err = posix_spawnattr_setpgroup(attr, 0);
	if (err == 0)
		err = posix_spawnattr_setflags(attr, flags);
	return err;
}

static int
close_others(posix_spawn_file_actions_t *actions)
{
#if HAVE_ADDCLOSEFROM
	return posix_spawn_file_actions_addclosefrom_np(actions, 3);
#else
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;
	int err = 0;

	/* Without /proc close-on-exec, set on all that we open, must do. */
	while (dir != NULL && err == 0 && (e = readdir(dir)) != NULL) {
		int fd = atoi(e->d_name);

		if (fd > 2 && fd != dirfd(dir))
			err = posix_spawn_file_actions_addclose(actions, fd);
	}
	if (dir != NULL)
		closedir(dir);
	return err;
#endif
}

/*
 * Say what the child's descriptor to becomes.  spare[to]: a duplicate, for a source among 0, 1, 2 that
 * an earlier redirection would have overwritten; the caller closes it.
 */
static int
redirect(posix_spawn_file_actions_t *actions, int to, int from, int *spare)
{
	if (from == PROC_INHERIT)
		return 0;
	if (from == PROC_NULL)
		return posix_spawn_file_actions_addopen(actions, to, "/dev/null", O_RDWR, 0);
	if (from <= STDERR_FILENO && from != to) {
		*spare = fcntl(from, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		if (*spare == -1)
			return errno;
		from = *spare;
	}
	return posix_spawn_file_actions_adddup2(actions, from, to);
}

static int
set_actions(posix_spawn_file_actions_t *actions, const struct proc_io *io, int spare[3])
{
	int err = redirect(actions, STDIN_FILENO, io->in, &spare[0]);

	if (err == 0)
		err = redirect(actions, STDOUT_FILENO, io->out, &spare[1]);
	if (err == 0)
		err = redirect(actions, STDERR_FILENO, io->err, &spare[2]);
	if (err == 0 && io->cwd != NULL)
		err = posix_spawn_file_actions_addchdir_np(actions, io->cwd);
	if (err == 0 && !io->keep_fds)
		err = close_others(actions);
	return err;
}

pid_t
proc_spawn(const char *path, char *const *argv, const struct proc_io *io)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int spare[3] = {-1, -1, -1};
	pid_t pid = -1;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (err != 0)
		goto out;
	err = posix_spawnattr_init(&attr);
	if (err != 0)
		goto destroy_actions;
	err = set_attributes(&attr, io->new_group);
	if (err == 0)
		err = set_actions(&actions, io, spare);
	if (err == 0)
		err = posix_spawn(&pid, path, &actions, &attr, argv, io->env != NULL ? io->env : environ);
	for (size_t i = 0; i < countof(spare); i++) {
		if (spare[i] != -1)
			close(spare[i]);
	}
	posix_spawnattr_destroy(&attr);
destroy_actions:
	posix_spawn_file_actions_destroy(&actions);
out:
	errno = err;
	return err == 0 ? pid : -1;
}

int
proc_wait(pid_t pid, int *status, struct rusage *ru)
{
	for (;;) {
		if (wait4(pid, status, 0, ru) == pid)
			return 0;
		if (errno != EINTR)
			return -1;
	}
}

bool
proc_is_end(uint32_t status)
{
	/* 127 says that it was stopped, which musl's WIFSIGNALED takes for a signal */
	return status <= 0xffff && (status & 0x7f) != 0x7f;
}

int
proc_exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
