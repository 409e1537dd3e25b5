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
#define PROXY_MAX 200		/* of the proxy's */

static void
replace_slashes(char *p)
{
	for (; *p != '\0'; p++)
		if (*p == '/')
			*p = '_';
}

static char *
mark_name(const struct backoff *b, const struct hostspec *h, enum backoff_kind kind)
{
	char *host, *name;
	size_t len;

	if (kind == BACKOFF_HOST) {
		host = hostspec_lock_name(h);
		name = xasprintf("backoff_%s_0", host);
		free(host);
	} else if (kind == BACKOFF_PROXY) {
		/* of a long path its end tells most */
		len = strlen(b->proxy);
		name = xasprintf("proxy_%s", b->proxy + (len > PROXY_MAX ? len - PROXY_MAX : 0));
		replace_slashes(name);
	} else {
		/* "refused_HOST_PORT_": the transport says nothing about the compiler */
		name = xasprintf("refused_%s_%d_%.*s", h->host, h->port, COMPILER_MAX, b->compiler);
		replace_slashes(name);
	}
	return name;
}

static bool
is_off(const struct backoff *b, const struct hostspec *h, enum backoff_kind kind)
{
	return b->dir == NULL || b->period_s == 0 || h->kind == HOST_LOCAL ||
		(kind == BACKOFF_PROXY && (b->proxy == NULL || h->kind != HOST_TCP));
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
	now = time(NULL);
	for (enum backoff_kind kind = BACKOFF_HOST; kind < BACKOFF_KINDS; kind++) {
		if (is_off(b, h, kind))
			continue;
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

char *
backoff_explain(const struct backoff *b, const struct hostspec *h)
{
	struct backoff_state s;

	backoff_look(b, h, &s);
	if (h->down)
		return xstrdup("it is marked as down");
	if (s.left_s[BACKOFF_HOST] > 0)
		return xasprintf("it failed, and is left alone for %d s", s.left_s[BACKOFF_HOST]);
	if (s.left_s[BACKOFF_COMPILER] > 0)
		return xasprintf("it cannot run %s, and is not asked for %d s", b->compiler, s.left_s[BACKOFF_COMPILER]);
	if (s.left_s[BACKOFF_PROXY] > 0)
		return xasprintf("the proxy %s failed, and is left alone for %d s", b->proxy, s.left_s[BACKOFF_PROXY]);
	return NULL;
}

bool
backoff_is_free(const struct backoff_state *s)
{
	for (enum backoff_kind kind = BACKOFF_HOST; kind < BACKOFF_KINDS; kind++)
		if (s->left_s[kind] > 0)
			return false;
	return true;
}

void
backoff_mark(const struct backoff *b, const struct hostspec *h, enum backoff_kind kind)
{
	ssize_t written;
	char *name;
	int fd;

	if (is_off(b, h, kind))
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
	for (enum backoff_kind kind = BACKOFF_HOST; kind < BACKOFF_KINDS; kind++)
		if (s->old[kind])
			backoff_mark(b, h, kind);
}

void
backoff_unprobe(const struct backoff *b, const struct hostspec *h, const struct backoff_state *s)
{
	time_t then = time(NULL) - b->period_s;
	struct timespec times[2] = {{.tv_sec = then}, {.tv_sec = then}};
	char *path;

	for (enum backoff_kind kind = BACKOFF_HOST; kind < BACKOFF_KINDS; kind++) {
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

	for (enum backoff_kind kind = BACKOFF_HOST; kind < BACKOFF_KINDS; kind++) {
		if (!s->old[kind])
			continue;
		path = mark_path(b, h, kind);
		unlink(path);
		free(path);
	}
}
