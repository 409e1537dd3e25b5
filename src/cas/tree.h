/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The input tree of a job: which files, links and directories, at which absolute names, the compiler may read.
 * Its canonical listing is what protocol 4 sends and what the action cache digests (man/distcc-protocol.7, "The listing").
 *
 * Directories above an entry need not be listed; a directory is listed so that it exists though nothing of it is.
 */
#ifndef CAS_TREE_H
#define CAS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"

enum tree_kind { TREE_DIR, TREE_FILE, TREE_LINK };

/*
 * gcc takes two files of one content for one (#pragma once, #import) if their times agree, clang if they are one inode.
 * So the listing says of a content that comes again how the two files are related, and the volunteer copies that.
 */
enum tree_twin {
	TREE_NO_TWIN,
	TREE_TWIN_CONTENT,	/* same bytes, another time */
	TREE_TWIN_TIME,		/* same bytes, same second of modification */
	TREE_TWIN_FILE,		/* the same file under another name (hard link) */
};

struct tree_entry {
	enum tree_kind kind;
	bool exec;		/* a file that may be run */
	bool timed;		/* names __DATE__ or the like: for the volunteer's use; not sent */
	bool text;		/* read by including it, if at all: for the client's use; not sent */
	char *path;		/* absolute, normalised: no "//", ".", "..", no '/' at the end */
	char *target;		/* of a link, as it stands there; else NULL */
	uint64_t size;		/* of a file */
	struct digest digest;	/* of a file */
	enum tree_twin twin;	/* set by tree_sort and tree_decode */
	uint32_t twin_of;	/* unless TREE_NO_TWIN: index of that earlier file */
	uint64_t dev, ino;	/* tree_identify; not sent */
	int64_t mtime;
};

/* TREE_INIT or all zero is an empty tree. */
struct tree {
	struct tree_entry *v;
	size_t n, cap;
	size_t sorted;		/* so many from the beginning are known to be as tree_sort puts them: it need not look */
	struct tree_block *blocks;	/* own the strings */
};

#define TREE_INIT {0}

/* Limits of a listing from the wire, checked before anything is allocated. */
#define TREE_MAX_ENTRIES 262144u
#define TREE_MAX_PATH 4095u
#define TREE_MAX_NAME 255u		/* one component */
#define TREE_MAX_LISTING (64u << 20)	/* plain bytes */
#define TREE_MAX_TEXT (128u << 20)	/* all paths and targets, written out */

/* The strings are copied. */
void tree_add_dir(struct tree *t, const char *path);
void tree_add_file(struct tree *t, const char *path, const struct digest *d, uint64_t size, bool exec);
void tree_add_link(struct tree *t, const char *path, const char *target);

/*
 * What stat says of the file added last (st_dev, st_ino, seconds of st_mtim), for the twins.  Without it a file counts as
 * one of its own, of another time than all others of its content.
 */
void tree_identify(struct tree *t, uint64_t dev, uint64_t ino, int64_t mtime);

/*
 * Sort by path (bytewise, but '/' before all other bytes: what is below an entry follows it at once), drop exact
 * duplicates (a listed directory and a file below it are none), find the twins.  False: *which names an entry with two
 * different meanings, or one that lies below a file or link.
 */
bool tree_sort(struct tree *t, const char **which);

/* Absolute, normalised, not "/" alone, within the limits. */
bool tree_path_ok(const char *path, size_t len);
/* As sorted trees are: < 0, 0, > 0. */
int tree_path_cmp(const char *a, const char *b);

/*
 * The canonical listing of a sorted tree, appended to out.  Returns how many of these bytes come before the digests,
 * which is all that compression could do something about (p4_request.tree_head).
 */
size_t tree_encode(const struct tree *t, struct buf *out);

enum tree_err {
	TREE_OK,
	TREE_TRUNCATED,
	TREE_NUMBER,		/* too large, or not in its shortest form */
	TREE_COUNT,		/* of entries */
	TREE_KIND,
	TREE_PATH,		/* not absolute, not normalised, too long */
	TREE_ORDER,
	TREE_DUPLICATE,
	TREE_BELOW_FILE,	/* below a file or a link */
	TREE_TARGET,		/* of a link: empty, too long, NUL */
	TREE_TWIN,		/* of what is no earlier file with content of its own, or of another size */
	TREE_TEXT,		/* TREE_MAX_TEXT */
	TREE_JUNK,		/* bytes behind the listing */
	TREE_NOMEM,
};
/* Decode a listing from the wire.  No I/O.  *at: index of the entry that is wrong.  tree_free in every case. */
enum tree_err tree_decode(const void *p, size_t n, struct tree *t, size_t *at);
const char *tree_strerror(enum tree_err err);
void tree_free(struct tree *t);		/* leaves it empty and usable */

#endif
