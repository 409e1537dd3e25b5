/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line each job leaves in the log, in the words of stock distccd, which log tools look for. */
#ifndef SERVER_REPORT_H
#define SERVER_REPORT_H

#include <stddef.h>
#include <stdint.h>

enum outcome {
	COMPILE_OK,
	COMPILE_ERROR,
	COMPILE_TIMEOUT,
	CLI_DISCONN,	/* the client went away */
	REJ_BAD_REQ,	/* not a request, or one we refuse */
	REJ_OVERLOAD,	/* too many connections at once */
	OTHER,
	ASKED,		/* nothing was to be made (P4_ASKS), and the compiler has ended; no word of stock's */
};

#define OUTCOMES (ASKED + 1)

struct report {
	const char *client;	/* ADDR:PORT */
	enum outcome outcome;
	int status;		/* wait status, as the client gets or would have got it */
	int ret;		/* 0, or the exit code (exitcode.h) that says what failed apart from the compiler */
	int64_t ms;
	const char *compiler;	/* as the client calls it; NULL: unknown */
	const char *source;	/* NULL: unknown */
	const char *mode;	/* "replica"...; NULL: classic, which stock has too */
};

#define REPORT_MAX 640

/* A name that comes from the client, cut to size - 1 bytes, with '?' for what could break a line.  NULL: "". */
void report_name(const char *name, char *out, size_t size);

/* With names as of report_name. */
void report_format(const struct report *r, char out[REPORT_MAX]);

/* Log it, level notice, and count it where statistics are kept (stats_feed.h). */
void report_log(const struct report *r);

#endif
