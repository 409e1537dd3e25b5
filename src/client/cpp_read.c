/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/cpp_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "compiler/cpptext.h"
#include "compiler/gccversion.h"
#include "compiler/quotes.h"
#include "compiler/squeeze.h"
#include "compiler/target.h"

/* Of text that is looked at, at once; the built-in macros take a third of it. */
#define PIECE 65536u

/* Text that the preprocessor has written here is read piece by piece: a mapping costs more, page by page. */
struct reading {
	struct cpp *c;
	struct cpp_findings *found;
	struct squeeze squeeze;
	bool keep_all;			/* comments too */
	bool begun;			/* the built-in macros are read */
	uint64_t size, read, written;	/* of the file, and what was read from and written back to it */
	struct cpptext_markers markers;
};

/* One more piece behind the n bytes at p, max in all.  How many there are now, or -1. */
static ssize_t
read_piece(struct reading *r, char *p, size_t n, size_t max)
{
	ssize_t k;

	while (n < max && r->read < r->size) {
		k = pread(r->c->fd, p + n, max - n, (off_t)r->read);
		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0)
			return -1;
		n += (size_t)k;
		r->read += (uint64_t)k;
	}
	return (ssize_t)n;
}

/* p[0..n), whole lines, goes back to the file. */
static bool
write_piece(struct reading *r, const char *p, size_t n)
{
	ssize_t k;

	for (; n > 0; p += k, n -= (size_t)k, r->written += (uint64_t)k) {
		k = pwrite(r->c->fd, p, n, (off_t)r->written);
		if (k == -1 && errno != EINTR)
			return false;
		if (k == -1)
			k = 0;
	}
	return true;
}

/* What the built-in macros say, in the first piece. */
static void
read_head(struct reading *r, const char *p, size_t n)
{
	size_t head = cpptext_head(p, n);

	r->squeeze.lang = r->found->lang = clex_lang(p, head);
	r->c->gcc_version = gccversion_of_text(p, head);
	r->c->target = target_of_text(p, head);
	r->begun = true;
}

/* Whole lines of p[0..n): how much was dealt with; 0: it must be more at once; -1: it failed. */
static ssize_t
take_piece(struct reading *r, char *p, size_t n)
{
	bool last = r->read == r->size;
	size_t left, done;

	if (!r->begun)
		read_head(r, p, n);
	r->squeeze.unclear = r->squeeze.unclear || r->keep_all;
	done = squeeze(&r->squeeze, p, n, last, &left);
	r->markers.n = 0;
	r->found->flags |= cpptext_scan(p, left, &r->markers);
	quotes_add_names(&r->found->files, p, left, &r->markers, r->written == 0);
	if (r->keep_all) {
		r->written += left;
		return (ssize_t)done;
	}
	return write_piece(r, p, left) ? (ssize_t)done : -1;
}

static bool
read_pieces(struct reading *r)
{
	char piece[PIECE], *p = piece, *grown = NULL;
	size_t max = sizeof(piece);
	ssize_t n = 0, done = 0;

	while (r->read < r->size && done >= 0) {
		n = read_piece(r, p, (size_t)n, max);
		done = n == -1 ? -1 : take_piece(r, p, (size_t)n);
		if (done == 0 && n > 0) {
			/* one comment, or one line */
			max *= 2;
			grown = xrealloc(grown, max);
			if (p == piece)
				memcpy(grown, piece, (size_t)n);
			p = grown;
		} else if (done > 0) {
			n -= done;
			memmove(p, p + done, (size_t)n);
		}
	}
	free(grown);
	return done >= 0;
}

bool
cpp_read_own(struct cpp *c, const struct args *a, bool named, struct cpp_findings *found)
{
	struct reading r = {.c = c, .found = found, .keep_all = a->comments, .size = c->size, .markers = CPPTEXT_NO_MARKERS};
	bool ok = read_pieces(&r);

	free(r.markers.at);
	if (!ok)
		return false;
	log_debug("%llu bytes of text, %llu without comments", (unsigned long long)c->size, (unsigned long long)r.written);
	c->size = r.written;
	return !named || r.written == r.size || ftruncate(c->fd, (off_t)c->size) == 0;
}
