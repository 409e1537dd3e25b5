/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the compilers of preprocessed jobs may not do, as far as the kernel can see to it: write to files outside of their job's
 * directory (Landlock), and use system calls that no compiler needs, sockets above all (server/sandbox_deny.h).  They read what
 * the daemon's user may read: their headers and parts are anywhere.
 */
#ifndef SERVER_CONFINE_H
#define SERVER_CONFINE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/proc.h"
#include "base/strv.h"

struct confine {
	bool seccomp;
	int landlock;			/* the kernel's version of it; 0: none */
	const struct strv *writable;	/* directories where they may write, too; those that are not there do not count */
};

/* Find out by doing it, in a child.  Returns NULL, or what this kernel lacks, in words (the caller frees). */
char *confine_probe(struct confine *c, const struct strv *writable);

/*
 * Is the program at path a wrapper: a script, or ccache by whatever name?  Such a one is there because the administrator wants what it
 * does besides, logs and caches for instance; it is not to be confined, nor is then the compiler it runs.
 */
bool confine_is_wrapper(const char *path);

/*
 * As proc_spawn, of a process that may write below io->cwd, to /dev/null and its like, and below c->writable.  io: in is PROC_NULL, out
 * and err are descriptors, cwd is set, new_group too.  cgroup: as for sandbox_fork.  Call with signals deferred (jobsig).
 */
pid_t confine_spawn(const struct confine *c, int cgroup, const char *path, char *const *argv, const struct proc_io *io);

#endif
