/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DISTCC_DIR/zeroconf as the helper sees it: the lock that one helper holds, the file of hosts, and whether anybody still
 * reads that.
 */
#ifndef ZEROCONF_HOSTSFILE_H
#define ZEROCONF_HOSTSFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct hostsfile {
	const char *dir;
	int lock;		/* descriptor; -1: none */
	struct stat locked;	/* the file it is of */
	char *text;		/* what we wrote last */
	struct stat written;
	int64_t used_ms;	/* when a use was last seen (clock_ms) */
};

enum hostsfile_err {
	HOSTSFILE_OK,
	HOSTSFILE_TAKEN,	/* another helper is at work */
	HOSTSFILE_ERR,		/* errno */
};

/*
 * Make the directory if it is missing, and take the lock, which is that of a process and does not survive fork.  dir must
 * outlive f.  hostsfile_close in every case.
 */
enum hostsfile_err hostsfile_open(struct hostsfile *f, const char *dir);

/* Put text in place of what is there, whole; nothing is done if it is what we wrote last.  False with errno. */
bool hostsfile_write(struct hostsfile *f, const char *text);

/* Lock and file are ours still, and the file was read or touched within idle_ms. */
bool hostsfile_in_use(struct hostsfile *f, int64_t idle_ms);

void hostsfile_close(struct hostsfile *f);

#endif
