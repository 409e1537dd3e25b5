/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/nearstat.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Opening and closing a directory costs what three files of it save. */
#define WORTH_OPENING 3u

static void
forget(struct nearstat_dir *d)
{
	if (d->path == NULL)
		return;
	if (d->fd != -1)
		close(d->fd);
	free(d->path);
	*d = (struct nearstat_dir){.path = NULL};
}

/* NULL: it could not be remembered. */
static struct nearstat_dir *
remember(struct nearstat *s, const char *path, size_t len)
{
	struct nearstat_dir *d = &s->dirs[s->next];

	s->last = s->next;
	s->next = (s->next + 1) % NEARSTAT_DIRS;
	forget(d);
	d->path = strndup(path, len);
	d->len = len;
	d->fd = -1;
	return d->path != NULL ? d : NULL;
}

static struct nearstat_dir *
find(struct nearstat *s, const char *path, size_t len)
{
	for (size_t i = 0; i < NEARSTAT_DIRS; i++) {
		size_t at = (s->last + i) % NEARSTAT_DIRS;
		struct nearstat_dir *d = &s->dirs[at];

		if (d->path != NULL && d->len == len && memcmp(d->path, path, len) == 0) {
			s->last = at;
			return d;
		}
	}
	return remember(s, path, len);
}

int
nearstat_lstat(struct nearstat *s, const char *path, struct stat *st)
{
	const char *slash = strrchr(path, '/');
	struct nearstat_dir *d;

	/* of a name that is empty or "/" nothing would be left */
	if (slash == NULL || slash == path || slash[1] == '\0')
		return lstat(path, st);
	d = find(s, path, (size_t)(slash - path));
	if (d != NULL && d->asked++ == WORTH_OPENING)
		d->fd = open(d->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (d == NULL || d->fd == -1)
		return lstat(path, st);
	return fstatat(d->fd, slash + 1, st, AT_SYMLINK_NOFOLLOW);
}

void
nearstat_end(struct nearstat *s)
{
	for (size_t i = 0; i < NEARSTAT_DIRS; i++)
		forget(&s->dirs[i]);
	s->last = s->next = 0;
}
