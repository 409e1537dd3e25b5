/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "config.h"

#define COPY_BUFFER 65536u
#define SENDFILE_STEP (1u << 20)
#define AHEAD 4096u

enum fd_kind { FD_FILE, FD_SOCKET, FD_OTHER };

static enum fd_kind
fd_kind(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return FD_OTHER;
	return S_ISREG(st.st_mode) ? FD_FILE : S_ISSOCK(st.st_mode) ? FD_SOCKET : FD_OTHER;
}

/* When the wait that begins now must end, by both bounds; 0: never. */
static int64_t
deadline(const struct io_limit *lim)
{
	int64_t idle = lim->idle_ms >= 0 ? clock_ms() + lim->idle_ms : 0;

	if (idle == 0)
		return lim->until_ms;
	return lim->until_ms != 0 && lim->until_ms < idle ? lim->until_ms : idle;
}

/* Wait until fd can be read from or written to (or has failed: the transfer will tell). */
static enum io_err
wait_ready(int fd, short events, int64_t until)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = events};
		int64_t left = -1;
		int n;

		if (until != 0) {
			left = until - clock_ms();
			if (left < 0)
				left = 0;
			if (left > INT_MAX)
				left = INT_MAX;
		}
		n = poll(&p, 1, (int)left);
		if (n > 0)
			return IO_OK;
		if (n == 0 && until != 0 && clock_ms() >= until)
			return IO_TIMEOUT;
		if (n == -1 && errno != EINTR)
			return IO_ERR;
	}
}

static enum io_err
from_errno(void)
{
	return errno == EPIPE || errno == ECONNRESET ? IO_EOF : IO_ERR;
}

static bool
is_again(void)
{
	return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
}

/*
 * Write some of n bytes without blocking for longer than poll(2) said: a blocking socket is
 * told not to, and a blocking pipe that is ready takes PIPE_BUF bytes.
 */
static ssize_t
write_some(int fd, enum fd_kind kind, const void *p, size_t n)
{
	if (kind == FD_SOCKET)
		return send(fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(fd, p, kind == FD_OTHER && n > PIPE_BUF ? PIPE_BUF : n);
}

static enum io_err
write_full(int fd, enum fd_kind kind, const char *p, size_t n, const struct io_limit *lim)
{
	int64_t until = deadline(lim);
	enum io_err err;
	ssize_t k;

	while (n > 0) {
		if (kind != FD_FILE) {
			err = wait_ready(fd, POLLOUT, until);
			if (err != IO_OK)
				return err;
		}
		k = write_some(fd, kind, p, n);
		if (k == -1 && is_again())
			continue;
		if (k == -1)
			return from_errno();
		p += k;
		n -= (size_t)k;
		until = deadline(lim);
	}
	return IO_OK;
}

enum io_err
io_write_full(int fd, const void *p, size_t n, const struct io_limit *lim)
{
	return n > 0 ? write_full(fd, fd_kind(fd), p, n, lim) : IO_OK;
}

/* What io_read_ahead keeps: bytes[at] to bytes[end]. */
static struct {
	int fd;
	size_t at, end;
	char bytes[AHEAD];
} ahead = {.fd = -1};

void
io_read_ahead(int fd)
{
	ahead.fd = fd;
	ahead.at = ahead.end = 0;
}

static enum io_err
read_some(int fd, void *p, size_t n, const struct io_limit *lim, size_t *got)
{
	int64_t until = deadline(lim);
	enum io_err err;
	ssize_t k;

	for (;;) {
		err = wait_ready(fd, POLLIN, until);
		if (err != IO_OK)
			return err;
		k = read(fd, p, n);
		if (k > 0) {
			*got = (size_t)k;
			return IO_OK;
		}
		if (k == 0)
			return IO_EOF;
		if (!is_again())
			return from_errno();
	}
}

enum io_err
io_read_some(int fd, void *p, size_t n, const struct io_limit *lim, size_t *got)
{
	enum io_err err;
	size_t there;

	if (fd != ahead.fd || (ahead.at == ahead.end && n >= sizeof(ahead.bytes)))
		return read_some(fd, p, n, lim, got);
	if (ahead.at == ahead.end) {
		err = read_some(fd, ahead.bytes, sizeof(ahead.bytes), lim, &there);
		if (err != IO_OK)
			return err;
		ahead.at = 0;
		ahead.end = there;
	}
	there = ahead.end - ahead.at;
	*got = n < there ? n : there;
	memcpy(p, ahead.bytes + ahead.at, *got);
	ahead.at += *got;
	return IO_OK;
}

enum io_err
io_read_full(int fd, void *p, size_t n, const struct io_limit *lim)
{
	char *at = p;

	while (n > 0) {
		size_t got = 0;
		enum io_err err = io_read_some(fd, at, n, lim, &got);

		if (err != IO_OK)
			return err;
		at += got;
		n -= got;
	}
	return IO_OK;
}

/*
 * Can sendfile be used?  Not with a blocking descriptor: it would return only when all is
 * through, whatever the deadline.
 */
static bool
sendfile_suits(int from, int to, enum fd_kind to_kind)
{
	return fd_kind(from) == FD_FILE &&
	    (to_kind == FD_FILE || (fcntl(to, F_GETFL) & O_NONBLOCK) != 0);
}

/* Moves what it can and lowers *n.  IO_OK with *n > 0: sendfile cannot do it. */
static enum io_err
copy_by_sendfile(int from, int to, enum fd_kind to_kind, uint64_t *n, const struct io_limit *lim)
{
	int64_t until = deadline(lim);
	enum io_err err;
	ssize_t k;

	while (*n > 0) {
		if (to_kind != FD_FILE) {
			err = wait_ready(to, POLLOUT, until);
			if (err != IO_OK)
				return err;
		}
		k = sendfile(to, from, NULL, *n > SENDFILE_STEP ? SENDFILE_STEP : (size_t)*n);
		if (k == 0)
			return IO_EOF;
		if (k == -1 && is_again())
			continue;
		if (k == -1)
			return errno == EINVAL || errno == ENOSYS ? IO_OK : from_errno();
		*n -= (uint64_t)k;
		until = deadline(lim);
	}
	return IO_OK;
}

enum io_err
io_copy(int from, int to, uint64_t n, const struct io_limit *lim)
{
	enum fd_kind to_kind = fd_kind(to);
	char buffer[COPY_BUFFER];
	enum io_err err;

	if (sendfile_suits(from, to, to_kind)) {
		err = copy_by_sendfile(from, to, to_kind, &n, lim);
		if (err != IO_OK)
			return err;
	}
	while (n > 0) {
		size_t got = 0;

		err = io_read_some(from, buffer, n > sizeof(buffer) ? sizeof(buffer) : (size_t)n, lim, &got);
		if (err != IO_OK)
			return err;
		err = write_full(to, to_kind, buffer, got, lim);
		if (err != IO_OK)
			return err;
		n -= got;
	}
	return IO_OK;
}

const char *
io_strerror(enum io_err err)
{
	switch (err) {
	case IO_OK:
		return "no error";
	case IO_EOF:
		return "connection closed";
	case IO_TIMEOUT:
		return "timed out";
	case IO_ERR:
		break;
	}
	return strerror(errno);
}

static int
unlinked_file(const char *dir)
{
	char *path;
	int fd;

	if (asprintf(&path, "%s/distcc_XXXXXX", dir) == -1)
		return -1;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd != -1)
		unlink(path);
	free(path);
	return fd;
}

int
io_anon_file(const char *name, const char *dir)
{
#if HAVE_MEMFD
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd != -1)
		return fd;
#else
	(void)name;
#endif
	return unlinked_file(dir);
}

bool
io_file_head(const char *path, void *p, size_t n)
{
	int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	bool ok = fd != -1 && read(fd, p, n) == (ssize_t)n;

	if (fd != -1)
		close(fd);
	return ok;
}

int
io_set_cloexec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	return flags == -1 ? -1 : fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

int
io_set_nonblock(int fd, int on)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1)
		return -1;
	return fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}
