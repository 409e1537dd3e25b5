/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in a file: its digest, and what it may pull in (compiler/scan); from the cache while its stat is the same. */
#ifndef CLIENT_FACTS_H
#define CLIENT_FACTS_H

#include <stdbool.h>

#include "base/digest.h"
#include "client/cache.h"
#include "client/places.h"

/* So young a change may be followed by one that does not show in a stat. */
#define FACT_RACY_NS 2000000000ll

struct fact {
	struct place *file;
	struct digest digest;
	bool scanned;		/* items are those of scan_text */
	bool fresh;		/* read now, not from the cache */
	const void *items;
	size_t n;
	const void *names;	/* hashes of the macros it defines */
	size_t n_names;		/* bytes */
	void *own;		/* what must be freed */
};

enum fact_err {
	FACT_OK,
	FACT_ERRNO,		/* cannot be read; errno */
	FACT_CHANGING,		/* it changed whenever we read it */
	FACT_TOO_BIG,		/* no source that anyone wrote */
};

/*
 * Learn file (a PLACE_FILE).  scan false: the digest is enough.  What is read anew goes to the cache, unless it changed within the
 * last two seconds before now_ns (real time): then a change after the reading might not show in its stat.
 * file->sign is that of what was read.  fact_free in every case.
 */
enum fact_err fact_get(struct cache *c, struct place *file, bool scan, int64_t now_ns, struct fact *f);
/* Of items and names: the same means that it pulls in the same. */
uint64_t fact_sum(const struct fact *f);
void fact_free(struct fact *f);

#endif
