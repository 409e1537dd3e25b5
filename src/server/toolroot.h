/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tool roots: directories that hold a compiler and all it needs to run, laid out as "/" of a job.  Copies, so that an update of
 * the system does not change a compiler under a running job.  No headers and no libraries to link with: those are the
 * client's, and travel in the job's tree.
 */
#ifndef SERVER_TOOLROOT_H
#define SERVER_TOOLROOT_H

#include <stdbool.h>

/* Into the empty directory dir what every root has: dev with empty files for the devices, proc, tmp.  0, or -1 with errno. */
int toolroot_skeleton(const char *dir);

#endif
