/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/sandbox_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server/sandbox_deny.h"
#include "server/sandbox_fork.h"
#include "server/sandbox_mounts.h"
#include "server/sandbox_shared.h"
#include "server/sandbox_usage.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* Above what a compiler's descriptors will be. */
#define HIGH_FD 50

/* What the kernel has as its first signal of real time; the C library may begin later. */
#define REALTIME 32

#define STACK ((rlim_t)8 << 20)

/* How often memory and processes are counted where nothing else limits them. */
#define COUNT_NS 100000000L

/* step is NULL: all is well. */
static void
check(int report, const char *step)
{
	struct inside_report r = {.kind = INSIDE_FAILED, .step = step, .err = errno};

	if (step == NULL)
		return;
	(void)sandbox_send(report, &r, sizeof(r), -1);
	_exit(1);
}

/* A user namespace of our own below that of the mounts, over which we have no power any more.  NULL, or the step that failed, with errno. */
static const char *
leave_power(int self, uid_t uid, gid_t gid)
{
	return unshare(CLONE_NEWUSER) == -1 ? "make a user namespace" : sandbox_map_ids(self, uid, gid, true);
}

/* Die with the process that we work for, and do so now if it has died already. */
static void
follow_parent(int report)
{
	struct pollfd p = {.fd = report, .events = POLLIN};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&p, 1, 0) != 0)
		_exit(1);
}

/* Nothing of our parent's handlers, which has none for signals of real time; SIGCHLD comes by sigtimedwait. */
static void
reset_signals(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigset_t set;

	for (int sig = 1; sig < REALTIME; sig++)
		sigaction(sig, &sa, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

/* Put the command's descriptors at 0, 1, 2 and close all others but the report, whose new number is returned. */
static int
arrange_fds(const struct sandbox *sb, int report)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), from[3] = {null, sb->out_fd, sb->err_fd};
	int high = fcntl(report, F_DUPFD_CLOEXEC, HIGH_FD);

	for (int i = 0; i < 3; i++)
		from[i] = fcntl(from[i] == -1 ? null : from[i], F_DUPFD_CLOEXEC, HIGH_FD + 1);
	for (int i = 0; i < 3; i++) {
		if (from[i] == -1 || dup2(from[i], i) == -1)
			check(report, "arrange descriptors");
	}
	if (high == -1 || syscall(SYS_close_range, 3, high - 1, 0) == -1 || syscall(SYS_close_range, high + 1, ~0u, 0) == -1)
		check(report, "close descriptors");
	return high;
}

/* Who takes all memory shall be the one to go. */
static void
offer_to_oom_killer(int self)
{
	int fd = openat(self, "oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return;
	(void)!write(fd, "1000", 4);
	close(fd);
}

static void
limit(int resource, rlim_t soft, rlim_t hard)
{
	struct rlimit lim;

	if (getrlimit(resource, &lim) == -1)
		return;
	lim.rlim_max = hard < lim.rlim_max ? hard : lim.rlim_max;
	lim.rlim_cur = soft < lim.rlim_max ? soft : lim.rlim_max;
	(void)setrlimit(resource, &lim);
}

static void
set_limits(const struct sandbox *sb)
{
	/* and process 1 */
	rlim_t processes = (rlim_t)sb->max_processes + 1;

	limit(RLIMIT_CORE, 0, 0);
	limit(RLIMIT_STACK, STACK, RLIM_INFINITY);
	limit(RLIMIT_MEMLOCK, 0, 0);
	limit(RLIMIT_MSGQUEUE, 0, 0);
	if (sb->max_file != 0)
		limit(RLIMIT_FSIZE, (rlim_t)sb->max_file, (rlim_t)sb->max_file);
	if (sb->caps->own_count)
		limit(RLIMIT_NPROC, processes, processes);
}

/* vfork(2): the command's process, in our memory until it runs.  *err: why it does not. */
static pid_t
start(const struct sandbox *sb, volatile int *err)
{
	sigset_t none;
	pid_t pid;

	sigemptyset(&none);
	pid = vfork();
	if (pid != 0) {
		if (pid == -1)
			*err = errno;
		return pid;
	}
	sigprocmask(SIG_SETMASK, &none, NULL);
	limit(RLIMIT_AS, (rlim_t)sb->max_memory, (rlim_t)sb->max_memory);
	/*
	 * Process 1 keeps its capabilities, which make it a stranger to the command; none can be got back, as no program gives new
	 * privileges.
	 */
	if (sandbox_drop_capabilities() && chdir(sb->cwd) == 0) {
		if (sb->path == NULL)
			_exit(open("file", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) == -1);
		execve(sb->path, sb->argv, sb->env);
	}
	*err = errno;
	_exit(1);
}

/* The command has ended: *status.  Others are only reaped. */
static bool
reap(pid_t command, int *status)
{
	int st;
	pid_t pid;

	while ((pid = waitpid(-1, &st, WNOHANG)) > 0) {
		if (pid == command) {
			*status = st;
			return true;
		}
	}
	return false;
}

/*
 * Until the command ends.  Where no cgroup limits memory, and rlimits only that of each process, all is counted from time to
 * time; who exceeds is killed by the end of process 1.
 */
static int
wait_for(pid_t command, const struct sandbox *sb, bool counted)
{
	struct timespec pause = {.tv_nsec = COUNT_NS};
	struct usage_limit max = {.memory = sb->max_memory, .processes = sb->max_processes};
	sigset_t set;
	int status;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	while (!reap(command, &status)) {
		if (sigtimedwait(&set, NULL, counted ? &pause : NULL) == -1 && errno == EAGAIN && usage_exceeded("/proc", &max))
			return SIGKILL;
	}
	return status;
}

void
inside_run(const struct sandbox *sb, uid_t uid, gid_t gid, int report)
{
	struct inside_report r = {.kind = INSIDE_READY};
	volatile int err = 0;
	int upper = -1, self;
	pid_t pid;

	follow_parent(report);
	setsid();
	reset_signals();
	umask(0);
	if (sb->placed)
		check(report, sandbox_shared_place(sb->caps->shared));
	report = arrange_fds(sb, report);
	self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!sb->placed)
		check(report, sandbox_map_ids(self, uid, gid, sb->caps->shared[0] != -1));
	/* the files in /proc of a process that has had capabilities are not its own, unless it says so */
	prctl(PR_SET_DUMPABLE, 1);
	offer_to_oom_killer(self);
	check(report, sandbox_mounts(sb, &upper, &r.proc));
	if (sb->placed)
		check(report, leave_power(self, uid, gid));
	close(self);
	/* our memory holds more than this job */
	prctl(PR_SET_DUMPABLE, 0);
	follow_parent(report);
	check(report, sb->caps->shared[0] == -1 ? sandbox_set_hostname() : NULL);
	set_limits(sb);
	check(report, sandbox_deny(sb->native) == -1 ? "install a seccomp filter" : NULL);
	(void)sandbox_send(report, &r, sizeof(r), upper);
	close(upper);
	pid = start(sb, &err);
	if (pid == -1 || err != 0) {
		errno = err;
		check(report, pid == -1 ? "start a process" : "run the command");
	}
	r.status = wait_for(pid, sb, r.proc);
	r.kind = INSIDE_ENDED;
	(void)sandbox_send(report, &r, sizeof(r), -1);
	_exit(0);
}
