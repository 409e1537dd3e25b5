/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The job message of protocols 1 and 2: DIST ARGC ARGV* DOTI (shared facts 1.1). */
#ifndef WIRE_REQUEST_H
#define WIRE_REQUEST_H

#include <stdint.h>

#include "base/strv.h"
#include "wire/bulk.h"

#define REQUEST_MAX_ARGS 65536
#define REQUEST_MAX_ARG (1u << 20)
#define REQUEST_MAX_ARGS_BYTES (16u << 20)	/* all arguments together */
#define REQUEST_MAX_SOURCE (1u << 30)		/* plain bytes */

enum proto { PROTO_PLAIN = 1, PROTO_LZO = 2, PROTO_PUMP = 3 };

struct request {
	unsigned version;	/* 1 or 2 */
	struct strv argv;
};

/* Send everything up to DOTI, as one write. */
enum wire_err request_send_head(int fd, unsigned version, char *const *argv, const struct io_limit *lim);

/*
 * Read DIST, ARGC and ARGV.  WIRE_VERSION for another version than 1 and 2 (req->version says
 * which).  Version 0 is taken as 1, as stock does, and must be answered as 0: req->version keeps
 * 0.  request_free in every case.
 */
enum wire_err request_read_head(int fd, struct request *req, const struct io_limit *lim);

/* Whether the bodies of that version are compressed. */
bool request_lzo(unsigned version);

void request_free(struct request *req);

#endif
