/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/util.h"
#include "server/jobdir.h"
#include "server/jobsig.h"
#include "server/sandbox_deny.h"
#include "server/toolroot.h"

/* What a trial in a child process tells by a pipe. */
struct trial {
	bool usable, proc;
	int err;
	char why[256];
};

/* The first byte of a file is 1. */
static bool
says_one(const char *path)
{
	struct buf b = BUF_INIT;
	bool one = buf_read_file(&b, path, 64) == 0 && b.n > 0 && b.p[0] == '1';

	buf_free(&b);
	return one;
}

static bool
says_zero(const char *path)
{
	struct buf b = BUF_INIT;
	bool zero = buf_read_file(&b, path, 64) == 0 && b.n > 0 && b.p[0] == '0';

	buf_free(&b);
	return zero;
}

/* What an administrator may do about it; "" if we do not know. */
static const char *
hint(const char *why, int err)
{
	if (says_zero("/proc/sys/user/max_user_namespaces"))
		return " (the sysctl user.max_user_namespaces is 0)";
	if (says_zero("/proc/sys/kernel/unprivileged_userns_clone"))
		return " (the sysctl kernel.unprivileged_userns_clone is 0)";
	if (says_one("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"))
		return " (AppArmor needs a profile for distccd, or the sysctl kernel.apparmor_restrict_unprivileged_userns=0)";
	if (strstr(why, "overlay") != NULL)
		return err == ENODEV ? " (the kernel has no overlay file system)" : " (needs Linux 5.11)";
	if (strstr(why, "namespaces") != NULL && (err == EPERM || err == ENOSYS))
		return " (a container that does not allow user namespaces?)";
	return "";
}

/* In a child: run nothing in a sandbox below dir, at most processes at a time. */
static void
try_sandbox(const char *dir, const struct sandbox_caps *caps, int processes, struct trial *t)
{
	struct sandbox sb = SANDBOX_INIT;
	char *why = NULL;
	enum compile_end end;
	int status;

	sb.caps = caps;
	sb.tool_root = path_join(dir, "root");
	sb.job_tree = path_join(dir, "tree");
	sb.max_processes = processes;
	jobsig_init(true);
	jobsig_defer();
	sb.cwd = "/dir";
	end = sandbox_run(&sb, NULL, &status, &why);
	t->err = errno;
	t->usable = end == COMPILE_ENDED && status == 0;
	t->proc = sb.proc;
	/* say, the group of a directory is not ours, by a set-group-id bit above it */
	if (end == COMPILE_ENDED && !t->usable)
		why = xasprintf("files in %s cannot be written inside", dir);
	snprintf(t->why, sizeof(t->why), "%s", why != NULL ? why : "a process was killed");
	sandbox_close(&sb);
}

static void
trial(const char *dir, const struct sandbox_caps *caps, int processes, struct trial *t)
{
	int fds[2];
	pid_t pid;

	*t = (struct trial){.why = "a trial process died"};
	if (pipe(fds) == -1)
		return;
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		try_sandbox(dir, caps, processes, t);
		(void)!write(fds[1], t, sizeof(*t));
		_exit(0);
	}
	close(fds[1]);
	if (pid != -1) {
		struct trial got;
		int status;

		if (read(fds[0], &got, sizeof(got)) == (ssize_t)sizeof(got))
			*t = got;
		(void)proc_wait(pid, &status, NULL);
	}
	close(fds[0]);
}

/* An empty tool root and an empty job tree in a new directory below dir, which is swept like that of a job should we be killed. */
static bool
make_place(const char *dir, struct jobdir *place)
{
	char *root, *tree, *sub;
	bool ok;

	if (jobdir_make(place, dir) == -1)
		return false;
	root = path_join(place->path, "root");
	tree = path_join(place->path, "tree");
	sub = path_join(tree, "dir");
	ok = mkdir(root, 0755) == 0 && mkdir(tree, 0755) == 0 && mkdir(sub, 0755) == 0 && toolroot_skeleton(root) == 0;
	free(sub);
	free(root);
	free(tree);
	if (!ok) {
		int err = errno;

		jobdir_remove(place);
		errno = err;
	}
	return ok;
}

/* The name of a directory as names below it begin. */
static char *
without_slashes(const char *dir)
{
	size_t n = strlen(dir);

	while (n > 0 && dir[n - 1] == '/')
		n--;
	return xstrndup(dir, n);
}

void
sandbox_probe(const char *base, const char *dir, struct sandbox_caps *caps)
{
	struct jobdir place = JOBDIR_INIT;
	struct trial t, counted = {false};

	*caps = (struct sandbox_caps)SANDBOX_CAPS_INIT;
	if (!make_place(dir, &place)) {
		caps->why = xasprintf("cannot make directories in %s: %s", dir, strerror(errno));
		return;
	}
	/* where these cannot be had, the trial tells why */
	(void)sandbox_deny_prepare();
	caps->base = without_slashes(base);
	(void)sandbox_shared_make(caps->base, caps->shared);
	caps->own_count = true;
	trial(place.path, caps, 0, &t);
	if (!t.usable && caps->shared[SANDBOX_PLACE] != -1) {
		close(caps->shared[SANDBOX_PLACE]);
		caps->shared[SANDBOX_PLACE] = -1;
		trial(place.path, caps, 0, &t);
	}
	/* with the trial's own process and ours there are more of this user than that */
	if (t.usable)
		trial(place.path, caps, 1, &counted);
	jobdir_remove(&place);
	caps->usable = t.usable;
	caps->own_count = counted.usable;
	if (!t.usable) {
		caps->why = xasprintf("%s%s", t.why, hint(t.why, t.err));
		return;
	}
	caps->in_force = xasprintf("user, mount, pid, ipc, uts, net and cgroup namespaces, overlay, seccomp, limits%s%s",
				   t.proc ? "" : "; no /proc (hidden by a container)",
				   caps->own_count || t.proc ? "" : "; number of processes not limited");
}

void
sandbox_caps_free(struct sandbox_caps *caps)
{
	free(caps->why);
	free(caps->in_force);
	free(caps->base);
	sandbox_shared_close(caps->shared);
	*caps = (struct sandbox_caps)SANDBOX_CAPS_INIT;
}
