/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/sandbox.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/util.h"
#include "server/sandbox_fork.h"
#include "server/sandbox_inside.h"

#define NAMESPACES (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWCGROUP)
/* In the shared mount namespace the first two come later, as only who has the power over it can enter it. */
#define PLACED_NAMESPACES (CLONE_NEWPID | CLONE_NEWCGROUP)

#define MAX_SPACE ((uint64_t)4 << 30)
#define MAX_PROCESSES 64

/* What process 1 has told. */
struct heard {
	bool failed, ended;
	struct inside_report last;	/* of the two kinds above */
};

static void __attribute__((noreturn))
be_inside(const struct sandbox *sb, uid_t uid, gid_t gid, const int report[2])
{
	close(report[0]);
	inside_run(sb, uid, gid, report[1]);
}

/* Can dir be reached from the shared mount namespace, by a name that is no longer than names may be? */
static bool
is_placed(const struct sandbox_caps *caps, const char *dir)
{
	return path_is_below(dir, caps->base) && strlen(dir) < PATH_MAX / 2;
}

/* Fork process 1, with namespaces of its own for what is not shared by all jobs. */
static pid_t
fork_inside(const struct sandbox *sb, const int report[2], int cgroup)
{
	bool alone = sb->caps->shared[0] == -1;
	uid_t uid = alone ? geteuid() : INSIDE_ID;
	gid_t gid = alone ? getegid() : INSIDE_ID;
	uint64_t flags = alone ? NAMESPACES | SANDBOX_SHARED_FLAGS : sb->placed ? PLACED_NAMESPACES : NAMESPACES;
	pid_t pid;
	int err;

	if (!alone && (!sandbox_shared_enter(sb->caps->shared) || !sandbox_shared_power(sb->placed)))
		return -1;
	pid = sandbox_fork(flags, SIGCHLD, cgroup);
	if (pid == 0)
		be_inside(sb, uid, gid, report);
	err = errno;
	if (!alone)
		(void)sandbox_shared_power(false);
	errno = err;
	return pid;
}

/* All that process 1 has said; it has ended. */
static void
hear(struct sandbox *sb, int report, struct heard *h)
{
	struct inside_report r;

	while (sandbox_receive(report, &r, sizeof(r), &sb->upper) == (ssize_t)sizeof(r)) {
		if (r.kind == INSIDE_READY) {
			sb->proc = r.proc;
			continue;
		}
		h->failed = r.kind == INSIDE_FAILED;
		h->ended = r.kind == INSIDE_ENDED;
		h->last = r;
	}
}

static enum compile_end
not_started(const char *step, int err, char **why)
{
	*why = xasprintf("cannot %s: %s", step, strerror(err));
	errno = err;
	return COMPILE_NO_START;
}

/* What the caller leaves to us. */
static void
set_defaults(struct sandbox *sb)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
	uint64_t memory = pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : MAX_SPACE * 2;

	if (sb->max_memory == 0)
		sb->max_memory = memory / 4 * 3;
	if (sb->max_space == 0)
		sb->max_space = memory / 2 < MAX_SPACE ? memory / 2 : MAX_SPACE;
	if (sb->max_processes == 0)
		sb->max_processes = MAX_PROCESSES;
}

/* Where the loader of i386 programs always is. */
#define LOADER_I386 "/lib/ld-linux.so.2"

/*
 * The compiler is none of i386, nor can a part of it be: with such parts comes their loader.  Should one be linked statically, while the
 * compiler is not of its kind, then the trial of its tool root has failed.
 */
static bool
has_native_tools(const struct sandbox *sb)
{
	char *path = path_join(sb->tool_root, sb->path != NULL ? sb->path : "/"), head[EI_CLASS + 1];
	bool native = io_file_head(path, head, sizeof(head)) && memcmp(head, ELFMAG, SELFMAG) == 0 && head[EI_CLASS] == ELFCLASS64;

	free(path);
	path = path_join(sb->tool_root, LOADER_I386);
	native = native && access(path, F_OK) == -1;
	free(path);
	return native;
}

enum compile_end
sandbox_run(struct sandbox *sb, struct peer *peer, int *status, char **why)
{
	struct compile_watch w = {.until_ms = sb->until_ms, .idle = sb->idle, .arg = sb->arg};
	struct cgroup_job group = CGROUP_JOB_INIT;
	struct heard h = {false};
	enum compile_end end;
	int report[2];
	pid_t pid;

	set_defaults(sb);
	sb->placed = sb->caps->shared[SANDBOX_PLACE] != -1 && is_placed(sb->caps, sb->tool_root) &&
	    is_placed(sb->caps, sb->job_tree);
	sb->native = !sb->own_programs && has_native_tools(sb);
	*why = NULL;
	*status = SIGKILL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, report) == -1)
		return not_started("make a socket", errno, why);
	if (sb->cgroups != NULL)
		cgroup_job_begin(sb->cgroups, &group);
	pid = fork_inside(sb, report, group.dir);
	if (pid == -1) {
		int err = errno;

		cgroup_job_end(&group);
		close(report[0]);
		close(report[1]);
		return not_started("make namespaces", err, why);
	}
	close(report[1]);
	end = compile_watch(pid, &w, peer);
	kill(pid, SIGKILL);
	/* returns when the last process of its namespace has ended */
	(void)proc_wait(pid, status, NULL);
	cgroup_job_end(&group);
	hear(sb, report[0], &h);
	close(report[0]);
	if (h.failed && end == COMPILE_ENDED)
		return not_started(h.last.step, h.last.err, why);
	/* killed itself without a word: by the kernel, for want of memory */
	*status = h.ended ? h.last.status : SIGKILL;
	return end;
}

void
sandbox_close(struct sandbox *sb)
{
	if (sb->upper != -1)
		close(sb->upper);
	sb->upper = -1;
}
