/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much there is, and what goes. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/util.h"
#include "cas/store_part.h"

#define SHARD_NAME 2

struct found {
	int64_t used;		/* seconds */
	uint64_t charge;
	int dir;
	char name[STORE_NAME_LEN];
};

struct found_list {
	struct found *v;
	size_t n, cap;
	uint64_t total;
};

/* The locked count; -1 if it cannot be had. */
static int
open_count(const struct store *s)
{
	int fd = openat(s->dir, "usage", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd != -1 && flock(fd, LOCK_EX) == -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Add to the count what this process has put in, and return it.  A count that is lost begins anew. */
static uint64_t
add_up(struct store *s)
{
	int fd = open_count(s);
	uint64_t count = 0;

	if (fd == -1)
		return 0;
	if (pread(fd, &count, sizeof(count), 0) != (ssize_t)sizeof(count))
		count = 0;
	count += s->added;
	s->added = 0;
	(void)!pwrite(fd, &count, sizeof(count), 0);
	close(fd);
	return count;
}

static void
set_count(struct store *s, uint64_t count)
{
	int fd = open_count(s);

	if (fd == -1)
		return;
	(void)!pwrite(fd, &count, sizeof(count), 0);
	close(fd);
}

static void
found(struct found_list *list, int dir, const char *shard, const char *name)
{
	struct found *f;
	struct stat st;

	if (list->n == list->cap) {
		list->cap = list->cap == 0 ? 4096 : list->cap * 2;
		list->v = xrealloc(list->v, list->cap * sizeof(*list->v));
	}
	f = &list->v[list->n];
	memcpy(f->name, shard, SHARD_NAME);
	f->name[SHARD_NAME] = '/';
	memcpy(f->name + SHARD_NAME + 1, name, STORE_NAME_LEN - SHARD_NAME - 1);
	if (fstatat(dir, f->name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return;
	f->dir = dir;
	f->used = st.st_atime;
	f->charge = store_charge((uint64_t)st.st_size);
	list->total += f->charge;
	list->n++;
}

static void
scan_shard(struct found_list *list, int dir, const char *shard)
{
	int fd = openat(dir, shard, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *e;

	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (strlen(e->d_name) == STORE_NAME_LEN - SHARD_NAME - 2)
			found(list, dir, shard, e->d_name);
	}
	closedir(d);
}

static void
scan(struct found_list *list, int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *e;

	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (strlen(e->d_name) == SHARD_NAME && e->d_name[0] != '.')
			scan_shard(list, dir, e->d_name);
	}
	closedir(d);
}

static int
by_use(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return (x->used > y->used) - (x->used < y->used);
}

static void
remove_down_to(struct found_list *list, uint64_t want)
{
	qsort(list->v, list->n, sizeof(*list->v), by_use);
	for (size_t i = 0; i < list->n && list->total > want; i++) {
		if (unlinkat(list->v[i].dir, list->v[i].name, 0) == 0 || errno == ENOENT)
			list->total -= list->v[i].charge;
	}
}

/* Count all there is; if it is more than limit, cut it to that many percent of the limit, or of itself if it is less. */
static void
cut(struct store *s, uint64_t limit, unsigned percent)
{
	int lock = openat(s->dir, "trim", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct found_list list = {0};

	if (lock == -1 || flock(lock, LOCK_EX | LOCK_NB) == 0) {
		scan(&list, s->objects);
		scan(&list, s->actions);
		if (list.n > 0 && list.total > limit)
			remove_down_to(&list, (limit == 0 ? list.total : limit) / 100 * percent);
		set_count(s, list.total);
		free(list.v);
	}
	if (lock != -1)
		close(lock);
}

void
store_trim(struct store *s)
{
	if (s->added > 0 && add_up(s) > s->max)
		cut(s, s->max, 90);
}

void
store_recount(struct store *s)
{
	cut(s, s->max, 90);
}

void
store_shrink(struct store *s)
{
	cut(s, 0, 50);
}
