/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private directories of jobs: "distccd_XXXXXX", mode 0700, below TMPDIR or a store.  A job holds a lock on its own as long as
 * it lives, so what is left of one that was killed can be told from one in use.
 */
#ifndef SERVER_JOBDIR_H
#define SERVER_JOBDIR_H

struct jobdir {
	const char *path;	/* owned by the registry of tmp; NULL: none */
	int lock;		/* descriptor of the directory, locked */
};

#define JOBDIR_INIT {NULL, -1}

/* Make one below dir.  0; -1 with errno. */
int jobdir_make(struct jobdir *d, const char *dir);
/* Remove it with everything in it.  Does nothing if there is none. */
void jobdir_remove(struct jobdir *d);

/* Remove those below dir that are ours (owner) and that no process holds.  Returns how many. */
int jobdir_sweep(const char *dir);

#endif
