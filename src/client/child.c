/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/tmp.h"
#include "base/util.h"
#include "client/state.h"

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU};

/* The preprocessor or the compiler, and an ssh; negative: a process group. */
static volatile pid_t children[2];

static struct sigaction pipe_before;	/* what SIGPIPE did when we started */
static bool catching;

static void
on_signal(int sig)
{
	for (size_t i = 0; i < countof(children); i++)
		if (children[i] != 0)
			kill(children[i], sig);
	tmp_cleanup(true);
	state_end();
	/* the handler was reset (SA_RESETHAND): this time it ends us, and our parent sees by what */
	raise(sig);
}

/* A file is at its limit (ulimit -f): write(2) says EFBIG then, and the compiler here tells what it makes of that. */
static void
on_large_file(int sig)
{
	(void)sig;
}

void
child_catch_signals(void)
{
	struct sigaction end = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND}, old;
	struct sigaction ignore = {.sa_handler = SIG_IGN}, large = {.sa_handler = on_large_file, .sa_flags = SA_RESTART};

	/* one at a time: the files are removed once */
	sigfillset(&end.sa_mask);
	for (size_t i = 0; i < countof(caught); i++)
		if (sigaction(caught[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(caught[i], &end, NULL);
	if (sigaction(SIGXFSZ, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(SIGXFSZ, &large, NULL);
	sigaction(SIGPIPE, &ignore, &pipe_before);
	catching = true;
}

void
child_default_signals(void)
{
	/* exec resets what is caught, but keeps what is ignored */
	if (catching)
		sigaction(SIGPIPE, &pipe_before, NULL);
}

static void
remember(pid_t target)
{
	for (size_t i = 0; i < countof(children); i++)
		if (children[i] == 0) {
			children[i] = target;
			return;
		}
}

static void
forget(pid_t pid)
{
	for (size_t i = 0; i < countof(children); i++)
		if (children[i] == pid || children[i] == -pid)
			children[i] = 0;
}

pid_t
child_spawn(const char *path, char *const *argv, const struct proc_io *io)
{
	sigset_t all, old;
	int saved_errno;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	pid = proc_spawn(path, argv, io);
	saved_errno = errno;
	if (pid != -1)
		remember(io->new_group ? -pid : pid);
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved_errno;
	return pid;
}

int
child_wait(pid_t pid, int *status, struct rusage *ru)
{
	int r = proc_wait(pid, status, ru);

	forget(pid);
	return r;
}

void
child_kill(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	child_wait(pid, &status, NULL);
}

void
child_abandon(pid_t pid)
{
	int status;

	waitpid(pid, &status, WNOHANG);
	forget(pid);
}
