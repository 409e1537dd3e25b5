/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a journal tells, added up.  Values in, values out. */
#ifndef CLIENT_SUMMARY_H
#define CLIENT_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "client/journal.h"

/* Jobs of one volunteer, or with one reason to stay here or to go in classic mode. */
struct summary_row {
	char *name;
	size_t jobs, faults;
	int64_t far_ms;
	uint64_t sent, received;
	char *fault;		/* the last one; NULL: none */
};

struct summary_table {
	struct summary_row *v;
	size_t n;
};

struct summary {
	size_t there, here, faults;
	size_t classic;		/* of those there: by what they are not for replica mode */
	int64_t far_ms;
	int64_t first_ms, last_ms;	/* when the first job ended, and the last */
	struct summary_table hosts, reasons, classic_reasons;
};

/* Start with a zeroed struct. */
void summary_add(struct summary *s, const struct journal_entry *e);
/* All lines of a journal; those that are none of ours are passed over.  text is cut into pieces. */
void summary_add_text(struct summary *s, char *text);
void summary_free(struct summary *s);

/* Some lines for people; nothing if there were no jobs. */
void summary_print(struct buf *out, struct summary *s);

#endif
