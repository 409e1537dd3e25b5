/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files a volunteer sends back: only those that the command itself could have written here, and all of them or none. */
#ifndef CLIENT_REPLICA_FILES_H
#define CLIENT_REPLICA_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "client/earlier.h"
#include "client/output.h"
#include "compiler/args.h"
#include "compiler/outputs.h"

struct replica_files {
	const struct args *args;
	const struct outputs *declared;
	struct output *v;
	size_t n;
	bool object;		/* the one of -o is among them */
	bool stray;		/* -1: the name is not ours to write */
};

void replica_files_init(struct replica_files *f, const struct args *a, const struct outputs *declared);

/*
 * A descriptor for the content of the file name (absolute, real), which belongs to f.  -1: the command does not write such a file (f->stray),
 * or it cannot be made (errno).
 */
int replica_files_open(struct replica_files *f, const char *name);

/*
 * The file name has the content that was found in its place: it stays if it can, else it is written like the
 * others.  False as above.
 */
bool replica_files_same(struct replica_files *f, const char *name, const struct earlier *was);

/* Put all into their places.  False with errno: *which could not be; those before it were. */
bool replica_files_commit(struct replica_files *f, const char **which);

/* Leave nothing behind that was not committed. */
void replica_files_free(struct replica_files *f);

#endif
