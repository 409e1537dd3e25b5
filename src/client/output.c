/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/tmp.h"
#include "base/util.h"

#define BASE_MAX 200	/* bytes of the target's name in the temporary one: NAME_MAX is 255 */
#define EXCHANGE 2u	/* RENAME_EXCHANGE of the kernel */

static mode_t
new_file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/*
 * A name that no build takes for one of its files, should we die without removing it; the next compile of the same target uses it up.
 * When two compile one at the same time, the second has a name of its own.
 */
static int
create_beside(const char *target, const char **name)
{
	char *dir = path_dir(target), *prefix, *path;
	int fd;

	prefix = xasprintf("%s/.%.*s.distcc-", dir, BASE_MAX, path_base(target));
	path = xasprintf("%snew", prefix);
	fd = tmp_claim(path, name);
	if (fd == -1)
		fd = tmp_create(prefix, "", name);
	free(path);
	free(prefix);
	free(dir);
	return fd;
}

/* Must the inode that is there take the data? The assembler removes links and regular files first. */
static bool
is_through(const struct stat *st, enum output_style style)
{
	if (style == OUTPUT_NEW)
		return !S_ISREG(st->st_mode) && !S_ISLNK(st->st_mode);
	/* other names of the file, or somebody else's: renaming would give them a different one */
	return !S_ISREG(st->st_mode) || st->st_nlink > 1 || st->st_uid != geteuid();
}

bool
output_open(struct output *o, const char *target, enum output_style style)
{
	struct stat st;
	bool exists = (style == OUTPUT_NEW ? lstat(target, &st) : stat(target, &st)) == 0;
	bool keep = exists && style == OUTPUT_OLD;

	*o = (struct output)OUTPUT_NONE;
	o->exists = exists;
	o->through = exists && is_through(&st, style);
	o->target = keep && !o->through ? realpath(target, NULL) : xstrdup(target);
	if (o->target == NULL)
		return false;
	if (o->through)
		o->fd = io_anon_file("output", tmp_dir());
	else
		o->fd = create_beside(o->target, &o->tmp);
	if (o->fd == -1)
		return false;
	return o->through || fchmod(o->fd, keep ? st.st_mode & 07777 : new_file_mode()) == 0;
}

bool
output_keep(struct output *o, const char *target, enum output_style style, const struct sign *was)
{
	struct stat st;

	*o = (struct output)OUTPUT_NONE;
	/* what has other names, or a link's, is not what a compiler would leave */
	if (lstat(target, &st) == -1 || !S_ISREG(st.st_mode) || !sign_is_of(was, &st) || st.st_nlink > 1 || st.st_uid != geteuid() ||
	    st.st_gid != getegid() || (style == OUTPUT_NEW && (st.st_mode & 07777) != new_file_mode()))
		return false;
	o->target = xstrdup(target);
	o->exists = o->stays = true;
	return true;
}

static bool
write_through(const struct output *o)
{
	struct stat st;
	int fd;
	bool ok;

	fd = open(o->target, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
	if (fd == -1)
		return false;
	ok = fstat(o->fd, &st) == 0 && lseek(o->fd, 0, SEEK_SET) == 0 &&
		io_copy(o->fd, fd, (uint64_t)st.st_size, &IO_FOREVER) == IO_OK;
	return close(fd) == 0 && ok;
}

/* Two names, each for the file that the other one had; not every C library knows the call. */
static bool
exchange(const char *a, const char *b)
{
#ifdef SYS_renameat2
	return syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, EXCHANGE) == 0;
#else
	(void)a;
	(void)b;
	errno = ENOSYS;
	return false;
#endif
}

/*
 * A file that is renamed over another one is written to the disk at once by ext4, at our expense; one that changes
 * places with it is not, as the file of a compiler that removes the old one first.
 */
static bool
replace(const struct output *o)
{
	int saved_errno;

	if (!o->exists || !exchange(o->tmp, o->target))
		return rename(o->tmp, o->target) == 0;
	if (unlink(o->tmp) == 0)
		return true;
	/* a directory meanwhile, perhaps */
	saved_errno = errno;
	exchange(o->tmp, o->target);
	errno = saved_errno;
	return false;
}

bool
output_commit(struct output *o)
{
	if (o->stays)
		return utimensat(AT_FDCWD, o->target, NULL, AT_SYMLINK_NOFOLLOW) == 0;
	if (o->through)
		return write_through(o);
	if (!replace(o))
		return false;
	tmp_forget(o->tmp);
	o->tmp = NULL;
	return true;
}

void
output_drop(struct output *o)
{
	int saved_errno = errno;

	if (o->tmp != NULL)
		tmp_remove(o->tmp);
	if (o->fd != -1)
		close(o->fd);
	free(o->target);
	*o = (struct output)OUTPUT_NONE;
	errno = saved_errno;
}

enum obstacle { FREE, DEVICE, DIRECTORY, NOT_REGULAR, UNWRITABLE, DANGLING, NO_DIRECTORY, CLOSED_DIRECTORY };

static const struct {
	const char *output, *deps;
} obstacles[] = {
	[FREE] = {NULL, NULL},
	[DEVICE] = {"the output is a device", "the dependency file is a device"},
	[DIRECTORY] = {"the output is a directory", "the dependency file is a directory"},
	[NOT_REGULAR] = {NULL, "the dependency file is no regular file"},
	[UNWRITABLE] = {"the output cannot be written", "the dependency file cannot be written"},
	[DANGLING] = {"the output is a link that leads nowhere", "the dependency file is a link that leads nowhere"},
	[NO_DIRECTORY] = {"the output's directory does not exist", "the directory of the dependency file does not exist"},
	[CLOSED_DIRECTORY] = {"the output's directory cannot be written",
		"the directory of the dependency file cannot be written"},
};

static enum obstacle
look_at_target(const char *target)
{
	enum obstacle found = FREE;
	struct stat st;
	char *dir;

	if (streq(target, "/dev/null"))
		return FREE;
	/* /dev/stdout may lead to a regular file, and is not ours to replace; /dev/shm is a directory to work in */
	if (starts_with(target, "/dev/") && !starts_with(target, "/dev/shm/"))
		return DEVICE;
	if (stat(target, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return DIRECTORY;
		if (access(target, W_OK) == -1)
			return UNWRITABLE;
		if (!S_ISREG(st.st_mode))
			return NOT_REGULAR;
	} else if (lstat(target, &st) == 0) {
		return DANGLING;
	}
	dir = path_dir(target);
	if (access(dir, W_OK | X_OK) == -1)
		found = errno == ENOENT ? NO_DIRECTORY : CLOSED_DIRECTORY;
	free(dir);
	return found;
}

const char *
output_obstacle(const struct args *a)
{
	const char *why;
	struct stat st;

	if (stat(a->source, &st) == -1)
		return "the source does not exist";
	if (!S_ISREG(st.st_mode))
		return "the source is no regular file";
	if (access(a->source, R_OK) == -1)
		return "the source cannot be read";
	why = obstacles[look_at_target(a->output)].output;
	if (why == NULL && a->deps)
		why = obstacles[look_at_target(a->dep_file)].deps;
	return why;
}
