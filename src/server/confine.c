/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "server/sandbox_deny.h"
#include "server/sandbox_fork.h"

/* These are the same on all machines (but Alpha); headers may be older than the kernel. */
#define NR_CREATE_RULESET 444
#define NR_ADD_RULE 445
#define NR_RESTRICT_SELF 446
#define NR_CLOSE_RANGE 436

/* Of linux/landlock.h, in its newest form. */
struct ruleset {
	uint64_t files, net, scoped;
};
struct path_rule {
	uint64_t allowed;
	int32_t dir;
} __attribute__((packed));

#define VERSION_FLAG 1u
#define PATH_BENEATH 1
#define WRITE_FILE (1ull << 1)
#define REMOVE_AND_MAKE (0x1ffull << 4)	/* REMOVE_DIR up to MAKE_SYM */
#define REFER (1ull << 13)		/* since version 2 */
#define TRUNCATE (1ull << 14)		/* since version 3 */
#define SCOPED_SIGNAL (1ull << 1)	/* since version 6: signals to other processes */
#define FIRST_SCOPED 6

/* The members that version knows. */
static size_t
ruleset_size(int version)
{
	return version >= FIRST_SCOPED ? sizeof(struct ruleset) : sizeof(uint64_t);
}

/* All that writes. */
static uint64_t
write_rights(int version)
{
	return WRITE_FILE | REMOVE_AND_MAKE | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0);
}

/* Allow to write to a file, or below a directory; what is not there needs no leave. */
static bool
allow(int rules, const char *path, uint64_t rights)
{
	struct path_rule rule = {.allowed = rights, .dir = open(path, O_PATH | O_CLOEXEC)};
	bool ok;

	if (rule.dir == -1)
		return true;
	ok = syscall(NR_ADD_RULE, rules, PATH_BENEATH, &rule, 0) == 0;
	close(rule.dir);
	return ok;
}

/* The rules for a job in dir, a descriptor; -1 with errno. */
static int
make_rules(const struct confine *c, const char *dir)
{
	static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full"};
	uint64_t rights = write_rights(c->landlock), file = rights & (WRITE_FILE | TRUNCATE);
	struct ruleset set = {.files = rights, .scoped = c->landlock >= FIRST_SCOPED ? SCOPED_SIGNAL : 0};
	int rules = (int)syscall(NR_CREATE_RULESET, &set, ruleset_size(c->landlock), 0);
	bool ok = rules != -1 && allow(rules, dir, rights);

	for (size_t i = 0; ok && i < countof(devices); i++)
		ok = allow(rules, devices[i], file);
	for (size_t i = 0; ok && i < c->writable->n; i++)
		ok = allow(rules, c->writable->v[i], rights);
	if (!ok && rules != -1) {
		int saved_errno = errno;

		close(rules);
		errno = saved_errno;
		return -1;
	}
	return rules;
}

/* This process and all it starts; rules may be -1.  False with errno. */
static bool
restrict_self(const struct confine *c, int rules)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return false;
	if (rules != -1 && syscall(NR_RESTRICT_SELF, rules, 0) == -1)
		return false;
	return !c->seccomp || sandbox_deny(false) == 0;
}

static bool
works(const struct confine *c)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		int rules = c->landlock > 0 ? make_rules(c, "/") : -1;

		_exit((c->landlock == 0 || rules != -1) && restrict_self(c, rules) ? 0 : 1);
	}
	return pid != -1 && proc_wait(pid, &status, NULL) == 0 && status == 0;
}

char *
confine_probe(struct confine *c, const struct strv *writable)
{
	long version = syscall(NR_CREATE_RULESET, NULL, 0, VERSION_FLAG);
	struct confine seccomp = {.seccomp = true, .writable = writable}, landlock = {.landlock = (int)version, .writable = writable};

	c->writable = writable;
	/* here, else each job makes it */
	(void)sandbox_deny_prepare();
	c->seccomp = works(&seccomp);
	c->landlock = version > 0 && works(&landlock) ? (int)version : 0;
	if (c->seccomp && c->landlock > 0)
		return NULL;
	return xasprintf("%s%s%s", c->landlock == 0 ? "Landlock (they may write wherever this user may)" : "",
			 c->landlock == 0 && !c->seccomp ? " and " : "", c->seccomp ? "" : "seccomp filters (they may use the network)");
}

/* In the child: as proc_spawn leaves them. */
static void
reset_signals(void)
{
	static const int inherited[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	struct sigaction dflt = {.sa_handler = SIG_DFL}, was;
	sigset_t none;

	for (int sig = 1; sig < _NSIG; sig++) {
		bool stays = false;

		for (size_t i = 0; i < countof(inherited); i++)
			stays |= sig == inherited[i] && sigaction(sig, NULL, &was) == 0 && was.sa_handler == SIG_IGN;
		if (!stays)
			sigaction(sig, &dflt, NULL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* 0, 1 and 2, and none besides.  The others may have any of these numbers. */
static bool
arrange_fds(const struct proc_io *io)
{
	int fds[3] = {open("/dev/null", O_RDWR | O_CLOEXEC), io->out, io->err};

	for (int i = 0; i < 3; i++) {
		fds[i] = fds[i] == -1 ? -1 : fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
		if (fds[i] == -1)
			return false;
	}
	for (int i = 0; i < 3; i++) {
		if (dup2(fds[i], i) == -1)
			return false;
	}
	/* where the kernel is too old for that, all that we open is close-on-exec */
	return syscall(NR_CLOSE_RANGE, 3, ~0u, 0) == 0 || errno == ENOSYS;
}

/* In the child; *err, which our parent sees: why it could not. */
static void __attribute__((noreturn))
become(const struct confine *c, int rules, const char *path, char *const *argv, const struct proc_io *io, volatile int *err)
{
	/* signals come last: one that waits for us would find our parent's handlers */
	if (setpgid(0, 0) == 0 && chdir(io->cwd) == 0 && restrict_self(c, rules) && arrange_fds(io)) {
		reset_signals();
		execve(path, argv, io->env);
	}
	*err = errno;
	_exit(127);
}

/* By vfork(2), or into a control group; not inlined, so that nothing of our caller's is in registers meanwhile. */
static pid_t __attribute__((noinline))
start(const struct confine *c, int rules, int cgroup, const char *path, char *const *argv, const struct proc_io *io, volatile int *err)
{
	pid_t pid = cgroup == -1 ? vfork() : sandbox_fork(CLONE_VFORK, SIGCHLD, cgroup);

	if (pid == 0)
		become(c, rules, path, argv, io, err);
	return pid;
}

/* Memory that is shared with children; NULL with errno. */
static volatile int *
shared_errno(void)
{
	static volatile int *shared;

	if (shared == NULL) {
		void *p = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		shared = p == MAP_FAILED ? NULL : p;
	}
	return shared;
}

static bool
is_script(const char *path)
{
	char head[2];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool is = fd != -1 && read(fd, head, sizeof(head)) == (ssize_t)sizeof(head) && memcmp(head, "#!", 2) == 0;

	if (fd != -1)
		close(fd);
	return is;
}

bool
confine_is_wrapper(const char *path)
{
	char *real = realpath(path, NULL);
	bool is = real != NULL && (streq(path_base(real), "ccache") || is_script(real));

	free(real);
	return is;
}

pid_t
confine_spawn(const struct confine *c, int cgroup, const char *path, char *const *argv, const struct proc_io *io)
{
	volatile int *shared = shared_errno();
	int rules = c->landlock > 0 ? make_rules(c, io->cwd) : -1, err;
	pid_t pid;

	if (shared == NULL || (c->landlock > 0 && rules == -1))
		return -1;
	*shared = 0;
	pid = start(c, rules, cgroup, path, argv, io, shared);
	err = pid == -1 ? errno : *shared;
	if (rules != -1)
		close(rules);
	if (pid != -1 && err != 0) {
		int status;

		(void)proc_wait(pid, &status, NULL);
		pid = -1;
	}
	errno = err;
	return pid;
}
