/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/lockdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"

int
lockdir_open(const char *dir, const char *name, bool fresh)
{
	int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | (fresh ? O_EXCL : 0);
	char *path = path_join(dir, name);
	int fd;

	fd = open(path, flags, 0666);
	if (fd == -1 && errno == ENOENT && path_mkdirs(dir) == 0)
		fd = open(path, flags, 0666);
	else if (fd == -1 && (errno == EACCES || errno == EEXIST || errno == ELOOP) && unlink(path) == 0)
		fd = open(path, flags, 0666);
	free(path);
	return fd;
}
