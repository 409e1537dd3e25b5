/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/sandbox_shared.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/proc.h"
#include "base/util.h"
#include "server/sandbox_fork.h"
#include "server/sandbox_mounts.h"

#define HOST "distcc"

static const char *
write_file(int dir, const char *name, const char *text, const char *step)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC), err;
	bool ok;

	if (fd == -1)
		return step;
	ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	err = errno;
	close(fd);
	errno = err;
	return ok ? NULL : step;
}

const char *
sandbox_map_ids(int self, uid_t uid, gid_t gid, bool below)
{
	char uids[64], gids[64];
	const char *failed;

	snprintf(uids, sizeof(uids), "%d %lu 1\n", INSIDE_ID, (unsigned long)uid);
	snprintf(gids, sizeof(gids), "%d %lu 1\n", INSIDE_ID, (unsigned long)gid);
	/* the files in /proc of a process that was root are not its own, unless it says so */
	prctl(PR_SET_DUMPABLE, 1);
	failed = write_file(self, "uid_map", uids, "map the user");
	/* a namespace below one that denies it does so from its birth */
	if (failed == NULL && !below)
		failed = write_file(self, "setgroups", "deny", "deny setgroups");
	if (failed == NULL)
		failed = write_file(self, "gid_map", gids, "map the group");
	return failed;
}

const char *
sandbox_set_hostname(void)
{
	return sethostname(HOST, strlen(HOST)) == -1 ? "set the host's name" : NULL;
}

/* In the order of the descriptors. */
static const struct {
	const char *name;
	int flag;
} namespaces[SANDBOX_SHARED] = {
	{"ns/user", CLONE_NEWUSER}, {"ns/net", CLONE_NEWNET}, {"ns/ipc", CLONE_NEWIPC}, {"ns/uts", CLONE_NEWUTS},
	[SANDBOX_PLACE] = {"ns/mnt", CLONE_NEWNS},
};

static bool
tell_namespace(int to, int self, size_t i)
{
	int fd = openat(self, namespaces[i].name, O_RDONLY | O_CLOEXEC);

	return fd != -1 && sandbox_send(to, "", 1, fd);
}

/* In the new namespaces: hand them over. */
static void
tell_namespaces(int to, const char *base, uid_t uid, gid_t gid)
{
	int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *failed = sandbox_map_ids(self, uid, gid, false);

	if (failed == NULL)
		failed = sandbox_set_hostname();
	for (size_t i = 0; i < SANDBOX_PLACE && failed == NULL; i++) {
		if (!tell_namespace(to, self, i))
			failed = namespaces[i].name;
	}
	/* what can be done without is no failure */
	if (failed == NULL && sandbox_place(base))
		(void)tell_namespace(to, self, SANDBOX_PLACE);
	if (failed != NULL)
		(void)sandbox_send(to, &errno, sizeof(errno), -1);
}

/* One descriptor, or -1 with the errno of who should have sent it. */
static int
receive_fd(int from)
{
	int fd = -1, err;

	if (sandbox_receive(from, &err, sizeof(err), &fd) == (ssize_t)sizeof(err))
		errno = err;
	return fd;
}

void
sandbox_shared_close(int shared[SANDBOX_SHARED])
{
	for (size_t i = 0; i < SANDBOX_SHARED; i++) {
		if (shared[i] != -1)
			close(shared[i]);
		shared[i] = -1;
	}
}

/* All but perhaps the last, or none with errno. */
static bool
receive_all(int from, int shared[SANDBOX_SHARED])
{
	int err;

	errno = EIO;
	for (size_t i = 0; i < SANDBOX_SHARED; i++) {
		shared[i] = receive_fd(from);
		if (shared[i] == -1 && i != SANDBOX_PLACE) {
			err = errno;
			sandbox_shared_close(shared);
			errno = err;
			return false;
		}
	}
	return true;
}

bool
sandbox_shared_make(const char *base, int shared[SANDBOX_SHARED])
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int pair[2], status, err;
	bool ok = false;
	pid_t pid;

	memcpy(shared, (int[SANDBOX_SHARED])SANDBOX_SHARED_NONE, sizeof(int[SANDBOX_SHARED]));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return false;
	pid = sandbox_fork(CLONE_NEWUSER | CLONE_NEWNS | SANDBOX_SHARED_FLAGS, SIGCHLD, -1);
	if (pid == 0) {
		tell_namespaces(pair[1], base, uid, gid);
		_exit(0);
	}
	err = errno;
	close(pair[1]);
	if (pid != -1) {
		(void)proc_wait(pid, &status, NULL);
		ok = receive_all(pair[0], shared);
		err = errno;
	}
	close(pair[0]);
	errno = err;
	return ok;
}

bool
sandbox_drop_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	return syscall(SYS_capset, &head, none) == 0;
}

bool
sandbox_shared_enter(const int shared[SANDBOX_SHARED])
{
	/* for the jobs of a process that has several: it is there already */
	static bool entered;

	for (size_t i = 0; !entered && i < SANDBOX_PLACE; i++) {
		if (setns(shared[i], namespaces[i].flag) == -1)
			return false;
	}
	entered = true;
	return true;
}

bool
sandbox_shared_power(bool on)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, caps) == -1)
		return false;
	for (size_t i = 0; i < countof(caps); i++)
		caps[i].effective = on ? caps[i].permitted : 0;
	return syscall(SYS_capset, &head, caps) == 0;
}

const char *
sandbox_shared_place(const int shared[SANDBOX_SHARED])
{
	if (setns(shared[SANDBOX_PLACE], CLONE_NEWNS) == -1)
		return "enter the mount namespace of all jobs";
	return unshare(CLONE_NEWNS) == -1 ? "copy the mount namespace of all jobs" : NULL;
}
