/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files the compile leaves behind, replaced in one step: written to a temporary name beside the target, then
 * renamed.  What is no regular file (/dev/null, a pipe) is written through.
 */
#ifndef CLIENT_OUTPUT_H
#define CLIENT_OUTPUT_H

#include <stdbool.h>

#include "client/sign.h"
#include "compiler/args.h"

enum output_style {
	OUTPUT_NEW,	/* a new file takes the place of an old one or of a link */
	OUTPUT_OLD,	/* what a link names is written, with the mode it had */
};

struct output {
	int fd;			/* write here, from offset 0 */
	const char *tmp;	/* registered with base/tmp; NULL: an unnamed file, copied into the target in the end */
	char *target;
	bool exists, through;
	bool stays;		/* its content is right; there is nothing to write */
};

#define OUTPUT_NONE {.fd = -1}

/* Prepare to replace target.  False with errno: it must be left to the compiler.  output_drop in every case. */
bool output_open(struct output *o, const char *target, enum output_style style);

/*
 * The same when target has the right content already, as long as it is the file that was signed (before it was read) and has the mode of a new
 * one: it stays, and gets the time of a new one; fd is -1.  False: it cannot stay, which is no error.
 */
bool output_keep(struct output *o, const char *target, enum output_style style, const struct sign *was);

/* The file is complete: put it into its place.  False with errno: the target is as it was. */
bool output_commit(struct output *o);

/* Leave nothing.  Harmless after output_commit. */
void output_drop(struct output *o);

/*
 * Why this command must run here, so that the compiler itself says what is wrong: source unreadable, directory
 * missing, output unwritable...  NULL: nothing.  Static text.
 */
const char *output_obstacle(const struct args *a);

#endif
