/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/apply.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

/* Does the link name still say old?  With old NULL: is it still a file? */
static bool
is_as_planned(int fd, const char *name, const char *old)
{
	char text[PATH_MAX];
	ssize_t n = readlinkat(fd, name, text, sizeof(text) - 1);

	if (n < 0)
		return errno == ENOENT || (errno == EINVAL && old == NULL);
	text[n] = '\0';
	return old != NULL && streq(text, old);
}

/* A link under another name, put in the place of name in one step. */
static int
replace(int fd, const char *name, const char *text)
{
	char tmp[64];
	sigset_t all, before;
	int result, saved_errno;

	snprintf(tmp, sizeof(tmp), "%s%ld", LINKS_TEMP, (long)getpid());
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);	/* interrupted between the two, we would leave tmp */
	result = symlinkat(text, fd, tmp);
	if (result == 0)
		result = renameat(fd, tmp, fd, name);
	saved_errno = errno;
	if (result == -1)
		unlinkat(fd, tmp, 0);
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = saved_errno;
	return result;
}

int
apply_change(int fd, const struct plan_change *c, const char *text)
{
	if (c->op == PLAN_LINK)
		return symlinkat(text, fd, c->name);
	if (!is_as_planned(fd, c->name, c->old)) {
		errno = ESTALE;
		return -1;
	}
	if (c->op != PLAN_REMOVE)
		return replace(fd, c->name, text);
	return unlinkat(fd, c->name, 0) == 0 || errno == ENOENT ? 0 : -1;
}

void
apply_tidy(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy != -1 ? fdopendir(copy) : NULL;
	struct dirent *e;
	struct stat st;

	if (d == NULL) {
		if (copy != -1)
			close(copy);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (starts_with(e->d_name, LINKS_TEMP) && fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISLNK(st.st_mode))
			unlinkat(fd, e->d_name, 0);
	}
	closedir(d);
}
