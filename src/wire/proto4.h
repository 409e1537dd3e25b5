/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Protocol 4, both directions (man/distcc-protocol.7).
 *
 *	client	DIST 4, FLAG, TOOL, CDIR, ARGC ARGV*, ENVC ENVV*, HAVE (NAME HASH)*, TREE, (BLOB SIZE FILE)*, SENT
 *	server	BEAT*, NOPE code TEXT | WANT (once; may be empty)
 *	client	after a WANT that was not empty: (BLOB SIZE FILE)*, SENT
 *	server	BEAT*, NOPE code TEXT | DONE 4, STAT, SERR, SOUT, OUTC (NAME MODE BASE SIZE FILE)*, INFO
 *
 * TREE, FILE, SERR and SOUT are compressed (wire/zstd.h); every plain size is bounded before anything is allocated or
 * written.  p4_add_* append to a buffer, so that much goes out in one write (p4_flush); p4_read_* read.
 */
#ifndef WIRE_PROTO4_H
#define WIRE_PROTO4_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/strv.h"
#include "wire/token.h"

#define PROTO_REPLICA 4
#define P4_MAX_BLOB 0xffffffffull	/* plain bytes of one file */
#define P4_MAX_OUTPUTS 1024
#define P4_MAX_TEXT (64u << 20)		/* plain bytes of SERR, SOUT */
#define P4_MAX_REASON 4096u
#define P4_MAX_INFO 65536u
#define P4_MAX_PATH 4095u		/* CDIR, NAME */
#define P4_MAX_ARGS 65536u
#define P4_MAX_ARG (1u << 20)
#define P4_MAX_ARGS_BYTES (16u << 20)	/* all arguments, or all of the environment */
#define P4_MAX_TREE (64u << 20)		/* plain bytes of the listing; TREE_MAX_LISTING */
#define P4_MAX_WANT (2u << 20)		/* bytes of WANT */
#define P4_BEAT_MS 5000			/* the server's pulse */
#define P4_DEAD_MS 20000		/* silence that means the server is dead */

/* Bits of FLAG. */
#define P4_FRESH 1u			/* run the compiler, whatever the action cache has; and leave no record */
#define P4_ASKS 2u			/* the command says something and makes nothing: it is not to be counted as a compile */
#define P4_ALL_FLAGS (P4_FRESH | P4_ASKS)

/* A file of an earlier compile that the client still has where the output goes. */
struct p4_have {
	char *name;		/* absolute */
	struct digest digest;
};
#define P4_MAX_HAVE 16u

struct p4_request {
	uint32_t flags;
	struct digest tool;	/* toolchain identity */
	char *cwd;		/* absolute, normalised; "/" is one */
	struct strv argv;	/* exact; argv[0] as the client's compiler got it */
	struct strv env;	/* NAME=VALUE, only what matters to compilers */
	struct p4_have *have;	/* malloc */
	uint32_t n_have;
	struct buf tree;	/* plain canonical listing (cas/tree.h) */
	size_t tree_head;	/* what tree_encode returned; 0: not known.  Not sent. */
};

enum p4_nope {			/* codes of NOPE; the reason is text */
	P4_NOPE_OTHER,
	P4_NOPE_BUSY,		/* try again, or somebody else */
	P4_NOPE_TOOLCHAIN,	/* no compiler of that identity */
	P4_NOPE_SANDBOX,	/* this kernel or place lets us build none: classic mode only */
	P4_NOPE_DENIED,		/* by the daemon's configuration */
	P4_NOPE_LIMIT,		/* larger, longer or more than this daemon allows */
	P4_NOPE_PROTOCOL,	/* not protocol 4 */
	P4_NOPE_STORE,		/* no room for the files */
	P4_NOPE_CHANGED,	/* a file is not what the tree says: it was changed while it was sent */
	P4_NOPE_PRECOMPILED,	/* a precompiled header is not for the compiler there */
	P4_NOPE_CODES
};

/* "path": absolute, no empty component, no "." or "..", no '/' at the end (but "/" itself), no NUL, not too long. */
bool p4_path_ok(const char *path);

/* Client.  Everything of a request up to TREE, appended to out, so that the first flight is one write. */
enum wire_err p4_add_request(struct buf *out, const struct p4_request *r);
/* The content of entry index of the tree. */
enum wire_err p4_add_blob(struct buf *out, uint32_t index, const void *p, size_t n);
enum wire_err p4_add_blob_fd(struct buf *out, uint32_t index, int file_fd, uint64_t size);
enum wire_err p4_send_blob(int fd, uint32_t index, int file_fd, uint64_t size, const struct io_limit *lim);
void p4_add_sent(struct buf *out);

/* Send what was put together and empty it.  Counts for bulk_bytes_sent.  A peer that has gone is WIRE_CLOSED. */
enum wire_err p4_flush(int fd, struct buf *out, const struct io_limit *lim);

/*
 * Server, after DIST 4 was read.  The listing is plain and not checked (tree_decode).  WIRE_FLAG: an unknown bit.
 * p4_request_free in every case.
 */
enum wire_err p4_read_request(int fd, struct p4_request *r, const struct io_limit *lim);
void p4_request_free(struct p4_request *r);
/* The next BLOB (*sent false, index, plain size, bytes that follow) or SENT (*sent true); the body follows with p4_read_body. */
enum wire_err p4_read_blob_head(int fd, bool *sent, uint32_t *index, uint64_t *size, uint32_t *stored, const struct io_limit *lim);
/*
 * The body of a FILE, expanded to file_fd (-1: thrown away); it must come to exactly size bytes.  WIRE_FILE: it could not be
 * written there (errno); all of it was read, so that the conversation can go on.
 */
enum wire_err p4_read_body(int fd, uint32_t stored, int file_fd, uint64_t size, const struct io_limit *lim);
/* The same of an output with a base: the content of that file, n bytes. */
enum wire_err p4_read_body_near(int fd, uint32_t stored, int file_fd, uint64_t size, const void *base, size_t n, const struct io_limit *lim);

/* Server.  index: ascending. */
void p4_add_want(struct buf *out, const uint32_t *index, size_t n);
void p4_add_nope(struct buf *out, enum p4_nope code, const char *reason);
void p4_add_beat(struct buf *out);

/* The body of WANT: ascending indices below limit.  No I/O.  *index: the caller frees; NULL when there are none. */
enum wire_err p4_decode_want(const void *p, size_t n, uint32_t limit, uint32_t **index, size_t *count);

/* Client.  What the server says next, its small bodies read; DONE is left right behind its token. */
enum p4_said { P4_SAID_NOPE, P4_SAID_WANT, P4_SAID_BEAT, P4_SAID_DONE };
struct p4_answer {
	enum p4_said said;
	enum p4_nope code;	/* NOPE; a code we do not know is P4_NOPE_OTHER */
	char *reason;		/* NOPE: text of somebody else, for one line of the log */
	uint32_t *want;		/* WANT: indices, ascending, each below tree_entries */
	size_t n_want;
};
/* p4_answer_free in every case. */
enum wire_err p4_read_answer(int fd, uint32_t tree_entries, struct p4_answer *a, const struct io_limit *lim);
void p4_answer_free(struct p4_answer *a);

/* The result.  Head: status, messages, number of outputs; then per output its name, mode and body; then INFO lines. */
struct p4_result {
	int status;		/* wait status of the compiler */
	struct buf err, out;
	uint32_t outputs;
};
enum wire_err p4_add_result(struct buf *b, const struct p4_result *r);	/* with DONE */
enum wire_err p4_add_output(struct buf *b, const char *name, unsigned mode, int file_fd, uint64_t size);
/*
 * The same, told as what differs from base, the n bytes of entry have (from 0) of the request's HAVE; if they are too large for
 * that, the whole is sent.
 */
enum wire_err p4_add_output_near(struct buf *b, const char *name, unsigned mode, int file_fd, uint64_t size, uint32_t have, const void *base, size_t n);
/* The same, when it is what entry have is: its content does not travel.  size: not 0. */
enum wire_err p4_add_output_same(struct buf *b, const char *name, unsigned mode, uint64_t size, uint32_t have);
enum wire_err p4_send_output(int fd, const char *name, unsigned mode, int file_fd, uint64_t size, const struct io_limit *lim);
/* "key=value\n" lines. */
void p4_add_info(struct buf *b, const char *lines);
/* After P4_SAID_DONE.  p4_result_free in every case. */
enum wire_err p4_read_result(int fd, struct p4_result *r, const struct io_limit *lim);
/* What comes before the body of an output. */
struct p4_output {
	char *name;		/* the caller frees, on WIRE_OK; absolute and normalised, else WIRE_NAME */
	unsigned mode;		/* permission bits (07777) only */
	uint32_t base;		/* 0: none, p4_read_body; else 1 + the entry of HAVE whose content p4_read_body_near needs, */
	bool same;		/* or which it is: there is no body then */
	uint64_t size;
	uint32_t stored;
};
/* n_have: how many HAVE had; WIRE_ORDER: a base that is none of them. */
enum wire_err p4_read_output_head(int fd, uint32_t n_have, struct p4_output *o, const struct io_limit *lim);
/* The same for a request without HAVE. */
enum wire_err p4_read_output(int fd, char **name, unsigned *mode, uint64_t *size, uint32_t *stored, const struct io_limit *lim);
enum wire_err p4_read_info(int fd, char **lines, const struct io_limit *lim);
/* The value of key in INFO lines, a number; dflt if it is not there or none. */
long p4_info_number(const char *lines, const char *key, long dflt);
void p4_result_free(struct p4_result *r);

#endif
