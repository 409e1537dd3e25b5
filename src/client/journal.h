/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of each job, for whoever wants to know afterwards: a file named by DISTCC_JOURNAL gets a line for each job and for
 * each fault of a volunteer.  A line is appended by one write(2), so many clients, also of several users, may share
 * a file.  It ends at JOURNAL_MAX bytes.  A convenience: whatever fails is passed over.
 *
 *	1 TAB END TAB KIND TAB WHERE TAB WALL_MS TAB FAR_MS TAB NEAR_MS TAB SENT TAB RECEIVED TAB WHAT TAB WHY
 *
 * 1 is the version of this format; END is in milliseconds since 1970; there are more fields behind WHY, or none.
 */
#ifndef CLIENT_JOURNAL_H
#define CLIENT_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#define JOURNAL_MAX (16 << 20)
#define JOURNAL_LINE_MAX 640	/* with its newline; longer texts are cut */

enum journal_kind {
	JOURNAL_THERE,		/* a volunteer did it */
	JOURNAL_HERE,		/* it was done on this machine */
	JOURNAL_FAULT,		/* a volunteer failed; the job goes on elsewhere */
};

struct journal_entry {
	enum journal_kind kind;
	int64_t end_ms;		/* set by journal_add */
	const char *where;	/* a host's label */
	int64_t wall_ms;	/* from the beginning to the end of the job, waiting included; 0: not known */
	int64_t far_ms;		/* how long the volunteer took once it had all */
	int64_t near_ms;	/* processor time of the preprocessor here */
	uint64_t sent, received;	/* bytes */
	const char *what;	/* the source, or what else the job was about */
	const char *why;	/* it stayed here, or was not for replica mode, or what the fault was; "" */
};

/* path NULL: nothing is done. */
void journal_add(const char *path, const struct journal_entry *e);

/* A line (which is cut into pieces, and e points into it) without its newline.  False: it is none of ours. */
bool journal_parse(char *line, struct journal_entry *e);

#endif
