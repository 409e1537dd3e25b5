/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/log.h"

#define READ_STEP 65536u

bool
buf_reserve(struct buf *b, size_t n)
{
	size_t need, cap;
	char *p;

	/* One more for the NUL; nothing may be larger than half the address space. */
	if (n >= PTRDIFF_MAX - b->n)
		return false;
	need = b->n + n + 1;
	if (need <= b->cap)
		return true;
	cap = b->cap < 64 ? 64 : b->cap;
	while (cap < need)
		cap = cap > PTRDIFF_MAX / 2 ? PTRDIFF_MAX : cap * 2;
	p = realloc(b->p, cap);
	if (p == NULL)
		return false;
	if (b->p == NULL)
		p[0] = '\0';
	b->p = p;
	b->cap = cap;
	return true;
}

static void
reserve_or_exit(struct buf *b, size_t n)
{
	if (!buf_reserve(b, n))
		log_fatalx(EXIT_OUT_OF_MEMORY, "out of memory");
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	reserve_or_exit(b, n);
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		log_fatal(EXIT_OUT_OF_MEMORY, "formatting a text");
	reserve_or_exit(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

/* How much to make room for at first: the size of a file, or one step. */
static size_t
first_step(int fd, size_t max)
{
	struct stat st;
	uintmax_t size = READ_STEP;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		size = (uintmax_t)st.st_size + 1;	/* to see the end as well */
	return size > max ? max + 1 : (size_t)size;
}

int
buf_read_fd(struct buf *b, int fd, size_t max)
{
	size_t start = b->n;
	size_t step;
	ssize_t n;

	if (max >= PTRDIFF_MAX)
		max = PTRDIFF_MAX - 1;
	step = first_step(fd, max);
	for (;;) {
		if (!buf_reserve(b, step)) {
			errno = ENOMEM;
			break;
		}
		n = read(fd, b->p + b->n, step);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		if (n == 0) {
			b->p[b->n] = '\0';
			return 0;
		}
		b->n += (size_t)n;
		if (b->n - start > max) {
			errno = EFBIG;
			break;
		}
		if (step > READ_STEP)
			step = READ_STEP;
		if (step > max - (b->n - start) + 1)
			step = max - (b->n - start) + 1;
	}
	b->n = start;
	if (b->p != NULL)
		b->p[start] = '\0';
	return -1;
}

int
buf_read_file(struct buf *b, const char *path, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int result, saved_errno;

	if (fd == -1)
		return -1;
	result = buf_read_fd(b, fd, max);
	saved_errno = errno;
	close(fd);
	errno = saved_errno;
	return result;
}

void
buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf)BUF_INIT;
}
