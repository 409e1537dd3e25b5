/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Child processes. */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

struct proc_io {
	int in, out, err;	/* descriptors for 0, 1, 2; -1: /dev/null, -2: inherit */
	const char *cwd;	/* NULL: ours */
	char *const *env;	/* NULL: ours */
	bool new_group;		/* its own process group */
	bool keep_fds;		/* descriptors above 2 that we inherited stay open (make's jobserver, <(...)); ours are close-on-exec */
};

#define PROC_NULL (-1)
#define PROC_INHERIT (-2)

/*
 * Start path with argv; everything above descriptor 2 is closed in the child (but see keep_fds),
 * signal dispositions and the mask are the defaults (but a hangup, interrupt, quit or terminate signal
 * that we ignore stays ignored, for nohup's sake).  Returns the pid, or -1 with errno (ENOENT and EACCES
 * are those of exec, or of cwd).
 */
pid_t proc_spawn(const char *path, char *const *argv, const struct proc_io *io);

/* Wait for pid (EINTR handled).  0 and *status and, unless NULL, *ru; -1 with errno. */
int proc_wait(pid_t pid, int *status, struct rusage *ru);

/*
 * Is this a status that wait gives of a process that ended?  Of a number from elsewhere: one that says neither "ended with" nor "killed by"
 * could be mistaken for success.
 */
bool proc_is_end(uint32_t status);

/* Exit status a shell would give: the code, or 128 + signal. */
int proc_exit_code(int status);

#endif
