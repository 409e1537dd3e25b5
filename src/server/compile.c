/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/compile.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "server/jobsig.h"

#define IDLE_MS 1000

/* It has ended, and is still there to be waited for: until then nobody else can get the number of its group. */
static bool
has_ended(pid_t pid)
{
	siginfo_t info = {.si_pid = 0};

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == -1 || info.si_pid == pid;
}

static int
time_left(int64_t until_ms)
{
	int64_t left;

	if (until_ms == 0)
		return -1;
	left = until_ms - clock_ms();
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

enum compile_end
compile_watch(pid_t pid, const struct compile_watch *w, struct peer *peer)
{
	struct pollfd fds[PEER_FDS];
	int64_t idle_at = clock_ms() + IDLE_MS;

	while (!has_ended(pid)) {
		int n = peer == NULL ? 0 : peer_pollfds(peer, fds), left = time_left(w->until_ms), wait = left;

		if (jobsig_stopped())
			return COMPILE_STOPPED;
		if (left == 0)
			return COMPILE_TOO_LONG;
		if (w->idle != NULL && (wait < 0 || wait > time_left(idle_at)))
			wait = time_left(idle_at);
		if (jobsig_poll(fds, (nfds_t)n, wait) > 0 && peer_gone(peer, fds))
			return COMPILE_CLIENT_GONE;
		if (w->idle != NULL && time_left(idle_at) == 0) {
			w->idle(w->arg, peer);
			idle_at = clock_ms() + IDLE_MS;
		}
	}
	return COMPILE_ENDED;
}

enum compile_end
compile_run(const struct compile *c, struct peer *peer, int *status)
{
	struct compile_watch w = {.until_ms = c->until_ms};
	struct cgroup_job group = CGROUP_JOB_INIT;
	enum compile_end end;
	pid_t pid;

	if (c->cgroups != NULL)
		cgroup_job_begin(c->cgroups, &group);
	if (c->confine != NULL)
		pid = confine_spawn(c->confine, group.dir, c->path, c->argv, &c->io);
	else
		pid = proc_spawn(c->path, c->argv, &c->io);
	if (pid == -1) {
		int saved_errno = errno;

		cgroup_job_end(&group);
		errno = saved_errno;
		return COMPILE_NO_START;
	}
	if (c->started != NULL)
		c->started(c->arg, pid);
	end = compile_watch(pid, &w, peer);
	/* also what it has left behind in its group, or has taken out of that */
	kill(-pid, SIGKILL);
	cgroup_job_end(&group);
	if (proc_wait(pid, status, NULL) == -1)
		*status = EXIT_DISTCC_FAILED << 8;
	return end;
}
