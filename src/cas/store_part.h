/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of store and actions share. */
#ifndef CAS_STORE_PART_H
#define CAS_STORE_PART_H

#include <sys/stat.h>

#include "cas/store.h"

struct store {
	int dir, objects, actions, jobs, trees;
	char *jobs_path, *trees_path;
	uint64_t max;
	uint64_t boot;		/* of this boot, for seals */
	int64_t opened_ms;	/* clock_ms */
	uint64_t added;		/* bytes that are not in the count yet */
	unsigned files;		/* made for store_begin so far */
};

/* "ab/cdef..." */
#define STORE_NAME_LEN (DIGEST_HEX_LEN + 2)
void store_name(const struct digest *d, char out[STORE_NAME_LEN]);

/* What a file of that size counts: its blocks, and one for inode and name. */
uint64_t store_charge(uint64_t size);

#define STORE_MODE 0444
#define STORE_EXEC_MODE 0555

/* The time of modification of an object of that kind. */
struct timespec store_seal(const struct store *s, const struct digest *d, enum store_kind kind);
/* Give it, and the mode, to a file whose content has been verified.  0, or -1 with errno. */
int store_set_seal(const struct store *s, int fd, const struct digest *d, enum store_kind kind);

/* What the seal of an object says, or of a link to it; STORE_MISSING: it is broken. */
enum store_kind store_read_seal(const struct store *s, const struct digest *d, const struct stat *st);

/* Digest a file and look for names of time in it, in one go.  0, or -1 with errno. */
int store_inspect(int fd, struct digest *d, uint64_t *size, enum store_kind *kind);

/* Note the use of a file below dir, unless that has been done some minutes ago. */
void store_touch(int dir, const char *name, const struct stat *st);

/* Rename tmp's file over name below dir, whose first directory may be missing.  0, or -1 with errno. */
int store_publish(int tmp, const char *from, int dir, const char *name);

/* Open a new file in tmp: name is filled in.  -1 with errno. */
int store_new(struct store *s, int tmp, char name[STORE_NEW_LEN]);

#endif
