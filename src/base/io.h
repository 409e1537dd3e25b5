/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Full reads, writes and copies with a deadline.  Works on blocking and
 * non-blocking descriptors alike: poll(2) first, then transfer what goes.
 *
 * All return IO_OK or an error value and log nothing; errno tells more after
 * IO_ERR.  Writing to a socket raises no SIGPIPE; whoever writes to a pipe ignores
 * that signal.
 */
#ifndef BASE_IO_H
#define BASE_IO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum io_err {
	IO_OK,
	IO_EOF,		/* the peer closed before all had come, or went away while we wrote (EPIPE, ECONNRESET) */
	IO_TIMEOUT,	/* no progress within the time, or the total deadline passed */
	IO_ERR,		/* errno says what */
};

/* How long one transfer may take. */
struct io_limit {
	int idle_ms;		/* longest time without progress; -1: for ever */
	int64_t until_ms;	/* clock_ms() value by which all must be done; 0: no such bound */
};

#define IO_FOREVER ((struct io_limit){-1, 0})

enum io_err io_read_full(int fd, void *p, size_t n, const struct io_limit *lim);
/* Read what is there: at least one byte, at most n > 0; *got says how many. */
enum io_err io_read_some(int fd, void *p, size_t n, const struct io_limit *lim, size_t *got);
/*
 * Reads of fd from now on (io_read_full, io_read_some, io_copy) take what is there and keep what was not asked for, so that many small ones
 * cost one system call.  One descriptor in a process, which only these functions may read; -1 before it is closed: what is
 * kept is dropped.
 */
void io_read_ahead(int fd);
enum io_err io_write_full(int fd, const void *p, size_t n, const struct io_limit *lim);
/* Copy exactly n bytes; uses sendfile where the kernel can, else a buffer. */
enum io_err io_copy(int from, int to, uint64_t n, const struct io_limit *lim);
/* "connection closed", "timed out", strerror(errno)...: for messages. */
const char *io_strerror(enum io_err err);

/* An unnamed file in memory (memfd, else an unlinked file in dir), close-on-exec.  -1 with errno. */
int io_anon_file(const char *name, const char *dir);
/* The first n bytes of a file.  False: it is shorter, or cannot be read; p may have changed. */
bool io_file_head(const char *path, void *p, size_t n);
int io_set_cloexec(int fd);
int io_set_nonblock(int fd, int on);

#endif
