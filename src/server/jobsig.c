/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/jobsig.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/tmp.h"

static volatile sig_atomic_t deferred, stopped;
static sigset_t handled, before;

static void
on_stop(int sig)
{
	(void)sig;
	stopped = 1;
	if (deferred)
		return;
	tmp_cleanup(true);
	_exit(0);
}

/* Only there to cut ppoll short. */
static void
on_child(int sig)
{
	(void)sig;
}

static void
handle(int sig, void (*handler)(int))
{
	struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};

	sigfillset(&sa.sa_mask);
	sigaction(sig, &sa, NULL);
	sigaddset(&handled, sig);
}

void
jobsig_init(bool terminal)
{
	sigset_t none;

	sigemptyset(&handled);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	handle(SIGCHLD, on_child);
	handle(SIGTERM, on_stop);
	handle(SIGALRM, on_stop);
	handle(SIGINT, terminal ? on_stop : SIG_IGN);
	handle(SIGHUP, terminal ? on_stop : SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void
jobsig_defer(void)
{
	sigprocmask(SIG_BLOCK, &handled, &before);
	deferred = 1;
}

void
jobsig_resume(void)
{
	deferred = 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (stopped)
		jobsig_quit();
}

int
jobsig_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	struct timespec ts = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000L};
	int ready = ppoll(fds, n, timeout_ms < 0 ? NULL : &ts, &before);

	if (ready > 0)
		return ready;
	for (nfds_t i = 0; i < n; i++)
		fds[i].revents = 0;
	return 0;
}

bool
jobsig_stopped(void)
{
	return stopped;
}

void
jobsig_quit(void)
{
	tmp_cleanup(false);
	_exit(0);
}
