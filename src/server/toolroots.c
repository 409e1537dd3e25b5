/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/toolroots.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/tmp.h"
#include "base/util.h"
#include "server/linefile.h"
#include "server/recent.h"

/* Raise it when roots are built in another way. */
#define HEAD "distcc tool root 1"
/* The first lines of KEY.list. */
#define OF "of "	/* the family */
#define IN "in "	/* the directory's name */
#define BAD "bad "	/* why it does not work */
#define HEAD_LINES 2

#define DIR_PREFIX "root-"
#define LIST_SUFFIX ".list"
#define MAX_FAMILY 8
/* What did not work may have been for want of space: tried again after that many seconds. */
#define BAD_FOR 600

static char *
list_path(const struct toolroots_wanted *w)
{
	char hex[DIGEST_HEX_LEN + 1];
	struct buf text = BUF_INIT;
	struct digest d;

	buf_addf(&text, "%s\n%s\n", HEAD, w->family);
	for (size_t i = 0; i < w->layout->n; i++)
		buf_addf(&text, "%s\n", w->layout->v[i]);
	digest_mem(&d, text.p, text.n);
	digest_hex(&d, hex);
	buf_free(&text);
	return xasprintf("%s/%s%s", w->dir, hex, LIST_SUFFIX);
}

/* Its descriptor, locked in that way (LOCK_SH...); -1 if it has gone or somebody else holds it. */
static int
lock_root(const char *root, int how)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd != -1 && (flock(fd, how | LOCK_NB) == -1 || fstat(fd, &st) == -1 || st.st_nlink == 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Lines of KEY.list, if it is one. */
static bool
read_list(const char *path, struct strv *lines)
{
	if (!linefile_read(path, HEAD, lines))
		return false;
	if (lines->n >= HEAD_LINES && starts_with(lines->v[0], OF) && (starts_with(lines->v[1], IN) || starts_with(lines->v[1], BAD)))
		return true;
	strv_free(lines);
	return false;
}

static bool
younger_than(const char *path, time_t seconds)
{
	struct stat st;
	time_t now = time(NULL);

	return stat(path, &st) == 0 && st.st_mtime <= now && now - st.st_mtime < seconds;
}

static bool
is_current(const void *lines)
{
	return toolroot_current(lines);
}

/* For a job: as of a second ago will do, as files in the root are copies. */
static bool
current_lately(const char *list_file, const struct strv *lines)
{
	return recent_or_look(RECENT_ROOT, list_file, is_current, lines);
}

enum toolroots_state
toolroots_open(const struct toolroots_wanted *w, char **root, int *lock, struct strv *list, char **why)
{
	enum toolroots_state state = TOOLROOTS_MISSING;
	struct strv lines = STRV_INIT;
	char *path = list_path(w);

	*root = NULL;
	*lock = -1;
	if (read_list(path, &lines) && current_lately(path, &lines)) {
		const char *rest = lines.v[1] + strlen(IN);

		if (starts_with(lines.v[1], BAD)) {
			if (younger_than(path, BAD_FOR)) {
				*why = xstrdup(lines.v[1] + strlen(BAD));
				state = TOOLROOTS_BAD;
			}
		} else {
			*root = path_join(w->dir, rest);
			*lock = lock_root(*root, LOCK_SH);
			state = *lock != -1 ? TOOLROOTS_READY : TOOLROOTS_MISSING;
		}
	}
	for (size_t i = HEAD_LINES; state == TOOLROOTS_READY && i < lines.n; i++)
		strv_push(list, lines.v[i]);
	if (state != TOOLROOTS_READY) {
		free(*root);
		*root = NULL;
	}
	strv_free(&lines);
	free(path);
	return state;
}

/* Names in dir that begin and end so, appended to names. */
static void
names_in(const char *dir, const char *prefix, const char *suffix, struct strv *names)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] != '.' && starts_with(e->d_name, prefix) && ends_with(e->d_name, suffix))
			strv_push(names, e->d_name);
	}
	if (d != NULL)
		closedir(d);
}

/*
 * Remove lists of what has changed or is no list; of the family the oldest, if there are many.  The directories that the others name are
 * appended to used.
 */
static void
sweep_lists(const struct toolroots_wanted *w, struct strv *used)
{
	struct strv names = STRV_INIT;
	char *oldest = NULL;
	time_t since = 0;
	int family = 0;

	names_in(w->dir, "", LIST_SUFFIX, &names);
	for (size_t i = 0; i < names.n; i++) {
		char *path = path_join(w->dir, names.v[i]);
		struct strv lines = STRV_INIT;
		struct stat st;

		if (!read_list(path, &lines) || !toolroot_current(&lines) || stat(path, &st) == -1) {
			unlink(path);
		} else {
			if (starts_with(lines.v[1], IN))
				strv_push(used, lines.v[1] + strlen(IN));
			if (streq(lines.v[0] + strlen(OF), w->family) && (family++ == 0 || st.st_mtime < since)) {
				since = st.st_mtime;
				free(oldest);
				oldest = xstrdup(path);
			}
		}
		strv_free(&lines);
		free(path);
	}
	/* its directory goes with the next sweep */
	if (family >= MAX_FAMILY)
		unlink(oldest);
	free(oldest);
	strv_free(&names);
}

static void
sweep(const struct toolroots_wanted *w, const char *pool)
{
	struct strv used = STRV_INIT, names = STRV_INIT;

	sweep_lists(w, &used);
	names_in(w->dir, DIR_PREFIX, "", &names);
	for (size_t i = 0; i < names.n; i++) {
		char *root = path_join(w->dir, names.v[i]);
		int fd = strv_has(&used, names.v[i]) ? -1 : lock_root(root, LOCK_EX);

		if (fd != -1) {
			(void)tmp_remove_tree(root);
			close(fd);
		}
		free(root);
	}
	strv_free(&used);
	strv_free(&names);
	toolroot_sweep_pool(pool);
}

/* A new directory, locked by us.  Its name, registered; NULL with errno. */
static const char *
make_root(const char *dir, int *lock)
{
	char *prefix = path_join(dir, DIR_PREFIX);
	const char *root = tmp_create_dir(prefix);

	free(prefix);
	*lock = root == NULL ? -1 : lock_root(root, LOCK_SH);
	if (*lock != -1 && fchmod(*lock, 0755) == 0)
		return root;
	if (*lock != -1)
		close(*lock);
	tmp_remove(root);
	return NULL;
}

/* Fill and try a new root, and write its list, which makes it one. */
static bool
build(const struct toolroots_wanted *w, const struct toolparts *parts, const char *pool,
      bool (*works)(void *arg, const char *root, char **why), void *arg, char **why)
{
	struct strv lines = STRV_INIT, list = STRV_INIT;
	char *path = list_path(w);
	int lock;
	const char *root = make_root(w->dir, &lock);
	bool ok = root != NULL && toolroot_fill(root, pool, parts, w->layout, &list, why) && works(arg, root, why);

	if (root == NULL)
		*why = xasprintf("%s: %s", w->dir, strerror(errno));
	if (ok && syncfs(lock) == -1) {
		*why = xasprintf("%s: %s", root, strerror(errno));
		ok = false;
	}
	strv_pushf(&lines, OF "%s", w->family);
	strv_pushf(&lines, "%s%s", ok ? IN : BAD, ok ? path_base(root) : *why);
	for (size_t i = 0; i < list.n; i++)
		strv_push(&lines, list.v[i]);
	if (linefile_write(path, HEAD, &lines) == -1 && ok) {
		*why = xasprintf("%s: %s", path, strerror(errno));
		ok = false;
	}
	if (ok)
		tmp_forget(root);
	else
		tmp_remove(root);
	if (lock != -1)
		close(lock);
	strv_free(&lines);
	strv_free(&list);
	free(path);
	return ok;
}

/* The lock of who builds; waits.  -1 with errno. */
static int
lock_builders(const char *dir)
{
	char *path = path_join(dir, "lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	free(path);
	while (fd != -1 && flock(fd, LOCK_EX) == -1) {
		if (errno != EINTR) {
			close(fd);
			fd = -1;
		}
	}
	return fd;
}

bool
toolroots_build(const struct toolroots_wanted *w, const struct toolparts *parts,
		bool (*works)(void *arg, const char *root, char **why), void *arg, char **why)
{
	char *pool = path_join(w->dir, "pool"), *root;
	struct strv list = STRV_INIT;
	int lock = path_mkdirs(pool) == 0 ? lock_builders(w->dir) : -1, root_lock;
	bool ok = false;

	*why = NULL;
	if (lock == -1) {
		*why = xasprintf("%s: %s", w->dir, strerror(errno));
	} else {
		switch (toolroots_open(w, &root, &root_lock, &list, why)) {
		case TOOLROOTS_READY:
			ok = true;
			close(root_lock);
			free(root);
			break;
		case TOOLROOTS_MISSING:
			sweep(w, pool);
			ok = build(w, parts, pool, works, arg, why);
			break;
		case TOOLROOTS_BAD:
			break;
		}
		close(lock);
	}
	strv_free(&list);
	free(pool);
	return ok;
}
