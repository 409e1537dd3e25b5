/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One exchange with a volunteer on an open descriptor: the job goes there, its result comes back (shared facts 1.9). */
#ifndef CLIENT_REMOTE_H
#define CLIENT_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/reply.h"
#include "wire/request.h"

enum remote_step { REMOTE_SENDING, REMOTE_WAITING, REMOTE_RECEIVING };

struct remote {
	int fd;
	unsigned version;	/* PROTO_PLAIN or PROTO_LZO */
	bool cork;
	struct io_limit limit;

	enum remote_step step;	/* what was being done when it ended */
	int saved_errno;
	struct reply reply;	/* reply_free by the caller */
	int64_t send_ms, wait_ms;
};

/*
 * Send the command and the text; then wait for the compiler's status: r->reply.status.  text: the file's, if it is in
 * memory already; else NULL.
 */
enum wire_err remote_compile(struct remote *r, char *const *argv, int text_fd, const char *text, uint64_t text_size);

/* Read the rest: messages, and the object into object_fd if the status is 0. */
enum wire_err remote_result(struct remote *r, int object_fd);

/* "sending the job: connection closed": for a message.  The caller frees. */
char *remote_explain(const struct remote *r, enum wire_err err);

/* An exchange of whatever protocol that broke, as one of base/exitcode.h. */
int remote_exit_code(enum wire_err err);

#endif
