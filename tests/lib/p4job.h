/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside p4tool: a job as its options tell it.  Whatever is wrong ends the program with a message. */
#ifndef TESTS_LIB_P4JOB_H
#define TESTS_LIB_P4JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/strv.h"
#include "cas/tree.h"
#include "wire/proto4.h"

struct job {
	struct p4_request r;
	struct tree tree;
	struct strv content;	/* "PATH=FILE" where the content is not at PATH */
	struct strv blobs;
	struct buf old;		/* of --have */
	const char *listing, *out;
	bool no_sent;
};

/* "p4tool: WHAT: WHICH" */
void die(const char *what, const char *which) __attribute__((noreturn));
/* die unless it went well. */
void must(enum wire_err err, const char *what);

/* Take the options in word (NULL-terminated).  Returns the first word that is no option's. */
char **p4job_parse(struct job *j, char **word);
void p4job_free(struct job *j);

/* The tree in order, and its listing. */
void p4job_finish_tree(struct job *j);
/* The entry of that path, or of that number. */
uint32_t p4job_index_of(const struct job *j, const char *word);
void p4job_add_blob(const struct job *j, struct buf *b, uint32_t i);
/* Tree, request, and the blobs that shall go with it. */
void p4job_first_flight(struct job *j, struct buf *b);

#endif
