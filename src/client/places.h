/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the file system that one job has looked at: each name is asked for once.  Names are followed as the
 * kernel does; what was passed on the way (links, directories left by "..") is noted for the input tree.
 */
#ifndef CLIENT_PLACES_H
#define CLIENT_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/nearstat.h"
#include "client/dirnames.h"
#include "client/sign.h"

enum place_kind { PLACE_NONE, PLACE_DIR, PLACE_FILE, PLACE_LINK, PLACE_OTHER, PLACE_ERROR };

struct place {
	char *path;		/* absolute, without links on the way to it */
	uint32_t len;		/* of path */
	enum place_kind kind;
	bool used;		/* a link or directory: must be in the tree */
	bool system;		/* a directory of the compiler's own: what is below it comes with the system */
	bool exec;		/* a file that may be run */
	bool data;		/* a file that counts though it is not included: data, of the assembler, or for being there */
	bool source;		/* the file that is compiled: no other job is likely to read it */
	int err;		/* PLACE_ERROR */
	struct sign sign;	/* of what is there */
	struct place *parent;
	union {
		struct {	/* of a link */
			char *target;
			struct place *end;	/* where it leads in the end; NULL: not looked at */
		};
		struct dirnames names;	/* of a directory */
	};
	void *user;		/* for who walks */
	uint32_t fact, number;	/* for who writes it down */
	bool numbered, vouches;
	bool fixed;		/* any change of it, file or directory, may change all: what is remembered of the job ends */
	uint64_t hash;
	struct place *next;	/* all of them, the latest first */
	struct place *below, *beside;	/* places_in_order */
};

struct places {
	struct place *root;
	struct cache *cache;	/* for the names of directories */
	struct place **table;
	size_t n, cap;
	struct nearstat near;
	struct place *all;
	struct arena memory;	/* of the places and their texts */
};

/* cache stays the caller's, and must stay until places_free; NULL: there is none. */
void places_init(struct places *p, struct cache *cache);
void places_free(struct places *p);

/* The entry name (n bytes, no '/') of a directory; never NULL, asked for if it was not yet. */
struct place *places_entry(struct places *p, struct place *dir, const char *name, size_t n);

/*
 * Follow path from dir (absolute: from the root).  Links on the way and directories left by ".." are marked as used if it leads
 * to something.  The result is never a link; its kind says whether it exists.  *named: the entry under which
 * path names it last, itself or a link.
 */
struct place *places_walk(struct places *p, struct place *dir, const char *path, struct place **named);

/* Whether dir is one of the compiler's own directories, or below one. */
bool place_is_system(const struct place *dir);

/* Put the names of those directories into the cache that were asked for many in vain.  now_ns: real time. */
void places_learn(struct places *p, int64_t now_ns);

/*
 * All places but the root, in the order of a tree (cas/tree.h): each directory is followed by what is in it, sorted by name.  *n: how many.
 * The caller frees.
 */
struct place **places_in_order(struct places *p, size_t *n);

#endif
