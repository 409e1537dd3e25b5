/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Run one command so that it sees nothing but a job's files and a tool root: in user, mount, pid, ipc, uts and net
 * namespaces of its own, with an overlay of the job's tree over the tool root as "/".  What it writes goes to memory
 * (a tmpfs of bounded size), which is read by sandbox_outputs and is gone after sandbox_close, whatever happens to us.
 *
 * Inside there are /dev/{null,zero,full,random,urandom}, a /proc that shows the job's processes and nothing else, and a
 * /tmp.  User and group are 1000, the host is called "distcc", for everybody.  No capability, no new privilege, no
 * socket, and none of the system calls of sandbox_deny.h.
 */
#ifndef SERVER_SANDBOX_H
#define SERVER_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/cgroup.h"
#include "server/compile.h"
#include "server/peer.h"
#include "server/sandbox_shared.h"

/* What this kernel and place allow: found out once, by really doing it. */
struct sandbox_caps {
	bool usable;
	char *why;		/* not usable: which step failed, in errno's words, and what may help */
	char *in_force;		/* one line for the log: "user, mount, pid... namespaces, overlay, seccomp, limits" */
	bool own_count;		/* max_processes counts this job's processes alone (Linux 5.14); else not limited */
	int shared[SANDBOX_SHARED];	/* namespaces of all jobs (sandbox_shared.h); -1: each job has its own */
	char *base;		/* what can be seen from the mount namespace among them */
};

#define SANDBOX_CAPS_INIT {.shared = SANDBOX_SHARED_NONE}

/*
 * base: a directory; tool roots and trees below it cost less than elsewhere.  dir: one like those where they will be; an empty directory is
 * made there and removed.  sandbox_caps_free afterwards.
 */
void sandbox_probe(const char *base, const char *dir, struct sandbox_caps *caps);
void sandbox_caps_free(struct sandbox_caps *caps);

struct sandbox {
	const struct sandbox_caps *caps;	/* usable */
	const char *tool_root;	/* laid out by server/toolroot: has dev, proc and tmp */
	const char *job_tree;	/* directory: the client's files at their absolute names below it.  Directories must belong to
				 * our user and our group to be writable inside */
	const char *path;	/* the compiler, inside; NULL: just make a file in cwd, for sandbox_probe */
	char *const *argv, *const *env;
	bool own_programs;	/* there are programs in the job's tree, of any kind that this machine runs */
	const char *cwd;	/* inside; must exist there */
	int out_fd, err_fd;	/* its stdout and stderr; stdin is /dev/null */
	int64_t until_ms;	/* clock_ms; 0: no limit */
	uint64_t max_memory;	/* bytes, all its processes together; 0: three quarters of the machine's */
	uint64_t max_file;	/* bytes one output, stdout or stderr may have; 0: max_space is the limit */
	uint64_t max_space;	/* bytes of all it writes, /tmp included; 0: half of the machine's memory, 4 GiB at most */
	int max_processes;	/* at a time; 0: 64 */
	const struct cgroups *cgroups;	/* NULL: no limits by these */
	void (*idle)(void *arg, struct peer *peer);	/* called about every second while it runs; may be NULL */
	void *arg;

	bool placed;		/* in the mount namespace that jobs share; set by sandbox_run */
	bool native;		/* no program of i386 may be among them; set by sandbox_run */
	bool proc;		/* there was a /proc; set by sandbox_run */
	int upper;		/* what it has written, a directory; from sandbox_run to sandbox_close, else -1 */
};

#define SANDBOX_INIT {.out_fd = -1, .err_fd = -1, .upper = -1}

/*
 * Call with signals deferred (jobsig).  This process enters the namespaces that all jobs share, for good (sandbox_shared.h).  Whatever the end, no process of the job is left and nothing is mounted; that also
 * holds should we be killed.  sandbox_close in every case.  COMPILE_NO_START: *why (the caller frees) says what failed, else it is NULL.
 * The client may go, the clock run out or the daemon end: it is over within 100 ms.
 */
enum compile_end sandbox_run(struct sandbox *sb, struct peer *peer, int *status, char **why);
/* Frees the memory of what it has written. */
void sandbox_close(struct sandbox *sb);

/* A regular file that the command has left. */
struct sandbox_output {
	char *name;		/* absolute, inside */
	unsigned mode;		/* permissions: no more than 0777 */
	uint64_t size;
};

#define SANDBOX_MAX_OUTPUTS 1024

/*
 * All files the command has made or changed, by name in bytewise order, but for those that compilers leave in /tmp when they
 * crash ("/tmp/ccXXXXXX.s").  False if they cannot all be told: *odd (the caller frees) names what is neither file nor directory, or
 * says that there are too many.  sandbox_outputs_free in every case.
 */
bool sandbox_outputs(const struct sandbox *sb, struct sandbox_output **v, size_t *n, char **odd);
/* For reading; -1 with errno. */
int sandbox_output_open(const struct sandbox *sb, const struct sandbox_output *o);
void sandbox_outputs_free(struct sandbox_output *v, size_t n);

#endif
