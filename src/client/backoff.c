/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/backoff.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "client/lockdir.h"

#define COMPILER_MAX 100	/* bytes of the compiler's name in a file name */

static char *
mark_name(const struct backoff *b, const struct hostspec *h, enum backoff_kind kind)
{
	char *host = hostspec_lock_name(h), *name;

	if (kind == BACKOFF_HOST) {
		name = xasprintf("backoff_%s_0", host);
	} else {
		/* "refused_HOST_PORT_": the transport says nothing about the compiler */
		name = xasprintf("refused_%s_%d_%.*s", h->host, h->port, COMPILER_MAX, b->compiler);
		for (char *p = name; *p != '\0'; p++)
			if (*p == '/')
				*p = '_';
	}
	free(host);
	return name;
}

static bool
is_off(const struct backoff *b, const struct hostspec *h)
{
	return b->dir == NULL || b->period_s == 0 || h->kind == HOST_LOCAL;
}

static char *
mark_path(const struct backoff *b, const struct hostspec *h, enum backoff_kind kind)
{
	char *name = mark_name(b, h, kind), *path = path_join(b->dir, name);

	free(name);
	return path;
}

void
backoff_look(const struct backoff *b, const struct hostspec *h, struct backoff_state *out)
{
	struct stat st;
	time_t now, age;
	char *path;

	*out = (struct backoff_state){0};
	if (is_off(b, h))
		return;
	now = time(NULL);
	for (enum backoff_kind kind = BACKOFF_HOST; kind <= BACKOFF_COMPILER; kind++) {
		path = mark_path(b, h, kind);
		if (lstat(path, &st) == 0) {
			age = now - st.st_mtime;
			/* a mark from the future (another machine's clock) must not hold for ever */
			if (age >= -1 && age < b->period_s)
				out->left_s[kind] = b->period_s - (int)(age > 0 ? age : 0);
			else
				out->old[kind] = true;
		}
		free(path);
	}
}

void
backoff_mark(const struct backoff *b, const struct hostspec *h, enum backoff_kind kind)
{
	ssize_t written;
	char *name;
	int fd;

	if (is_off(b, h))
		return;
	name = mark_name(b, h, kind);
	fd = lockdir_open(b->dir, name, true);
	free(name);
	if (fd == -1)
		return;
	written = write(fd, "x", 1);
	(void)written;	/* disk full: the time stamp is what counts */
	close(fd);
}

void
backoff_probe(const struct backoff *b, const struct hostspec *h, const struct backoff_state *s)
{
	for (enum backoff_kind kind = BACKOFF_HOST; kind <= BACKOFF_COMPILER; kind++)
		if (s->old[kind])
			backoff_mark(b, h, kind);
}

void
backoff_unprobe(const struct backoff *b, const struct hostspec *h, const struct backoff_state *s)
{
	time_t then = time(NULL) - b->period_s;
	struct timespec times[2] = {{.tv_sec = then}, {.tv_sec = then}};
	char *path;

	for (enum backoff_kind kind = BACKOFF_HOST; kind <= BACKOFF_COMPILER; kind++) {
		if (!s->old[kind])
			continue;
		path = mark_path(b, h, kind);
		utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
		free(path);
	}
}

void
backoff_clear(const struct backoff *b, const struct hostspec *h, const struct backoff_state *s)
{
	char *path;

	for (enum backoff_kind kind = BACKOFF_HOST; kind <= BACKOFF_COMPILER; kind++) {
		if (!s->old[kind])
			continue;
		path = mark_path(b, h, kind);
		unlink(path);
		free(path);
	}
}
