/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of DISTCC_DIR/state: what one client is doing (shared facts 2.9).  The format is stock's, so that its monitors read
 * ours and ours reads its; what we add is a lock.
 *
 * A client of ours holds a write lock (fcntl) on its record for as long as it lives.  The number in a record means something
 * in its client's pid namespace only, and every ebuild phase of Portage is in one of its own; the kernel tells each who asks
 * for the holder the number that is right for him.
 */
#ifndef CLIENT_STATE_RECORD_H
#define CLIENT_STATE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Names are "binstate_PID", and "binstate_PID_N" where that is taken by a process of another namespace. */
#define STATE_RECORD_PREFIX "binstate_"
#define STATE_RECORD_MAGIC 0x44494800ul
#define STATE_RECORD_NAME_LEN 128

/* As it lies in memory; 296 bytes where long has 64 bits. */
struct state_record {
	size_t size;
	unsigned long magic;
	unsigned long pid;
	char file[STATE_RECORD_NAME_LEN];	/* the last component */
	char host[STATE_RECORD_NAME_LEN];
	int slot;
	int phase;	/* enum state_phase */
	void *next;	/* stock's monitor links them in memory */
};

_Static_assert(sizeof(long) != 8 || sizeof(struct state_record) == 296, "not what stock's monitors read");

/* False: what is open is no record.  The texts end within their arrays. */
bool state_record_read(int fd, struct state_record *r);

/* Hold the record open at fd, for writing, until it is closed.  Without effect where files cannot be locked. */
void state_record_hold(int fd);

/*
 * Who holds it: its pid as this process would call it, 0 if that has no number here, -1 if nobody does.  Never this process
 * itself.  Closing fd gives up this process's own lock on the same file.
 */
pid_t state_record_holder(int fd);

/* The pid that "binstate_PID" or "binstate_PID_N" begins with; 0: it is no name of a record. */
pid_t state_record_name_pid(const char *name);

#endif
