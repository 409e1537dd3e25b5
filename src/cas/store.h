/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The volunteer's files by content: DIR/objects/ab/cdef... (the digest in hexadecimal), mode 0444, each verified against its
 * digest when it came.  Safe under kill -9 at any instruction and with several daemons on one directory: objects appear by
 * rename and are never changed; who loses one to eviction gets ENOENT and asks for it again.
 *
 * An object carries a seal: its time of modification is made of its digest and of the number of this boot.  Whoever writes to
 * it breaks the seal, and so do a restored backup and a reboot (after which a file system may have lost what was written).  An
 * object with a broken seal is digested again before it is used, and removed if it is damaged.  The time of access says when
 * it was used last, to some minutes.
 *
 *	objects/	the files
 *	actions/	records of the action cache (cas/actions.h)
 *	jobs/		for users of the store (the same file system: hard links)
 *	trees/		directories with links to objects, which they keep from one job to the next
 *	usage		bytes in objects and actions, about: 8 bytes in the machine's order, locked for each access
 *	trim		locked by the one that trims
 *
 * What is being written lives in a directory of the caller (tmp: a descriptor), which nobody else writes to, on the same file
 * system: what a killed job has left there goes with that directory, or is overwritten by the next job.
 */
#ifndef CAS_STORE_H
#define CAS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"

struct store;

#define STORE_NEW_LEN 16	/* name of a file that is being written */

/*
 * Make or open it.  NULL: *why (the caller frees) says what is wrong: not a directory, somebody else's, not writable.
 * max_bytes: what store_trim cuts it to.
 */
struct store *store_open(const char *dir, uint64_t max_bytes, char **why);
void store_close(struct store *s);	/* NULL is fine */
/* Whether its directories still are where they were: an administrator may have emptied the cache, or moved it.  Microseconds. */
bool store_is_there(const struct store *s);

/* Its directories jobs and trees, absolute if dir was, and a descriptor; both are the store's. */
const char *store_jobs(const struct store *s, int *fd);
const char *store_trees(const struct store *s, int *fd);
/*
 * Who takes a large file from a client holds this until it is there: else all jobs of a build that begins take the same one at once.
 * A descriptor to close; -1 with errno, EWOULDBLOCK while somebody else has it.
 */
int store_lock_large(const struct store *s);
/* A number that is another one after each boot; 0 where the kernel does not tell. */
uint64_t store_boot(const struct store *s);
uint64_t store_max(const struct store *s);
/* clock_ms when it was opened: a daemon knows nothing of what came before. */
int64_t store_opened_ms(const struct store *s);

/* What is known of an object. */
enum store_kind {
	STORE_MISSING,		/* also: what was there had another content, and was removed */
	STORE_PLAIN,
	STORE_TIMED,		/* __DATE__, __TIME__ or __TIMESTAMP__ is somewhere in it */
};
/* Whether it is there with that size; makes it recently used.  A broken seal costs reading it. */
enum store_kind store_look(struct store *s, const struct digest *d, uint64_t size);

/*
 * What the seal of a link to an object, name below dirfd, says; STORE_MISSING: it is broken, of another size, or not there.  Makes
 * the object recently used.
 */
enum store_kind store_sealed(struct store *s, const struct digest *d, uint64_t size, int dirfd, const char *name);
/* The same of what store_copy has made, or a link to that: whether it still is as it was made. */
bool store_copied(const struct store *s, const struct digest *d, uint64_t size, bool exec, uint32_t age, int dirfd, const char *name);

/* Receiving: write exactly size bytes to ->fd (any way you like), then commit: the content is digested and compared there. */
struct store_file {
	int fd, tmp;
	char name[STORE_NEW_LEN];	/* in tmp */
};
int store_begin(struct store *s, int tmp, struct store_file *f);	/* 0, or -1 with errno */
enum store_err {
	STORE_OK,
	STORE_IO,	/* errno: ENOSPC, EDQUOT... */
	STORE_MISMATCH,	/* of size or digest */
};
/* f is closed in every case.  kind (unless NULL) is set on STORE_OK. */
enum store_err store_commit(struct store *s, struct store_file *f, const struct digest *d, uint64_t size, enum store_kind *kind);
void store_abort(struct store_file *f);

/*
 * Take a finished regular file into the store, without copying it if that goes; its inode then becomes the object (mode, time),
 * so the caller must have it for itself.  Fills d and size.  0, or -1 with errno.
 */
int store_adopt(struct store *s, int tmp, int fd, struct digest *d, uint64_t *size);

/*
 * A hard link to the object at name below dirfd (a copy where the file system forbids it: EXDEV, EMLINK, EPERM).  Call store_look
 * first: an object whose seal is broken counts as missing here.  0, or -1 with errno.
 */
int store_link(struct store *s, const struct digest *d, int dirfd, const char *name);
/* A file of its own with the same content, mode 0444 or 0555, whose time is age seconds after that of the object. */
int store_copy(struct store *s, const struct digest *d, bool exec, uint32_t age, int dirfd, const char *name);

/* For reading; -1 with errno.  store_look first, as above. */
int store_read(struct store *s, const struct digest *d);

/*
 * Add what this process has put in to the count, and if it is above max_bytes now cut the store down to nine tenths, least
 * recently used first.  Cheap when there is nothing to do.  One process at a time does it, others return at once.
 */
void store_trim(struct store *s);
/* The same with a fresh count, whatever was remembered.  When a daemon starts; takes its time. */
void store_recount(struct store *s);
/* There is no room on the file system: halve the store. */
void store_shrink(struct store *s);

#endif
